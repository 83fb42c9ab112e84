// Which keys of a host are to be asked for, and whether the one that came is to be trusted. Reads the
// known_hosts files of the user, of the machine and of --known-hosts; there is no way around them. A host that none
// of them knows is asked about at the terminal, and what is then trusted is added to the user's file.

import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { vouchedKey } from "./certificate.ts";
import { entriesFor, judge, type KnownKey, keyType, lookupName, parseKnownHosts } from "./known-hosts.ts";
import { quote } from "./quote.ts";
import { type Ask, Unreachable } from "./transport.ts";

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
  /** What stands for all of them in the files and in certificates, whatever the port. */
  readonly alias?: string | undefined;
  /** Where the connection goes. */
  readonly hostname: string;
  readonly port: number;
  /** Files that may be missing. */
  readonly usual: readonly string[];
  /** Files of `--known-hosts`, which may not. */
  readonly given: readonly string[];
  /** A key of a host of which none is known is trusted unasked. */
  readonly acceptNew?: boolean | undefined;
  /** Asks the host for the certificate of its key, where an authority is known; nothing when it has none. */
  readonly certificate: () => Promise<Buffer | undefined>;
  readonly ask?: Ask | undefined;
}

export interface HostKeys {
  /** Host key algorithms in the order in which to offer them: types that are known come first. */
  readonly algorithms: readonly string[];
  /** Nothing if the key is the host's. May ask, and then takes as long as the answer does. */
  objection(key: Buffer): Promise<Unreachable | undefined>;
}

export async function readHostKeys(options: HostKeysOptions): Promise<HostKeys> {
  const { alias, port } = options;
  const names = alias
    ? [alias.toLowerCase()]
    : [...new Set(options.names.map((name) => lookupName(name, port)))];
  const known = await Promise.all([
    ...options.given.map((file) => readKnownHosts(file, true)),
    ...options.usual.map((file) => readKnownHosts(file, false)),
  ]);
  const found = entriesFor(known.flat(), names);
  const { entry: vouched, why } = await vouchedFor(found, options);
  const entries = vouched ? [...found, vouched] : found;
  const isKnown = (type: string) => entries.some((entry) => entry.marker === "none" && entry.type === type);
  const ordered = [
    ...ALGORITHMS.filter(([type]) => isKnown(type)),
    ...ALGORITHMS.filter(([type]) => !isKnown(type)),
  ];
  return {
    algorithms: ordered.flatMap(([, algorithms]) => algorithms),
    async objection(key) {
      const found = objection(key, entries, options, why);
      if (found?.kind !== "unknown") return found?.objection;
      return (await isAccepted(key, options)) ? remember(key, names, options) : found.objection;
    },
  };
}

/** The key that a known authority vouches for, as if it stood in its line; or why there is none. */
async function vouchedFor(
  entries: readonly KnownKey[],
  { names, alias, certificate }: HostKeysOptions,
): Promise<{ readonly entry?: KnownKey; readonly why?: string }> {
  const revoked = (key: Buffer) => entries.some((each) => each.marker === "revoked" && each.key.equals(key));
  const trusted = entries.filter(({ marker, key }) => marker === "cert-authority" && !revoked(key));
  const [authority] = trusted;
  if (!authority) return {};
  const shown = await certificate();
  if (!shown) return { why: "it shows no certificate" };
  const authorities = trusted.map(({ key }) => key);
  const called = (alias ? [alias] : names).map((name) => name.toLowerCase());
  const vouched = vouchedKey(shown, { names: called, authorities, now: Date.now() });
  if (vouched.key === undefined) return { why: `its certificate is not accepted: ${vouched.why}` };
  const type = keyType(vouched.key) ?? "";
  return { entry: { ...authority, marker: "none", type, key: vouched.key } };
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

async function isAccepted(key: Buffer, options: HostKeysOptions): Promise<boolean> {
  if (options.acceptNew) return true;
  if (!options.ask) return false;
  const question = `The host key of ${shownHost(options)} is not known: ${keyType(key)} ${fingerprint(key)}
Compare it with what "ssh-keygen -l" prints on the host. Is it right, and shall it be added to the known hosts? (yes/no) `;
  for (let tries = 0; tries < 3; tries++) {
    const answer = await options.ask({ text: question, hidden: false });
    if (answer === undefined || /^no?$/i.test(answer.trim())) return false;
    // As for ssh, the fingerprint itself is the best answer.
    if (/^yes$/i.test(answer.trim()) || answer.trim() === fingerprint(key)) return true;
  }
  return false;
}

/** Adds the key to the first of the user's files, under the name that is connected to and the inventory's. */
async function remember(
  key: Buffer,
  names: readonly string[],
  { usual: [file] }: HostKeysOptions,
): Promise<Unreachable | undefined> {
  if (file === undefined) return undefined;
  const line = `${names.filter((name) => /^[a-z0-9._:[\]%-]+$/.test(name)).join(",")} ${keyType(key)} ${key.toString("base64")}\n`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const before = await readFile(file, "utf8").catch(() => "");
    const start = before === "" || before.endsWith("\n") ? "" : "\n";
    await appendFile(file, start + line, { mode: 0o600 });
    return undefined;
  } catch (error) {
    return new Unreachable(`cannot add the host key to ${file}: ${(error as Error).message}`);
  }
}

function shownHost({ names, hostname }: HostKeysOptions): string {
  return names[0] === hostname ? hostname : `${names[0]} (${hostname})`;
}

function objection(
  key: Buffer,
  entries: readonly KnownKey[],
  options: HostKeysOptions,
  why: string | undefined,
): { readonly kind: "unknown" | "final"; readonly objection: Unreachable } | undefined {
  const { hostname, port } = options;
  const final = (objection: Unreachable) => ({ kind: "final", objection }) as const;
  const type = keyType(key) ?? "a key of unknown type";
  const shown = `${type} ${fingerprint(key)}`;
  const host = shownHost(options);
  const verdict = judge(entries, key);
  switch (verdict.kind) {
    case "trusted":
      return undefined;
    case "unknown": {
      const short = type.replace(/^ssh-|-sha2-.*$/g, "");
      const scan = `ssh-keyscan ${port === 22 ? "" : `-p ${port} `}-t ${short} ${quote(hostname)}`;
      const { authority } = verdict;
      const objection = new Unreachable(
        `the host key of ${host} is not known: ${shown}${authority ? ` (${why ?? "no certificate"}; an authority is known by ${place(authority)})` : ""}`,
        `compare it with the output of "ssh-keygen -lf /etc/ssh/ssh_host_${short}_key.pub" on the host, then add it: ${scan} >> ~/.ssh/known_hosts; or name a file that has it with --known-hosts FILE, or have it added unseen by --accept-new-host-keys`,
      );
      return { kind: "unknown", objection };
    }
    case "changed": {
      const { known } = verdict;
      const was = `${known.type} ${fingerprint(known.key)}`;
      const changed = new Unreachable(
        known.type === type
          ? `the host key of ${host} has changed: known is ${was} (${place(known)}), but the host has ${shown}`
          : `${host} has no host key of a type that is known: known is ${was} (${place(known)}), but the host has ${shown}`,
        `somebody may be in between. If the host was installed anew, compare the key with the output of "ssh-keygen -l" on the host, and replace line ${known.line} of ${known.file}`,
      );
      return final(changed);
    }
    case "revoked":
      return final(
        new Unreachable(
          `the host key of ${host} is revoked (${place(verdict.known)}): ${shown}`,
          "give the host a new key: this one must not be trusted any more",
        ),
      );
  }
}

function place({ file, line }: KnownKey): string {
  return `${file}:${line}`;
}
