// The keys to log in with, in the order in which to try them: files that were named, keys of the agent, then
// the usual files in ~/.ssh (ssh_config(5): IdentityFile, IdentitiesOnly). A passphrase is asked for when it is the key's turn, once in a run.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { OpenSSHAgent, ParsedKey, utils } from "ssh2";
import { userKeyIn } from "./certificate.ts";
import type { SshSettings } from "./ssh-config.ts";
import { type Ask, type OpenedKeys, Unreachable } from "./transport.ts";

const USUAL_FILES = ["id_ed25519", "id_ecdsa", "id_rsa"];
/** Milliseconds for an agent to list its keys; to sign may need a touch of a person and takes longer. */
const AGENT_TIMEOUT = 5000;

const TRIES = 3;

export type Identity = {
  /** What an authority says of the key; ssh shows it before the key alone. */
  readonly certificate?: Buffer;
} /** The private key of a file. */ & (
  | { readonly kind: "key"; readonly label: string; readonly key: ParsedKey }
  /** A key that the agent has: its public half. */
  | { readonly kind: "agent"; readonly label: string; readonly key: ParsedKey; readonly agent: OpenSSHAgent }
  /** A key that a passphrase opens; nothing when none was given that does. */
  | {
      readonly kind: "locked";
      readonly label: string;
      /** Nothing when only the passphrase tells it. */
      readonly publicKey: Buffer | undefined;
      readonly open: () => Promise<ParsedKey | undefined>;
    }
);

export interface Identities {
  readonly list: readonly Identity[];
  /** Why keys that one might expect are not in the list, each a clause. */
  readonly notes: readonly string[];
}

/** What this needs of ssh2. */
export interface KeyReading {
  readonly parseKey: typeof utils.parseKey;
  readonly openAgent: (socket: string) => OpenSSHAgent;
  /** Nothing when nobody can be asked for a passphrase. */
  readonly ask?: Ask | undefined;
  readonly opened: OpenedKeys;
}

interface KeyFile {
  readonly file: string;
  /** Nothing when it is encrypted, or when the file is a public one. */
  readonly privateKey?: ParsedKey;
  /** What is encrypted. */
  readonly locked?: Buffer;
  readonly publicKey?: Buffer;
  readonly note?: string;
}

export async function gatherIdentities(
  settings: SshSettings,
  home: string,
  reading: KeyReading,
): Promise<Identities> {
  const { parseKey, openAgent } = reading;
  const { privateKeyFile, identityFiles, identitiesOnly, agent } = settings;
  const configured = await Promise.all(identityFiles.map((file) => readKeyFile(file, parseKey)));
  const given = privateKeyFile ? [await readKeyFile(privateKeyFile, parseKey)] : [];
  if (given[0] && !given[0].privateKey && !given[0].publicKey && !given[0].note) {
    throw new Unreachable(`there is no private key file ${privateKeyFile}`);
  }
  const named = [...given, ...configured];
  const usual =
    named.length > 0
      ? []
      : await Promise.all(USUAL_FILES.map((name) => readKeyFile(join(home, ".ssh", name), parseKey)));
  const held = agent ? await listAgent(agent, openAgent) : { list: [], notes: [] };

  const has = (file: KeyFile, key: ParsedKey) => file.publicKey?.equals(key.getPublicSSH()) ?? false;
  const isNamed = ({ key }: HeldKey) => named.some((file) => has(file, key));
  const isHeld = (file: KeyFile) => held.list.some(({ key }) => has(file, key));
  const ofFiles = (files: readonly KeyFile[]) => files.flatMap((file) => ofFile(file, isHeld(file), reading));
  const fromFiles = [...ofFiles(named), ...held.list.filter(isNamed)];
  const others = identitiesOnly ? [] : held.list.filter((identity) => !isNamed(identity));
  const list = [...fromFiles, ...others, ...ofFiles(usual)];
  const certificates = await readCertificates(
    settings.certificateFiles,
    [...named, ...usual].map(({ file }) => `${file}-cert.pub`),
  );
  const canAsk = reading.ask !== undefined;
  return {
    list: list
      .filter((one, index) => list.findIndex((other) => sameKey(other, one)) === index)
      .flatMap((one) => [...certifiedBy(one, certificates.found), one]),
    notes: [
      ...[...named, ...usual].flatMap((file) =>
        file.note && !isHeld(file) && !(file.locked && canAsk) ? [file.note] : [],
      ),
      ...held.notes,
      ...certificates.notes,
    ],
  };
}

interface Certificate {
  readonly file: string;
  readonly certificate: Buffer;
  /** What it is for. */
  readonly key: Buffer;
}

