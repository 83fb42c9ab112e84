// Sees to it that a client which Dovecot puts to sleep (hibernation) misses nothing. A process tells its client of a
// change half a second after it; if the client is handed to imap-hibernate within that half second, the change is told
// to nobody (Dovecot 2.3.19, mailbox-watch.c: the new watch begins without a look). So Dovecot tells us of each client
// that it has put to sleep, and if the mailbox has changed while the client waited for that, the watch is made to ring:
// the client is woken (4 ms of work), looks, and sleeps on.

import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Users } from "../users.ts";

/** Dovecot's event imap_client_hibernated, of which these fields matter. Times are in seconds since 1970. */
export interface Hibernation {
  readonly user: string;
  readonly mailbox: string;
  /** When the client logged in, or was woken last: then it looked. */
  readonly start: number;
  readonly end: number;
}

/** imap_hibernate_timeout in role dovecot: when the client began to wait it looked, and that was as long ago. */
const WAIT = 1;
/** The time of a directory is behind the clock's by a tick of the kernel, at most ten milliseconds. */
const TICK = 0.02;

/**
 * The file that rings. Dovecot passes over files whose names begin with a dot. It stays, since to write a file rings
 * too, but does not change the time of its directory as to make or remove one would: that would count as a change.
 */
const BELL = ".bell";

/** Undefined for what is no such event, or of a client that has no mailbox open. */
export function parseHibernation(json: string): Hibernation | undefined {
  try {
    const { start_time: start, end_time: end, fields } = JSON.parse(json) as Record<string, unknown>;
    const { user, mailbox } = fields as Record<string, unknown>;
    const hasTimes = typeof start === "number" && typeof end === "number";
    const hasPlace = typeof user === "string" && typeof mailbox === "string";
    return hasTimes && hasPlace ? { user, mailbox, start, end } : undefined;
  } catch {
    return undefined;
  }
}

/** Rings if there is something that the client may not know of. `now` is when we were told. */
export async function ringIfChanged(
  { user, mailbox, start, end }: Hibernation,
  users: Pick<Users, "home">,
  now: number,
): Promise<boolean> {
  const home = users.home(user);
  const folder = folderOf(mailbox);
  if (home === undefined || folder === undefined) return false;
  const directories = ["new", "cur"].map((name) => join(home, folder, name));
  const times = await Promise.all(directories.map(async (path) => (await stat(path)).mtimeMs / 1000));
  // A machine that is late in telling us was about as late in all else.
  const late = 2 * Math.max(0, now - end);
  if (Math.max(...times) < Math.max(start - TICK, end - WAIT - late)) return false;
  await writeFile(join(directories[0]!, BELL), ".", { mode: 0o600 });
  return true;
}

/** Where a mailbox is below the home, Maildir++; undefined where its name is another one on the disk. */
function folderOf(mailbox: string): string | undefined {
  if (mailbox.toUpperCase() === "INBOX") return ".";
  return /^[\w -]+(\.[\w -]+)*$/.test(mailbox) ? `.${mailbox}` : undefined;
}
