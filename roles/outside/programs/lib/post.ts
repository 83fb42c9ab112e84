// Encrypted messages on their way from one account to another, on the same relay or between two.

import { type Account, newAccount } from "./account.ts";
import { seconds } from "./check.ts";
import { Imap } from "./imap.ts";
import { decrypted, encryptedMessage, newKeys } from "./message.ts";
import type { Relay } from "./relay.ts";
import { expectCode, Smtp } from "./smtp.ts";

export interface Delivered {
  /** As the recipient's relay has it. */
  readonly message: string;
  readonly seconds: string;
}

/** New accounts on both sides; returns when the recipient has read what the sender wrote. */
export async function deliver(from: Relay, to: Relay, patience: number): Promise<Delivered> {
  const [alice, bob] = [newAccount(from), newAccount(to)];
  const keys = await newKeys(bob.address);
  const text = `from ${from.domain} to ${to.domain}: ${crypto.randomUUID()}`;
  const envelope = { from: alice.address, to: bob.address };
  const message = await encryptedMessage(envelope, keys.publicKey, text);
  const inboxes: Imap[] = [];
  try {
    for (const [relay, account] of [
      [from, alice],
      [to, bob],
    ] as const) {
      const imap = await Imap.login(relay, account);
      inboxes.push(imap);
      await imap.inbox();
    }
    const [sender, recipient] = inboxes as [Imap, Imap];
    const begin = performance.now();
    await send(from, alice, bob.address, message);
    const refused = sender.idleUntil(1, patience + 1000).then(async () => {
      throw new Error(`it came back: ${reason(await sender.fetch(1))}`);
    });
    await Promise.race([recipient.idleUntil(1, patience), refused]).catch((error: Error) => {
      throw new Error(`the message was taken, but ${error.message}`);
    });
    const taken = seconds(begin);
    const arrived = await recipient.fetch(1);
    const read = await decrypted(arrived, keys).catch((error: Error) => {
      throw new Error(`it cannot be decrypted: ${error.message}; it begins with ${arrived.slice(0, 80)}`);
    });
    if (read !== text) throw new Error(`another text arrived: ${read}`);
    return { message: arrived, seconds: taken };
  } finally {
    for (const imap of inboxes) imap.close();
  }
}

/** What a bounce says of why; RFC 3464 section 2.3.6. */
function reason(bounce: string): string {
  const [, said] = /^Diagnostic-Code:((?:.*\r?\n[ \t]+)*.*)/im.exec(bounce) ?? [];
  return (said ?? bounce.slice(0, 150)).replace(/\s+/g, " ").trim();
}

async function send(relay: Relay, account: Account, to: string, message: string): Promise<void> {
  const smtp = await Smtp.login(relay, account);
  try {
    expectCode(await smtp.send(account.address, to, message), 250);
  } finally {
    smtp.close();
  }
}
