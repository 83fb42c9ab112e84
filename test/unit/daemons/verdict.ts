// The verdict of filtermail's rules on a message, and messages as Delta Chat writes them, for the tests that bend these.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { incoming, outgoing, type Recipient } from "../../../roles/chatmaild/daemons/lib/filter/rules.ts";
import { DataLines } from "../../../roles/chatmaild/daemons/lib/mail/lines.ts";
import { MessageReader } from "../../../roles/chatmaild/daemons/lib/mail/reading.ts";
import { ALICE, BOB, crlf, lines } from "./messages.ts";

export const ACCEPTED = "250";
export const UNENCRYPTED = "523 Encryption Needed: Invalid Unencrypted Mail";

export interface Envelope {
  readonly direction?: "outgoing" | "incoming";
  readonly mailFrom?: string;
  readonly to?: readonly Partial<Recipient>[];
}

/** What filtermail would answer to this message, and for an accepted one the sender and the recipients that go on. */
export function verdict(
  text: string,
  { direction = "outgoing", mailFrom = ALICE, to = [{}] }: Envelope = {},
): string {
  const reader = new MessageReader({ incoming: direction === "incoming" });
  const data = new DataLines(reader.line);
  const end = data.push(Buffer.from(text, "latin1"));
  const message = {
    reading: reader.reading,
    size: data.size,
    maxSize: 100_000,
    wellFramed: end === undefined && data.complete && data.size > 0 && !data.broken,
    mailFrom,
    recipients: to.map((recipient) => ({ address: BOB, disabled: false, enforcing: true, ...recipient })),
  };
  const found = direction === "incoming" ? incoming(message) : outgoing({ ...message, disabled: false });
  switch (found.action) {
    case "refuse":
      return `${found.reply.code} ${found.reply.lines.join(" ")}`;
    case "discard":
      return "discarded";
    case "accept":
      return found.mailFrom === mailFrom ? ACCEPTED : `${ACCEPTED} from <${found.mailFrom}>`;
  }
}

export const captured = (name: string): string =>
  crlf(readFileSync(new URL(`captured/${name}.asc`, import.meta.url), "latin1"));

/** As Delta Chat writes it. */
export function chat(armored: string): string {
  const boundary = "1888168c99b6020b_ed9b3571859a92d7_eeabe50050fc923b";
  return lines(
    `From: <${ALICE}>`,
    'To: "hidden-recipients": ;',
    "Subject: [...]",
    "Date: Tue, 6 Jan 2026 08:20:47 +0000",
    "Message-ID: <4f108a03-6c03-4f41-a6fb-fcd05b94c21f@localhost>",
    "Chat-Version: 1.0",
    `Autocrypt: addr=${ALICE}; prefer-encrypt=mutual; keydata=xsBNBF4wx1cBCADOwLS/xCd8iKDWUsy`,
    "\tzbK5iKio6QNEmZagzJPkXPByJcAIRUm0T16tqDtCvxm+H93YEXpHi/XWOeJw9kohATSqUtsRO0pFJe",
    "MIME-Version: 1.0",
    'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; ',
    `\tboundary="${boundary}"`,
    "",
    "",
    `--${boundary}`,
    'Content-Type: application/pgp-encrypted; charset="utf-8"',
    "Content-Description: PGP/MIME version identification",
    "Content-Transfer-Encoding: 7bit",
    "",
    "Version: 1",
    "",
    `--${boundary}`,
    'Content-Type: application/octet-stream; charset="utf-8"; ',
    '\tname="encrypted.asc"',
    "Content-Description: OpenPGP encrypted message",
    'Content-Disposition: inline; filename="encrypted.asc";',
    "Content-Transfer-Encoding: 7bit",
    "",
    armored,
    `--${boundary}--`,
  );
}

/** As Delta Chat starts a Secure-Join: it repeats the Message-ID in the part. */
export function joining(step = "vc-request"): string {
  return lines(
    `From: <${ALICE}>`,
    `To: <${BOB}>`,
    "Subject: [...]",
    "Message-ID: <4f108a03-6c03-4f41-a6fb-fcd05b94c21f@localhost>",
    "Chat-Version: 1.0",
    `Secure-Join: ${step}`,
    "Secure-Join-Invitenumber: dPKfZxBfCMJ",
    "MIME-Version: 1.0",
    "Content-Type: multipart/mixed; ",
    '\tboundary="1888168c99b6020b_ed9b"',
    "",
    "",
    "--1888168c99b6020b_ed9b",
    'Content-Type: text/plain; charset="utf-8"',
    "Message-ID: <4f108a03-6c03-4f41-a6fb-fcd05b94c21f@localhost>",
    "Content-Transfer-Encoding: 7bit",
    "",
    `Secure-Join: ${step}`,
    "--1888168c99b6020b_ed9b--",
  );
}

/** Each case by its title: what is done to a message, and the verdict. */
export type Cases = Readonly<
  Record<string, readonly [bend: (message: string) => string, verdict: string | RegExp, envelope?: Envelope]>
>;

export function each(cases: Cases, message: () => string): void {
  for (const [title, [bend, expected, envelope]] of Object.entries(cases))
    it(title, () => {
      const original = message();
      const bent = bend(original);
      assert.notEqual(bent, original, "the case changes nothing");
      const found = verdict(bent, envelope);
      if (typeof expected === "string") assert.equal(found, expected);
      else assert.match(found, expected);
    });
}

/** The boundary of chat(). */
export const B = "1888168c99b6020b_ed9b3571859a92d7_eeabe50050fc923b";
export const replaced =
  (what: string | RegExp, by: string) =>
  (message: string): string =>
    message.replace(what, by);
export const header = (line: string): ((message: string) => string) => replaced("Chat-Version: 1.0", line);
export const FROM = `From: <${ALICE}>`;
export const SECRET = "Hello in the clear";
