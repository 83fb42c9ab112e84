// The rules of what passes, as pure functions of a message's reading and its envelope: outgoing() for what users
// send, incoming() for what other relays send. They do no I/O; marks of recipients are given to them.

import { parseFrom } from "../mail/from.ts";
import { single } from "../mail/header.ts";
import type { Reading } from "../mail/reading.ts";
import { type Reply, reply } from "../smtp/reply.ts";

/** A message as far as the rules need it. */
export interface Message {
  readonly reading: Reading;
  readonly size: number;
  readonly maxSize: number;
  readonly wellFramed: boolean;
}

export interface Recipient {
  readonly address: string;
  /** The account is switched off. */
  readonly disabled: boolean;
  /** Takes encrypted mail only. */
  readonly enforcing: boolean;
}

export type Verdict =
  | { readonly action: "refuse"; readonly reply: Reply; readonly log: readonly string[] }
  /** Answered as if it were accepted. */
  | { readonly action: "discard"; readonly log: readonly string[] }
  | {
      readonly action: "accept";
      readonly mailFrom: string;
      readonly recipients: readonly string[];
      readonly log: readonly string[];
    };

const UNENCRYPTED = reply(523, "Encryption Needed: Invalid Unencrypted Mail");

export interface Outgoing extends Message {
  readonly mailFrom: string;
  readonly recipients: readonly Recipient[];
  /** The sender's account is switched off. */
  readonly disabled: boolean;
}

export function outgoing(message: Outgoing): Verdict {
  const { reading, mailFrom } = message;
  const from = senderOf(message);
  if (typeof from !== "string") return refuse(from);
  if (from !== mailFrom) return refuse(reply(500, `Invalid FROM <${from}> for <${mailFrom}>`));
  const log = [`Outgoing: ${described(reading)}`];
  if (reading.kind === "clear" && !isSetupMessage(message)) return refuseUnencrypted(log);
  const recipients = enabledOf(message.recipients);
  if (message.disabled || recipients.length === 0) return { action: "discard", log };
  return { action: "accept", mailFrom, recipients, log };
}

export interface Incoming extends Message {
  readonly mailFrom: string;
  readonly recipients: readonly Recipient[];
}

/** Whether the From domain is the message's origin is not decided here but by OpenDKIM behind this filter. */
export function incoming(message: Incoming): Verdict {
  const { reading } = message;
  const from = senderOf(message);
  if (typeof from !== "string") return refuse(from);
  // A later failure must not send a bounce to somebody who has nothing to do with the message.
  const mailFrom = message.mailFrom === from ? from : "";
  const recipients = enabledOf(message.recipients);
  const log = [`Incoming: ${described(reading)}`];
  if (recipients.length === 0) return { action: "discard", log };
  if (reading.kind === "clear") {
    if (isReport(reading, from)) log.push(`Incoming: Filtering mailer-daemon message from ${from}.`);
    else if (message.recipients.some(({ disabled, enforcing }) => !disabled && enforcing))
      return refuseUnencrypted(log);
  }
  return { action: "accept", mailFrom, recipients, log };
}

/** The addresses whose accounts are not switched off. */
function enabledOf(recipients: readonly Recipient[]): string[] {
  return recipients.filter(({ disabled }) => !disabled).map(({ address }) => address);
}

/** The address of the From field in lower case, or why the message cannot be looked at. */
function senderOf({ reading, size, maxSize, wellFramed }: Message): string | Reply {
  if (size > maxSize) return reply(552, `Message is larger than ${maxSize} bytes`);
  if (!wellFramed) return reply(500, "Invalid DATA: lines must end with CRLF");
  if (!reading.readable) return reply(500, "Invalid message header");
  const from = single(reading.fields, "from");
  const address = from === undefined ? undefined : parseFrom(from);
  return address?.toLowerCase() ?? reply(500, "Invalid FROM header: exactly one address is needed");
}

function described({ kind }: Reading): string {
  return kind === "clear" ? "Filtering unencrypted mail." : "Filtering encrypted mail.";
}

function refuse(refusal: Reply): Verdict {
  return { action: "refuse", reply: refusal, log: [] };
}

function refuseUnencrypted(log: readonly string[]): Verdict {
  return { action: "refuse", reply: UNENCRYPTED, log: [...log, "Rejected unencrypted mail."] };
}

/** An Autocrypt Setup Message to oneself: its secret key is encrypted in an attachment. */
function isSetupMessage({ reading, mailFrom, recipients }: Outgoing): boolean {
  return (
    recipients.length === 1 &&
    recipients[0]?.address === mailFrom &&
    single(reading.fields, "subject") === "Autocrypt Setup Message" &&
    reading.type === "multipart/mixed"
  );
}

/** A bounce: made by a mail server, which has no key to encrypt with. */
function isReport({ fields, type }: Reading, from: string): boolean {
  return (
    Boolean(fields.get("auto-submitted")?.[0]) &&
    from.startsWith("mailer-daemon@") &&
    type === "multipart/report"
  );
}
