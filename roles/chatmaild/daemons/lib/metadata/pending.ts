// Notifications that have not been delivered yet, as files: a restart of the relay forgets none. Each has a random
// name and three parts, separated by newlines: the address, the time of its message, the token.

import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../log.ts";

export interface Notification {
  readonly address: string;
  readonly token: string;
  /** Unix time of the message that it tells of. */
  readonly start: number;
}

/** A notification that waits, and the name of its file. */
export interface Pending extends Notification {
  readonly id: string;
}

export interface PendingFiles {
  readonly add: (notification: Notification) => Promise<Pending>;
  readonly remove: (id: string) => Promise<void>;
  /** What an earlier process has left. What cannot be read is removed. */
  readonly load: () => Promise<Pending[]>;
}

export function pendingFiles(directory: string, log: Log): PendingFiles {
  return {
    add: async ({ address, token, start }) => {
      const id = randomBytes(16).toString("hex");
      try {
        await write(directory, id, `${address}\n${start}\n${token}`);
      } catch (error) {
        // A full disk is no reason not to wake a device; only a restart would forget it.
        log(`warning: a notification is kept in memory only: ${(error as NodeJS.ErrnoException).code}`);
      }
      return { id, address, token, start };
    },
    remove: async (id) => {
      await unlink(join(directory, id)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
      });
    },
    load: async () => {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const found: Pending[] = [];
      for (const name of await readdir(directory)) {
        const path = join(directory, name);
        const pending = name.endsWith(".tmp") ? undefined : parse(name, await readFile(path, "utf8"));
        if (pending) found.push(pending);
        else {
          log(`warning: ${name} in pending_notifications is no whole notification, removed`);
          await unlink(path);
        }
      }
      return found.sort((one, other) => one.start - other.start);
    },
  };
}

async function write(directory: string, id: string, text: string): Promise<void> {
  const temporary = join(directory, `${id}.tmp`);
  const store = async (): Promise<void> => {
    // Not flushed: after a crash of the machine a few devices wake up later, and everybody else need not wait.
    await writeFile(temporary, text, { mode: 0o600, flag: "wx" });
    await rename(temporary, join(directory, id));
  };
  try {
    await store();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    // Somebody has removed the directory.
    await mkdir(directory, { mode: 0o700 });
    await store();
  }
}

function parse(id: string, text: string): Pending | undefined {
  const [address, start = "", token, ...more] = text.split("\n");
  const isWhole = address && token && more.length === 0 && /^[0-9]{1,12}([.][0-9]+)?$/.test(start);
  return isWhole ? { id, address, token, start: Number(start) } : undefined;
}
