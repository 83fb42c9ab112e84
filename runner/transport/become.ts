// How a shell of another user is started (runuser(1), sudo(8)), and what it means when that fails.
// Without passwords: what asks for one is refused with the remedy.

import { Unreachable } from "./transport.ts";

export interface Become {
  /** The user who logged in. */
  readonly login: string;
  readonly user: string;
}

/** The command, run as the user. Root needs no sudo for that, which a bare Debian does not have. */
export function asUser({ login, user }: Become, command: readonly string[]): string[] {
  if (user === login) return [...command];
  // A name that could be taken for an option or hold more than a name; useradd(8) would not take it either.
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.@+-]*$/.test(user)) {
    throw new Unreachable(`${JSON.stringify(user)} is not the name of a user`);
  }
  // Messages in English, so that they can be recognised below.
  const become = login === "root" ? ["runuser", "-u", user] : ["sudo", "-n", "-H", "-u", user];
  return ["env", "LC_ALL=C", ...become, "--", ...command];
}

/** What to do when the command of `asUser` did not come to a shell but to this message. */
export function becomeHint({ login, user }: Become, message: string): string | undefined {
  if (user === login) return undefined;
  if (/password is required|terminal is required|askpass/.test(message)) {
    return `sudo asks for a password: log in as root, or allow it without one by a line in /etc/sudoers.d: ${login} ALL=(ALL) NOPASSWD: ALL`;
  }
  if (/not in the sudoers|not allowed to/.test(message)) {
    return `let ${login} use sudo by a line in /etc/sudoers.d: ${login} ALL=(ALL) NOPASSWD: ALL`;
  }
  if (/sudo.*(not found|No such file)/.test(message)) {
    return "sudo is not installed there: log in as root, or install it (apt install sudo)";
  }
  if (/unknown user|does not exist/.test(message)) return `there is no user ${user} on the host yet`;
  return undefined;
}
