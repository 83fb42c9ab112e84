// SSH keys: one that logs in as root on all hosts of a lab, and one for each host to be known by.
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { must } from "./command.ts";

export interface KeyPair {
  /** Path of the private key. */
  readonly path: string;
  readonly publicKey: string;
}

/** Reads the pair, making it first when there is none. */
export async function keyPair(path: string, comment: string): Promise<KeyPair> {
  if (!existsSync(path)) {
    await mkdir(dirname(path), { recursive: true });
    const unfinished = `${path}.unfinished`;
    await rm(unfinished, { force: true });
    await rm(`${unfinished}.pub`, { force: true });
    await must("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", unfinished]);
    await rename(`${unfinished}.pub`, `${path}.pub`);
    await rename(unfinished, path);
  }
  return { path, publicKey: (await readFile(`${path}.pub`, "utf8")).trim() };
}

/** One line for sshd(8)'s known_hosts: the host may be addressed by its name or by its address. */
export const knownHostLine = (name: string, address: string, publicKey: string): string =>
  `${name},${address} ${publicKey.split(" ").slice(0, 2).join(" ")}\n`;
