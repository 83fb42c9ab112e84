// How a shell of another user is started (runuser(1), sudo(8)), and what it means when that fails. A password is
// given to sudo on its standard input, and only when it asks: no command line and no file ever holds it.

import { randomUUID } from "node:crypto";
import { Unreachable } from "./transport.ts";

export interface Become {
  /** The user who logged in. */
  readonly login: string;
  readonly user: string;
  /** What sudo may ask for. */
  readonly password?: string | undefined;
}

/** What a program that is being started may ask for on its standard error. */
export interface Dialogue {
  readonly prompt: string;
  readonly answer: string;
}

export interface Start {
  readonly command: readonly string[];
  readonly dialogue?: Dialogue;
}

/** How the command is run as the user. Root needs no sudo for that, which a bare Debian does not have. */
export function asUser({ login, user, password }: Become, command: readonly string[]): Start {
  if (user === login) return { command };
  // A name that could be taken for an option or hold more than a name; useradd(8) would not take it either.
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.@+-]*$/.test(user)) {
    throw new Unreachable(`${JSON.stringify(user)} is not the name of a user`);
  }
  // Messages in English, so that they can be recognised below.
  const run = (...become: string[]): string[] => ["env", "LC_ALL=C", ...become, "-u", user, "--", ...command];
  if (login === "root") return { command: run("runuser") };
  if (password === undefined) return { command: run("sudo", "-n", "-H") };
  if (/[\0\n]/.test(password)) throw new Unreachable("the password for sudo holds a line end or a NUL");
  const prompt = `password-${randomUUID()}:`;
  return { command: run("sudo", "-S", "-p", prompt, "-H"), dialogue: { prompt, answer: `${password}\n` } };
}

/** What to do when the command of `asUser` did not come to a shell but to this message. */
export function becomeHint({ login, user, password }: Become, message: string): string | undefined {
  if (user === login) return undefined;
  const withoutPassword = `allow it without one by a line in /etc/sudoers.d: ${login} ALL=(ALL) NOPASSWD: ALL`;
  if (password !== undefined && /Sorry, try again|incorrect password/.test(message)) {
    return `sudo does not take the password: it wants the one of ${login}, by --ask-become-pass, --become-password-file or ansible_become_password`;
  }
  if (/password is required|terminal is required|askpass/.test(message)) {
    return `sudo asks for a password: give it by --ask-become-pass, --become-password-file or ansible_become_password, or ${withoutPassword}`;
  }
  if (/not in the sudoers|not allowed to|may not run sudo/.test(message)) {
    return `let ${login} use sudo by a line in /etc/sudoers.d: ${login} ALL=(ALL) NOPASSWD: ALL`;
  }
  if (/sudo.*(not found|No such file)/.test(message)) {
    return "sudo is not installed there: log in as root, or install it (apt install sudo)";
  }
  if (/unknown user|does not exist/.test(message)) return `there is no user ${user} on the host yet`;
  return undefined;
}
