// The keys to log in with, in the order in which to try them: files that were named, keys of the agent, then
// the usual files in ~/.ssh (ssh_config(5): IdentityFile, IdentitiesOnly). Asks for no passphrase.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { OpenSSHAgent, ParsedKey, utils } from "ssh2";
import type { SshSettings } from "./ssh-config.ts";
import { Unreachable } from "./transport.ts";

const USUAL_FILES = ["id_ed25519", "id_ecdsa", "id_rsa"];
/** Milliseconds for an agent to list its keys; to sign may need a touch of a person and takes longer. */
const AGENT_TIMEOUT = 5000;

export interface Identity {
  /** For messages. */
  readonly label: string;
  /** The private key of a file, or the public key of one that the agent has. */
  readonly key: ParsedKey;
  readonly agent?: OpenSSHAgent;
}

export interface Identities {
  readonly list: readonly Identity[];
  /** Why keys that one might expect are not in the list, each a clause. */
  readonly notes: readonly string[];
}

/** What this needs of ssh2. */
export interface KeyReading {
  readonly parseKey: typeof utils.parseKey;
  readonly openAgent: (socket: string) => OpenSSHAgent;
}

interface KeyFile {
  readonly file: string;
  /** Nothing when it is encrypted, or when the file is a public one. */
  readonly privateKey?: ParsedKey;
  readonly publicKey?: Buffer;
  readonly note?: string;
}

export async function gatherIdentities(
  settings: SshSettings,
  home: string,
  { parseKey, openAgent }: KeyReading,
): Promise<Identities> {
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
  const isNamed = ({ key }: Identity) => named.some((file) => has(file, key));
  const ofFiles = (files: readonly KeyFile[]) =>
    files.flatMap(({ file, privateKey }) => (privateKey ? [{ label: file, key: privateKey }] : []));
  const fromFiles = [...ofFiles(named), ...held.list.filter(isNamed)];
  const others = identitiesOnly ? [] : held.list.filter((identity) => !isNamed(identity));
  const list = [...fromFiles, ...others, ...ofFiles(usual)];
  const isHeld = (file: KeyFile) => held.list.some(({ key }) => has(file, key));
  return {
    list: list.filter(({ key }, index) => list.findIndex((other) => sameKey(other.key, key)) === index),
    notes: [
      ...[...named, ...usual].flatMap((file) => (file.note && !isHeld(file) ? [file.note] : [])),
      ...held.notes,
    ],
  };
}

function sameKey(one: ParsedKey, other: ParsedKey): boolean {
  return one.getPublicSSH().equals(other.getPublicSSH());
}

/** A file that does not exist gives nothing but its name: ssh passes over it too. */
async function readKeyFile(file: string, parseKey: KeyReading["parseKey"]): Promise<KeyFile> {
  const parse = async (path: string): Promise<ParsedKey | Error> => {
    const [key] = [parseKey(await readFile(path))].flat();
    return key ?? new Error("no key");
  };
  try {
    const key = await parse(file);
    if (!(key instanceof Error)) {
      const publicKey = key.getPublicSSH();
      return key.isPrivateKey() ? { file, privateKey: key, publicKey } : { file, publicKey };
    }
    if (!/^Encrypted/.test(key.message)) return { file, note: `${file} is not a key that can be read` };
    // Its public half tells whether the agent has it.
    const half = await parse(`${file}.pub`).catch((error: Error) => error);
    const note = `${file} is encrypted and not in an agent`;
    return half instanceof Error ? { file, note } : { file, note, publicKey: half.getPublicSSH() };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? { file } : { file, note: `${file} cannot be read (${code})` };
  }
}

async function listAgent(socket: string, openAgent: KeyReading["openAgent"]): Promise<Identities> {
  const agent = openAgent(socket);
  let timer: NodeJS.Timeout | undefined;
  try {
    const keys = await new Promise<ParsedKey[]>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error("no answer")), AGENT_TIMEOUT);
      agent.getIdentities((error, keys) => (error ? reject(error) : resolve((keys ?? []) as ParsedKey[])));
    });
    const label = ({ type, comment }: ParsedKey) => `${comment || type} of the agent`;
    return { list: keys.map((key) => ({ label: label(key), key, agent })), notes: [] };
  } catch (error) {
    return { list: [], notes: [`the agent at ${socket} cannot be asked (${(error as Error).message})`] };
  } finally {
    clearTimeout(timer);
  }
}
