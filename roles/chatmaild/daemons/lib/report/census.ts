// Counts what is in the mailboxes, in numbers only: nothing in a report tells of one user.

import { basename } from "node:path";
import { eachFile, lastLogin, mailboxesIn, type Place, stateOf } from "../expiry/mailboxes.ts";

const DAY = 24 * 60 * 60;
const KIB = 1024;
const MIB = 1024 * KIB;

/** Addresses that checks of a relay make for themselves. */
const TEST_ACCOUNT = /^ci-/;

/** Within how many days users have logged in. */
export const ACTIVE_DAYS = [1, 10, 30, 40, 80, 100, 150] as const;

/** From which size on messages are counted. */
export const MESSAGE_SIZES = [0, 100 * KIB, 512 * KIB, MIB, 2 * MIB, 5 * MIB, 10 * MIB] as const;

export interface Census {
  /** Bytes of messages, and of all else that is in mailboxes. */
  messageBytes: number;
  extraBytes: number;
  /** For each of MESSAGE_SIZES the messages that are as large or larger. */
  readonly messages: { readonly from: number; count: number; bytes: number }[];
  accounts: number;
  testAccounts: number;
  /** For each of ACTIVE_DAYS the users, test accounts aside, who have logged in since. */
  readonly active: { readonly days: number; users: number }[];
}

export interface Question {
  readonly directory: string;
  /** The time to go by, in seconds. */
  readonly now: number;
  /** How many mailboxes to look at. */
  readonly most: number;
  /** Count messages by size only where nobody has logged in for so many days. */
  readonly minLoginAge: number;
  /** Count messages by size only here; undefined for everywhere. */
  readonly place: Place | undefined;
}

export function census({ directory, now, most, minLoginAge, place }: Question): Census {
  const found: Census = {
    messageBytes: 0,
    extraBytes: 0,
    messages: MESSAGE_SIZES.map((from) => ({ from, count: 0, bytes: 0 })),
    accounts: 0,
    testAccounts: 0,
    active: ACTIVE_DAYS.map((days) => ({ days, users: 0 })),
  };
  for (const mailbox of mailboxesIn(directory, most)) {
    const login = lastLogin(mailbox);
    if (login !== undefined) countAccount(found, basename(mailbox), now - login);
    const bySize = minLoginAge === 0 || (login !== undefined && login <= now - minLoginAge * DAY);
    eachFile(mailbox, (path, _name, where) => {
      const size = stateOf(path)?.size;
      if (size === undefined) return;
      if (where === undefined) found.extraBytes += size;
      else found.messageBytes += size;
      if (where !== undefined && bySize && (place ?? where) === where) countMessage(found, size);
    });
  }
  return found;
}

function countAccount(found: Census, address: string, idle: number): void {
  found.accounts += 1;
  if (TEST_ACCOUNT.test(address)) found.testAccounts += 1;
  else for (const entry of found.active) if (idle <= entry.days * DAY) entry.users += 1;
}

function countMessage(found: Census, size: number): void {
  for (const entry of found.messages) {
    if (size < entry.from) break;
    entry.count += 1;
    entry.bytes += size;
  }
}
