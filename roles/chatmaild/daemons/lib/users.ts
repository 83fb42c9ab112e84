// The directory of mailboxes: one directory per address, with its state in small files beside the messages.
// The layout is the one that existing relays have, so that a mail directory can be taken over as it is.

import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { link, mkdir, readdir, unlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import type { Config } from "./config.ts";

// By descriptors: with the FileHandles of node:fs/promises a first login took twice the CPU time for its files.
const [open, close] = [promisify(fs.open), promisify(fs.close)];
const [writeFile, futimes, fsync] = [promisify(fs.writeFile), promisify(fs.futimes), promisify(fs.fsync)];

/** Marks that are empty files in the directory of an address. */
export type Mark = "enforceE2EEincoming" | "DISABLED";

export interface Users {
  /** The directory of an address; undefined for what can be no address of this relay. */
  readonly home: (address: string) => string | undefined;
  /** The stored hash with its scheme; "" when the file is empty, undefined when there is none. */
  readonly password: (address: string) => string | undefined;
  /** Stores the hash of a new address; false, and nothing changed, when it has a password file already. */
  readonly create: (
    address: string,
    password: string,
    options?: { readonly enforcing: boolean },
  ) => Promise<boolean>;
  readonly isMarked: (address: string, mark: Mark) => boolean;
  /** All addresses that have a password. */
  readonly list: () => Promise<string[]>;
}

/** The part of addresses after the @: the mail domain, or a domain literal when that is an IPv4 address. */
export function addressDomain({ mail_domain: domain }: Pick<Config, "mail_domain">): string {
  return /^[0-9]+([.][0-9]+){3}$/.test(domain) ? `[${domain}]` : domain;
}

const DAY = 24 * 60 * 60;

/** The last login is kept to the UTC day only: more would say when people are awake. */
export function startOfDay(unixTime: number): number {
  return unixTime - (unixTime % DAY);
}

/** Throws when the directory of mailboxes itself is not there: then nobody may be told that an address is unknown. */
function assertThere(mailboxes: string): void {
  if (statSync(mailboxes).nlink === 0) throw new Error(`${mailboxes} has been removed`);
}

export function usersOf(config: Pick<Config, "mail_domain" | "mailboxes_dir">): Users {
  const mailboxes = config.mailboxes_dir;
  const suffix = `@${addressDomain(config)}`;
  const home = (address: string): string | undefined =>
    address.endsWith(suffix) && !/[/\u0000]/.test(address) ? join(mailboxes, address) : undefined;
  const flushMailboxes = shared(() => flushDirectory(mailboxes));
  return {
    home,
    password: (address) => {
      const directory = home(address);
      if (directory === undefined) return undefined;
      const password = readSmallFile(join(directory, "password"));
      if (password === undefined) assertThere(mailboxes);
      return password;
    },
    create: async (address, password, { enforcing } = { enforcing: true }) => {
      const directory = home(address);
      if (directory === undefined) throw new Error("not an address of this relay");
      const made = await createPassword(directory, password, enforcing);
      if (made === "with its directory") await flushMailboxes();
      return made !== false;
    },
    isMarked: (address, mark) => {
      const directory = home(address);
      return directory !== undefined && hasFile(join(directory, mark));
    },
    list: async () => {
      assertThere(mailboxes);
      const names = await readdir(mailboxes);
      const addresses: string[] = [];
      for (const [index, name] of names.entries()) {
        // A hundred thousand of these take seconds: logins come in between.
        if (index % 256 === 0) await setImmediate();
        if (name.endsWith(suffix) && readSmallFile(join(mailboxes, name, "password"))) addresses.push(name);
      }
      return addresses;
    },
  };
}

const LARGEST_HASH = 4096;
const buffer = Buffer.alloc(LARGEST_HASH);

/**
 * Synchronous on purpose: the file is some 120 bytes long and nearly always in the page cache. One such read
 * takes about 10 µs; through the thread pool it took ten times as long and held up the other look-ups.
 */
function readSmallFile(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return undefined;
    throw error;
  }
  try {
    const length = readSync(file, buffer, 0, LARGEST_HASH, 0);
    return buffer.toString("utf8", 0, length);
  } finally {
    closeSync(file);
  }
}

/** At once for the same reason: the promise of access() was a quarter of what filtermail did for a small message. */
function hasFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENAMETOOLONG") return false;
    throw error;
  }
}

/**
 * The hash is written and flushed under another name and then linked to its own. A link fails when the name
 * exists: so of any number of processes exactly one creates the account, no lock can be left behind, and
 * nobody ever reads half a hash.
 */
async function createPassword(
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

const flushDirectory = (path: string): Promise<void> => withFile(path, "r", fsync);

/** The same for all who ask for it while it is done for others: then it is done once more, for all of them. */
function shared(work: () => Promise<void>): () => Promise<void> {
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

/** Notes a login: only the day is kept, as the time of the password file. Unknown addresses are passed over. */
export async function noteLogin(users: Users, address: string, unixTime: number): Promise<void> {
  const directory = users.home(address);
  if (directory === undefined) return;
  const day = startOfDay(unixTime);
  await utimes(join(directory, "password"), day, day).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}
