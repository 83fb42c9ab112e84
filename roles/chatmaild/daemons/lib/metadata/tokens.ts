// The device tokens of each address: what its devices want to be woken with. Kept in metadata.json in the directory of
// the address, {"devicetoken": {"TOKEN": UNIX TIME}}, as existing relays have it. What a token means is for the
// notification server; here it is opaque.

import { open, readFile, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Users } from "../users.ts";

const DAY = 24 * 60 * 60;
/** Devices renew their tokens; one that has not done so for as long is gone. */
const LIFETIME = 90 * DAY;
/** Clocks differ by so many seconds; a token that is stamped later than that would live for ever. */
const CLOCK_SKEW = 60;
/** Far more than anybody's devices, so that nobody can fill the disk or have the relay send without end. */
const MOST_TOKENS = 100;
const LONGEST_TOKEN = 4096;

export interface Tokens {
  /** Adds a token, or renews its time; false when it cannot be one, or the address has no directory. */
  readonly add: (address: string, token: string) => Promise<boolean>;
  readonly remove: (address: string, token: string) => Promise<void>;
  /** Those that are valid now, oldest first. */
  readonly list: (address: string) => Promise<string[]>;
}

type Stamps = Map<string, number>;

export interface TokensOptions {
  readonly users: Pick<Users, "home">;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

export function tokensOf({ users, clock, log }: TokensOptions): Tokens {
  /** Changes of one file, one after the other. */
  const turns = new Map<string, Promise<unknown>>();

  const inTurn = <T>(address: string, work: () => Promise<T>): Promise<T> => {
    const turn = (turns.get(address) ?? Promise.resolve()).catch(() => undefined).then(work);
    turns.set(address, turn);
    const end = (): void => {
      if (turns.get(address) === turn) turns.delete(address);
    };
    turn.then(end, end);
    return turn;
  };

  /** The valid tokens, after a change if there is one; they are stored if they are not what was there. */
  const update = (address: string, change?: (stamps: Stamps, now: number) => void): Promise<string[]> => {
    const home = users.home(address);
    if (home === undefined) throw new Error("not an address of this relay");
    return inTurn(address, async () => {
      const path = join(home, "metadata.json");
      const now = Math.floor(clock.now() / 1000);
      const stored = (await read(path, log)) ?? { devicetoken: {} };
      const stamps = stampsOf(stored, now);
      change?.(stamps, now);
      const valid = [...stamps]
        .filter(([, stamp]) => stamp > now - LIFETIME && stamp <= now + CLOCK_SKEW)
        .sort(([, one], [, other]) => one - other)
        .slice(-MOST_TOKENS);
      const text = JSON.stringify({ ...stored, devicetoken: Object.fromEntries(valid) });
      try {
        if (text !== JSON.stringify(stored)) await write(path, text);
      } catch (error) {
        // On a full disk those that have expired stay in the file for a while.
        if (change) throw error;
      }
      return valid.map(([token]) => token);
    });
  };

  return {
    add: async (address, token) => {
      if (!isToken(token) || users.home(address) === undefined) return false;
      try {
        await update(address, (stamps, now) => stamps.set(token, now));
        return true;
      } catch (error) {
        log(`device token not stored: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
        return false;
      }
    },
    remove: async (address, token) => {
      await update(address, (stamps) => stamps.delete(token));
    },
    list: (address) => (users.home(address) === undefined ? Promise.resolve([]) : update(address)),
  };
}

/** Tokens are told apart by blanks when they are listed, and by lines where they wait. */
function isToken(text: string): boolean {
  return text !== "" && text.length <= LONGEST_TOKEN && !/[\s\u0000-\u001f\u007f]/.test(text);
}

interface Stored {
  readonly devicetoken?: unknown;
}

/** What the file holds; undefined where there is none, or none that can be read. */
async function read(path: string, log: Log): Promise<Stored | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const stored: unknown = JSON.parse(text);
    if (typeof stored === "object" && stored !== null && !Array.isArray(stored)) return stored;
  } catch {
    // Told below, as all else that it may be.
  }
  log("warning: a metadata.json is corrupt, taken as empty");
  return undefined;
}

/** Older relays kept a list of tokens without times: these count from now on. */
function stampsOf({ devicetoken }: Stored, now: number): Stamps {
  const entries: [string, unknown][] = Array.isArray(devicetoken)
    ? devicetoken.map((token) => [String(token), now])
    : Object.entries(devicetoken ?? {});
  return new Map(entries.map(([token, stamp]) => [token, typeof stamp === "number" ? stamp : 0]));
}

/** Nobody ever reads half a file, and after a crash there is one of the two. */
async function write(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}
