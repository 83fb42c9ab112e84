// Removing: one message, what Dovecot has counted, a whole mailbox. Each holds while others deliver into it.

import { randomBytes } from "node:crypto";
import { renameSync, rmdirSync, rmSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { directoriesIn, unlessVanished } from "./mailboxes.ts";

/** What a mailbox is called while it is removed: nobody's address. */
const LEAVING = /^[.]expired-[0-9a-f]{16}$/;

/** Whether it was there. */
export function removeFile(path: string): boolean {
  const removed = unlessVanished(() => {
    unlinkSync(path);
    return true;
  });
  return removed ?? false;
}

/** Makes Dovecot count anew what the mailbox holds: it keeps the sum in this file, and knows nothing of what we did. */
export function forgetSize(mailbox: string): void {
  removeFile(join(mailbox, "maildirsize"));
}

/** Removes a directory that nothing is in; whether it was so. */
export function removeEmpty(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTEMPTY" || code === "EEXIST" || code === "ENOENT") return false;
    throw error;
  }
}

/**
 * Takes the mailbox out of sight in one step, then its files away. Whoever logs in with the address from then on gets
 * a new one, in which nothing of the old one is; half a mailbox, one without its marks for instance, is never seen.
 */
export function removeMailbox(mailbox: string): void {
  const name = join(dirname(mailbox), `.expired-${randomBytes(8).toString("hex")}`);
  unlessVanished(() => {
    renameSync(mailbox, name);
    removeTree(name);
  });
}

/** What a run that was cut off has begun to remove. */
export function* leaving(directory: string): Generator<string> {
  for (const name of directoriesIn(directory)) if (LEAVING.test(name)) yield join(directory, name);
}

export function removeTree(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}
