// The directory of mailboxes as the programs that clean up and count see it: one mailbox after the other, and in each
// all files. Nothing is followed out of a mailbox: a symbolic link is neither a mailbox nor a folder nor a message.
//
// Everything here is synchronous. These programs do nothing else meanwhile, and a walk over 100,000 mailboxes then
// takes as long as find(1) needs for it; through the thread pool it took several times as long.

import { lstatSync, opendirSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";

/** The three directories of a folder whose files are messages, maildir(5). */
export type Place = "cur" | "new" | "tmp";

const PLACES: ReadonlySet<string> = new Set<Place>(["cur", "new", "tmp"]);

/** How many entries of the directory of mailboxes are read at a time: it may have hundreds of thousands. */
const BATCH = 1024;

/** The names of the directories in a directory, as they are read. */
export function* directoriesIn(directory: string): Generator<string> {
  const entries = opendirSync(directory, { bufferSize: BATCH });
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync())
      if (entry.isDirectory()) yield entry.name;
  } finally {
    entries.closeSync();
  }
}

/** The path of every mailbox, up to `most` of them; what is no directory with an @ in its name is none. */
export function* mailboxesIn(directory: string, most: number): Generator<string> {
  let left = most;
  for (const name of directoriesIn(directory)) {
    if (!name.includes("@")) continue;
    if (left === 0) return;
    left -= 1;
    yield join(directory, name);
  }
}

export type Visit = (path: string, name: string, place: Place | undefined) => void;

/**
 * Visits every file below a directory; `place` says whether it is a message. What vanishes meanwhile is passed over. Files
 * whose names begin with a dot are none, to Dovecot either: such is the bell of metadata/hibernation.ts.
 */
export function eachFile(directory: string, visit: Visit, place?: Place): void {
  for (const entry of entriesOf(directory)) {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory()) eachFile(path, visit, isPlace(entry.name) ? entry.name : undefined);
    else if (entry.isFile()) visit(path, entry.name, entry.name.startsWith(".") ? undefined : place);
  }
}

/** What is at a path itself, links not followed; undefined where nothing is, or no longer. */
export function stateOf(path: string): Stats | undefined {
  return unlessVanished(() => lstatSync(path, { throwIfNoEntry: false }));
}

/** When the user has last logged in, in seconds: the time of the password file; undefined without such a file. */
export function lastLogin(mailbox: string): number | undefined {
  const password = stateOf(join(mailbox, "password"));
  return password?.isFile() ? password.mtimeMs / 1000 : undefined;
}

export function isEmpty(directory: string): boolean {
  return entriesOf(directory).length === 0;
}

/** Others deliver, read and delete at the same time: that something is gone is no error. */
export function unlessVanished<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

function entriesOf(directory: string) {
  return unlessVanished(() => readdirSync(directory, { withFileTypes: true })) ?? [];
}

function isPlace(name: string): name is Place {
  return PLACES.has(name);
}