/** One that stands beside a key need not be there. */
async function readCertificates(
  given: readonly string[],
  beside: readonly string[],
): Promise<{ readonly found: readonly Certificate[]; readonly notes: readonly string[] }> {
  const found: Certificate[] = [];
  const notes: string[] = [];
  for (const file of new Set([...given, ...beside])) {
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => error);
    if (text instanceof Error) {
      if (text.code !== "ENOENT" || given.includes(file)) notes.push(`${file} cannot be read (${text.code})`);
      continue;
    }
    const certificate = Buffer.from(text.trim().split(/\s+/)[1] ?? "", "base64");
    const key = userKeyIn(certificate);
    if (key) found.push({ file, certificate, key });
    else notes.push(`${file} is no certificate of a user's key`);
  }
  return { found, notes };
}

/** The identity with each of the certificates that are for its key. */
function certifiedBy(identity: Identity, certificates: readonly Certificate[]): Identity[] {
  const key = identity.kind === "locked" ? identity.publicKey : identity.key.getPublicSSH();
  return certificates
    .filter((each) => (key ? each.key.equals(key) : each.file === `${identity.label}-cert.pub`))
    .map(({ file, certificate }) => ({ ...identity, label: file, certificate }));
}

type HeldKey = Extract<Identity, { kind: "agent" }>;

function sameKey(one: Identity, other: Identity): boolean {
  if (one.kind === "locked" || other.kind === "locked") return one === other;
  return one.key.getPublicSSH().equals(other.key.getPublicSSH());
}

function ofFile(
  { file, privateKey, locked, publicKey }: KeyFile,
  isHeld: boolean,
  reading: KeyReading,
): Identity[] {
  if (privateKey) return [{ kind: "key", label: file, key: privateKey }];
  if (!locked || isHeld || !reading.ask) return [];
  const { ask, opened } = reading;
  const open = (): Promise<ParsedKey | undefined> => {
    const opening = opened.get(file) ?? unlock(file, locked, ask, reading.parseKey);
    opened.set(file, opening);
    return opening as Promise<ParsedKey | undefined>;
  };
  return [{ kind: "locked", label: file, publicKey, open }];
}

async function unlock(
  file: string,
  locked: Buffer,
  ask: Ask,
  parseKey: KeyReading["parseKey"],
): Promise<ParsedKey | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const passphrase = await ask({ text: `Passphrase for the key ${file}: `, hidden: true });
    if (!passphrase) return undefined;
    const [key] = [parseKey(locked, passphrase)].flat();
    if (key && !(key instanceof Error)) return key;
  }
  return undefined;
}

/** A file that does not exist gives nothing but its name: ssh passes over it too. */
async function readKeyFile(file: string, parseKey: KeyReading["parseKey"]): Promise<KeyFile> {
  const parse = (bytes: Buffer): ParsedKey | Error => [parseKey(bytes)].flat()[0] ?? new Error("no key");
  try {
    const bytes = await readFile(file);
    const key = parse(bytes);
    if (!(key instanceof Error)) {
      const publicKey = key.getPublicSSH();
      return key.isPrivateKey() ? { file, privateKey: key, publicKey } : { file, publicKey };
    }
    if (!/^Encrypted/.test(key.message)) return { file, note: `${file} is not a key that can be read` };
    // Its public half tells whether the agent has it.
    const half = await readFile(`${file}.pub`).then(parse, (error: Error) => error);
    const note = `${file} is encrypted and not in an agent`;
    const locked = { file, note, locked: bytes };
    return half instanceof Error ? locked : { ...locked, publicKey: half.getPublicSSH() };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? { file } : { file, note: `${file} cannot be read (${code})` };
  }
}

async function listAgent(
  socket: string,
  openAgent: KeyReading["openAgent"],
): Promise<{ readonly list: readonly HeldKey[]; readonly notes: readonly string[] }> {
  const agent = openAgent(socket);
  let timer: NodeJS.Timeout | undefined;
  try {
    const keys = await new Promise<ParsedKey[]>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error("no answer")), AGENT_TIMEOUT);
      agent.getIdentities((error, keys) => (error ? reject(error) : resolve((keys ?? []) as ParsedKey[])));
    });
    const label = ({ type, comment }: ParsedKey) => `${comment || type} of the agent`;
    return { list: keys.map((key) => ({ kind: "agent", label: label(key), key, agent })), notes: [] };
  } catch (error) {
    return { list: [], notes: [`the agent at ${socket} cannot be asked (${(error as Error).message})`] };
  } finally {
    clearTimeout(timer);
  }
}
