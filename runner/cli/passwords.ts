// The passwords that a run is given: those of ansible-vault, and the one of sudo. From files, from programs that
// print them, or asked for; never from the command line, which others can see.

import { spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Secrets } from "../secrets/secrets.ts";
import type { Vault } from "../secrets/vault.ts";
import { type Problem, Problems } from "../source/problem.ts";
import { unreadable } from "../source/sources.ts";
import type { Ask } from "../transport/transport.ts";
import type { Request } from "./options.ts";

export interface Around {
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly ask: Ask | undefined;
}

/** Throws Problems. */
export async function giveVaultPasswords(request: Request, vault: Vault, around: Around): Promise<void> {
  const { ANSIBLE_VAULT_PASSWORD_FILE: usual } = around.env;
  const files = request.vaultPasswordFiles.length === 0 && usual ? [usual] : request.vaultPasswordFiles;
  for (const file of files) vault.add(passwordOf(file, around));
  if (request.askVaultPass) vault.add(await asked("Vault password: ", "--vault-password-file FILE", around));
}

/** The password for sudo; nothing when none is given. Throws Problems. */
export async function becomePassword(
  { becomePasswordFile, askBecomePass }: Request,
  secrets: Secrets,
  around: Around,
): Promise<string | undefined> {
  const password = becomePasswordFile
    ? passwordOf(becomePasswordFile, around)
    : askBecomePass
      ? await asked("BECOME password: ", "--become-password-file FILE", around)
      : undefined;
  secrets.add(password);
  return password;
}

async function asked(text: string, instead: string, { ask }: Around): Promise<string> {
  if (!ask) {
    throw refused("a password cannot be asked for: there is no terminal", `give it by ${instead}`);
  }
  const answer = await ask({ text, hidden: true });
  if (!answer) throw refused("no password was given");
  return answer;
}

/** A file that may be executed is a program that prints the password, as for Ansible. */
function passwordOf(file: string, { directory }: Around): string {
  const path = file.startsWith("~/") ? join(homedir(), file.slice(2)) : resolve(directory, file);
  const text = isProgram(path) ? outputOf(path, file) : textOf(path, file);
  const password = text.trim();
  if (password === "") throw refused(`${file} holds no password`);
  return password;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function outputOf(path: string, shown: string): string {
  const { status, stdout, stderr, error } = spawnSync(path, { encoding: "utf8" });
  if (status === 0) return stdout;
  const why = error?.message ?? (stderr.trim() || `exit status ${status}`);
  throw refused(
    `${shown}, run to print a password, failed: ${why}`,
    "a file that holds one must not be executable",
  );
}

function textOf(path: string, shown: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw refused(unreadable(shown, error));
  }
}

function refused(message: string, hint?: string): Problems {
  const problem: Problem = { code: "password", message, ...(hint && { hint }) };
  return new Problems([problem]);
}
