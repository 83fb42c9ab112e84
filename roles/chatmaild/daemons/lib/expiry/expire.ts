// What the nightly clean-up does with one mailbox after the other: which rules there are, and in which order. The one
// place that decides is here; without `remove` it decides the same and removes nothing.

import { type Config, sizeInBytes } from "../config.ts";
import { eachFile, isEmpty, lastLogin, mailboxesIn, stateOf } from "./mailboxes.ts";
import { forgetSize, leaving, removeEmpty, removeFile, removeMailbox, removeTree } from "./remove.ts";
import { type Message, messageOf, SHRINK_TO, surplus } from "./shrink.ts";

const DAY = 24 * 60 * 60;

/** What delete_large_after calls large, in bytes as stored. */
const LARGE = 200_000;

export interface Expiry {
  readonly config: Pick<
    Config,
    | "mailboxes_dir"
    | "max_mailbox_size"
    | "delete_mails_after"
    | "delete_large_after"
    | "delete_inactive_users_after"
  >;
  /** The time to go by, in seconds. */
  readonly now: number;
  readonly remove: boolean;
  /** How many mailboxes to look at. */
  readonly most: number;
  /** Told of everything that is removed, or would be. */
  readonly removing: (what: string) => void;
  /** Told of what an operator should look at. */
  readonly notice: (text: string) => void;
}

export interface Expired {
  mailboxes: number;
  mailboxesRemoved: number;
  messages: number;
  messagesRemoved: number;
  /** Mailboxes that could not be cleaned up. */
  failed: number;
}

export function expire(expiry: Expiry): Expired {
  const sum = { mailboxes: 0, mailboxesRemoved: 0, messages: 0, messagesRemoved: 0, failed: 0 };
  const { mailboxes_dir: directory } = expiry.config;
  // What has a fault, a directory of another owner for instance, shall not keep the others from being cleaned up.
  const attempt = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      sum.failed += 1;
      expiry.notice((error as Error).message);
    }
  };
  if (expiry.remove) for (const left of leaving(directory)) attempt(() => removeTree(left));
  for (const mailbox of mailboxesIn(directory, expiry.most)) {
    sum.mailboxes += 1;
    attempt(() => expireMailbox(mailbox, expiry, sum));
  }
  return sum;
}

function expireMailbox(mailbox: string, expiry: Expiry, sum: Expired): void {
  const { config, now, remove, removing, notice } = expiry;
  const login = lastLogin(mailbox);
  if (login === undefined) {
    const gone = remove ? removeEmpty(mailbox) : isEmpty(mailbox);
    if (gone) {
      removing(mailbox);
      sum.mailboxesRemoved += 1;
    } else if (stateOf(mailbox))
      notice(`${mailbox} has no password file: nobody can log in, it is left as it is`);
    return;
  }
  if (login < now - config.delete_inactive_users_after * DAY) {
    if (remove) removeMailbox(mailbox);
    removing(mailbox);
    sum.mailboxesRemoved += 1;
    return;
  }
  const before = sum.messagesRemoved;
  const removeMessage = (path: string): void => {
    if (remove && !removeFile(path)) return;
    removing(path);
    sum.messagesRemoved += 1;
  };
  try {
    expireMessages(mailbox, expiry, sum, removeMessage);
  } finally {
    if (remove && sum.messagesRemoved > before) forgetSize(mailbox);
  }
}

function expireMessages(
  mailbox: string,
  { config, now }: Expiry,
  sum: Expired,
  remove: (path: string) => void,
): void {
  const kept: Message[] = [];
  eachFile(mailbox, (path, name, place) => {
    const file = place && stateOf(path);
    if (!file) return;
    sum.messages += 1;
    const time = file.mtimeMs / 1000;
    const old = time < now - config.delete_mails_after * DAY;
    const large = place === "cur" && file.size > LARGE && time < now - config.delete_large_after * DAY;
    if (old || large) remove(path);
    else if (place !== "tmp") kept.push(messageOf(name, path, file));
  });
  const target = sizeInBytes(config.max_mailbox_size) * SHRINK_TO;
  for (const { path } of surplus(kept, target, now)) remove(path);
}
