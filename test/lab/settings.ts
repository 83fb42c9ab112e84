// Where the lab keeps its things and which names it takes on this machine. Read from the environment
// once, by the program's entry, and passed on from there.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseRange, type Range } from "./addresses.ts";
import { LabError } from "./error.ts";

export interface LabSettings {
  /** The checkout; the demo and the package cache are started from here. */
  readonly repo: string;
  /** Base images, downloaded packages and one directory per lab. Must not lie on an overlay file system. */
  readonly cache: string;
  /** Every lab takes one /24 of it. */
  readonly range: Range;
  /** Bridges and network namespaces start with this. */
  readonly prefix: string;
}

/** Leases and what else must be known machine-wide, across checkouts; gone after a reboot, as the labs are. */
export const runDirectory = "/run/chatmail-lab";

export const settingsHelp = `CHATMAIL_LAB_CACHE   where images, packages and labs are kept (default: .cache/lab in the checkout)
CHATMAIL_LAB_RANGE   addresses of all labs, /16 to /24 (default: 198.19.0.0/16)
CHATMAIL_LAB_BRIDGE  start of the names of bridges, up to 5 letters (default: cmlab)`;

export function settingsFrom(env: NodeJS.ProcessEnv = process.env): LabSettings {
  const repo = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
  const prefix = env.CHATMAIL_LAB_BRIDGE || "cmlab";
  // An interface name has 15 characters: the prefix, six hex digits of the network, "-" and the host's number.
  if (!/^[a-z][a-z0-9]{0,4}$/.test(prefix)) {
    throw new LabError(`CHATMAIL_LAB_BRIDGE=${prefix}: expected one to five lowercase letters or digits`);
  }
  return {
    repo,
    cache: env.CHATMAIL_LAB_CACHE || join(repo, ".cache/lab"),
    range: parseRange(env.CHATMAIL_LAB_RANGE || "198.19.0.0/16"),
    prefix,
  };
}
