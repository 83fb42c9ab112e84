// Which messages go when a mailbox is too full: the oldest first, until the rest fits, but never one of the last day.
// Sizes and times are those of Dovecot's file names, `TIME.UNIQUE,S=BYTES,...`: by these Dovecot counts the quota,
// while the file may be compressed and its time may be what a client has asked for.

import type { Stats } from "node:fs";

export interface Message {
  readonly path: string;
  /** Bytes that it counts for the quota. */
  readonly size: number;
  /** When it came, in seconds. */
  readonly time: number;
}

/** No message is removed for want of space before it is so old: devices that are seldom on shall have had their time. */
const GRACE = 24 * 60 * 60;

/** What is left of a full mailbox: below the 75 % at which Dovecot calls for it, and the 80 % at which apps warn. */
export const SHRINK_TO = 0.7;

/** A message by its file's name; where that does not tell, by what is known of the file. */
export function messageOf(name: string, path: string, file: Pick<Stats, "size" | "mtimeMs">): Message {
  const size = /,S=([0-9]{1,15})(?=[,:]|$)/.exec(name)?.[1];
  const time = /^([0-9]{1,12})[.]/.exec(name)?.[1];
  return { path, size: Number(size ?? file.size), time: Number(time ?? file.mtimeMs / 1000) };
}

/** Those to be removed so that the others are at most `target` bytes. */
export function surplus(messages: readonly Message[], target: number, now: number): Message[] {
  let total = messages.reduce((sum, { size }) => sum + size, 0);
  if (total <= target) return [];
  const gone: Message[] = [];
  for (const message of [...messages].sort((one, other) => one.time - other.time)) {
    if (total <= target || message.time > now - GRACE) break;
    gone.push(message);
    total -= message.size;
  }
  return gone;
}
