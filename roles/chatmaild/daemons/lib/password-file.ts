// Makes the files of a new account, so that at any time it is there as a whole or not at all, after a crash too.

import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { link, mkdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

// By descriptors: with the FileHandles of node:fs/promises a first login took twice the CPU time for its files.
const [open, close] = [promisify(fs.open), promisify(fs.close)];
const [writeFile, futimes, fsync] = [promisify(fs.writeFile), promisify(fs.futimes), promisify(fs.fsync)];

const DAY = 24 * 60 * 60;

/** The last login is kept to the UTC day only: more would say when people are awake. */
export function startOfDay(unixTime: number): number {
  return unixTime - (unixTime % DAY);
}

/**
 * The hash is written and flushed under another name and then linked to its own. A link fails when the name
 * exists: so of any number of processes exactly one creates the account, no lock can be left behind, and
 * nobody ever reads half a hash.
 */
export async function createPassword(
  directory: string,
  password: string,
  enforcing: boolean,
): Promise<false | "in its directory" | "with its directory"> {
  const isNew = enforcing ? await makeHome(directory) : await makeDirectory(directory);
  const temporary = join(directory, `password.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await withFile(temporary, "wx", async (file) => {
      await writeFile(file, password);
      const today = startOfDay(Math.floor(Date.now() / 1000));
      await futimes(file, today, today);
      await fsync(file);
    });
    await link(temporary, join(directory, "password"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
  await flushDirectory(directory);
  return isNew ? "with its directory" : "in its directory";
}

async function withFile(path: string, flags: string, use: (file: number) => Promise<void>): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await use(file);
  } finally {
    await close(file);
  }
}

export const flushDirectory = (path: string): Promise<void> => withFile(path, "r", fsync);

/** The same for all who ask for it while it is done for others: then it is done once more, for all of them. */
export function shared(work: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    next = undefined;
    const begun = work().finally(() => {
      if (underWay === begun) underWay = undefined;
    });
    underWay = begun;
    return begun;
  };
  return () => {
    if (!underWay) return begin();
    next ??= underWay.then(begin, begin);
    return next;
  };
}

/** How often a directory is made that is gone at once. */
const TRIES = 100;

/**
 * Makes the directory with its first file; whether there was none. The clean-up removes empty directories, this one
 * too if it comes between the two steps: then they are taken again.
 */
async function makeHome(directory: string): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    const isNew = await makeDirectory(directory);
    try {
      // Before the password: an account must never exist without it and so accept cleartext.
      await close(await open(join(directory, "enforceE2EEincoming"), "a", 0o600));
      return isNew;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || tries === TRIES) throw error;
    }
  }
}

/** Whether there was none. The one above it must be there: this does not make a mail directory anew. */
async function makeDirectory(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
