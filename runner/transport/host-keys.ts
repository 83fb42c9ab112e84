// Which keys of a host are to be asked for, and whether the one that came is to be trusted. Reads the
// known_hosts files of the user, of the machine and of --known-hosts; there is no way around them.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { entriesFor, judge, type KnownKey, keyType, lookupName, parseKnownHosts } from "./known-hosts.ts";
import { quote } from "./quote.ts";
import { Unreachable } from "./transport.ts";

/** In the order of preference of OpenSSH, without what it holds to be too weak. */
const ALGORITHMS: readonly [type: string, algorithms: readonly string[]][] = [
  ["ssh-ed25519", ["ssh-ed25519"]],
  ["ecdsa-sha2-nistp256", ["ecdsa-sha2-nistp256"]],
  ["ecdsa-sha2-nistp384", ["ecdsa-sha2-nistp384"]],
  ["ecdsa-sha2-nistp521", ["ecdsa-sha2-nistp521"]],
  ["ssh-rsa", ["rsa-sha2-512", "rsa-sha2-256"]],
];

export interface HostKeysOptions {
  /** The names of the host: the inventory's, its address; the first is for messages. */
  readonly names: readonly string[];
  /** Where the connection goes. */
  readonly hostname: string;
  readonly port: number;
  /** Files that may be missing. */
  readonly usual: readonly string[];
  /** Files of `--known-hosts`, which may not. */
  readonly given: readonly string[];
}

export interface HostKeys {
  /** Host key algorithms in the order in which to offer them: types that are known come first. */
  readonly algorithms: readonly string[];
  /** Nothing if the key is the host's. */
  objection(key: Buffer): Unreachable | undefined;
}

export async function readHostKeys(options: HostKeysOptions): Promise<HostKeys> {
  const names = [...new Set(options.names.map((name) => lookupName(name, options.port)))];
  const known = await Promise.all([
    ...options.given.map((file) => readKnownHosts(file, true)),
    ...options.usual.map((file) => readKnownHosts(file, false)),
  ]);
  const entries = entriesFor(known.flat(), names);
  const isKnown = (type: string) => entries.some((entry) => entry.marker === "none" && entry.type === type);
  const ordered = [
    ...ALGORITHMS.filter(([type]) => isKnown(type)),
    ...ALGORITHMS.filter(([type]) => !isKnown(type)),
  ];
  return {
    algorithms: ordered.flatMap(([, algorithms]) => algorithms),
    objection: (key) => objection(key, entries, options),
  };
}

async function readKnownHosts(file: string, mustExist: boolean): Promise<KnownKey[]> {
  try {
    return parseKnownHosts(await readFile(file, "utf8"), file);
  } catch (error) {
    if (!mustExist) return [];
    throw new Unreachable(`cannot read the known hosts of ${file}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** As `ssh-keygen -l` shows it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

function objection(
  key: Buffer,
  entries: readonly KnownKey[],
  { names, hostname, port }: HostKeysOptions,
): Unreachable | undefined {
  const type = keyType(key) ?? "a key of unknown type";
  const shown = `${type} ${fingerprint(key)}`;
  const host = names[0] === hostname ? hostname : `${names[0]} (${hostname})`;
  const verdict = judge(entries, key);
  switch (verdict.kind) {
    case "trusted":
      return undefined;
    case "unknown": {
      const short = type.replace(/^ssh-|-sha2-.*$/g, "");
      const scan = `ssh-keyscan ${port === 22 ? "" : `-p ${port} `}-t ${short} ${quote(hostname)}`;
      const { authority } = verdict;
      return new Unreachable(
        `the host key of ${host} is not known: ${shown}${authority ? ` (certificates, as of the authority in ${place(authority)}, are not supported)` : ""}`,
        `compare it with the output of "ssh-keygen -lf /etc/ssh/ssh_host_${short}_key.pub" on the host, then add it: ${scan} >> ~/.ssh/known_hosts; or name a file that has it with --known-hosts FILE`,
      );
    }
    case "changed": {
      const { known } = verdict;
      const was = `${known.type} ${fingerprint(known.key)}`;
      return new Unreachable(
        known.type === type
          ? `the host key of ${host} has changed: known is ${was} (${place(known)}), but the host has ${shown}`
          : `${host} has no host key of a type that is known: known is ${was} (${place(known)}), but the host has ${shown}`,
        `somebody may be in between. If the host was installed anew, compare the key with the output of "ssh-keygen -l" on the host, and replace line ${known.line} of ${known.file}`,
      );
    }
    case "revoked":
      return new Unreachable(
        `the host key of ${host} is revoked (${place(verdict.known)}): ${shown}`,
        "give the host a new key: this one must not be trusted any more",
      );
  }
}

function place({ file, line }: KnownKey): string {
  return `${file}:${line}`;
}
