// The directory of mailboxes: one directory per address, with its state in small files beside the messages.
// The layout is the one that existing relays have, so that a mail directory can be taken over as it is.

import { closeSync, openSync, readSync, statSync } from "node:fs";
import { readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Config } from "./config.ts";
import { createPassword, flushDirectory, shared, startOfDay } from "./password-file.ts";

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

/** Notes a login: only the day is kept, as the time of the password file. Unknown addresses are passed over. */
export async function noteLogin(users: Users, address: string, unixTime: number): Promise<void> {
  const directory = users.home(address);
  if (directory === undefined) return;
  const day = startOfDay(unixTime);
  await utimes(join(directory, "password"), day, day).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}
