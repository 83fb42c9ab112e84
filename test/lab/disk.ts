// A host's disk: the layers below, which are shared and never change, and an upper directory of its own.
// What tells hosts apart (name, addresses, keys) is written into the upper directory before each first boot.
import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { KeyPair } from "./keys.ts";
import { removeTree } from "./remove.ts";

export interface Identity {
  readonly name: string;
  readonly address: string;
  readonly gateway: string;
  readonly packageCachePort: number;
  readonly hostKey: KeyPair;
  readonly loginKey: KeyPair;
}

export const upperDirectory = (hostDirectory: string): string => join(hostDirectory, "upper");

/** Layers as overlayfs wants them, the topmost first. */
export const lowerOption = (layers: readonly string[]): string =>
  layers.map((path) => path.replace(/[\\:,]/g, "\\$&")).join(":");

/** Makes the host's own part of the disk anew; when this is cut short the host has none. */
export async function makeDisk(hostDirectory: string, identity: Identity): Promise<void> {
  const upper = upperDirectory(hostDirectory);
  const unfinished = `${upper}.unfinished`;
  await removeTree(upper);
  for (const path of [unfinished, join(hostDirectory, "work"), join(hostDirectory, "root")]) {
    await removeTree(path);
    await mkdir(path, { recursive: true });
    // What lies on top decides about the rights of the host's "/", whatever the umask was here.
    await chmod(path, 0o755);
  }
  await writeIdentity(unfinished, identity);
  await rename(unfinished, upper);
}

async function writeIdentity(top: string, identity: Identity): Promise<void> {
  const { name, address, gateway } = identity;
  const short = name.split(".")[0];
  const hostNames = short === name ? name : `${name} ${short}`;
  const proxy = `http://${gateway}:${identity.packageCachePort}`;
  const files: [path: string, mode: number, text: string][] = [
    ["etc/hostname", 0o644, `${name}\n`],
    ["etc/hosts", 0o644, `127.0.0.1 localhost\n::1 localhost ip6-localhost\n${address} ${hostNames}\n`],
    ["etc/resolv.conf", 0o644, `nameserver ${gateway}\n`],
    ["etc/machine-id", 0o444, `${randomBytes(16).toString("hex")}\n`],
    ["etc/apt/apt.conf.d/91lab-proxy", 0o644, `Acquire::http::Proxy "${proxy}";\n`],
    ["etc/ssh/ssh_host_ed25519_key", 0o600, await readFile(identity.hostKey.path, "utf8")],
    ["etc/ssh/ssh_host_ed25519_key.pub", 0o644, `${identity.hostKey.publicKey}\n`],
    ["root/.ssh/authorized_keys", 0o600, `${identity.loginKey.publicKey}\n`],
  ];
  for (const [path, mode, text] of files) {
    const target = join(top, path);
    await makeDirectories(top, dirname(path));
    await writeFile(target, text);
    await chmod(target, mode);
  }
}

/** A directory in the upper layer hides the rights of the one below, so they are given as the base has them. */
async function makeDirectories(top: string, path: string): Promise<void> {
  let directory = top;
  for (const part of path.split("/")) {
    directory = join(directory, part);
    await mkdir(directory, { recursive: true });
    await chmod(directory, part === "root" || part === ".ssh" ? 0o700 : 0o755);
  }
}
