// Puts the pieces together for one direction: reads a message while it arrives, lets the rules decide, hands it on.

import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import { MessageReader } from "../mail/reading.ts";
import type { ReceivedData } from "../smtp/receiver.ts";
import { type Reply, reply } from "../smtp/reply.ts";
import type { Envelope, MailHandler } from "../smtp/server.ts";
import type { Users } from "../users.ts";
import type { RateLimit } from "./rate-limit.ts";
import { lookUpRecipient } from "./recipients.ts";
import { incoming, outgoing, type Verdict } from "./rules.ts";

export type Direction = "outgoing" | "incoming";

export interface FilterOptions {
  readonly direction: Direction;
  readonly config: Config;
  readonly users: Users;
  readonly log: Log;
  readonly limit: RateLimit;
  /** Hands the message to Postfix; its answer is the answer. */
  readonly deliver: (envelope: Envelope, chunks: readonly Buffer[]) => Promise<Reply>;
}

export function filterHandler(options: FilterOptions): MailHandler {
  const { direction, config, log, limit } = options;
  return {
    maxSize: config.max_message_size,
    sender: (mailFrom) => {
      if (direction === "incoming") return undefined;
      if (mailFrom.split("@").length !== 2) return reply(500, `Invalid address <${mailFrom}>`);
      return limit.allows(mailFrom) ? undefined : reply(450, `4.7.1: Too much mail from ${mailFrom}`);
    },
    message: (envelope) => {
      const reader = new MessageReader({ incoming: direction === "incoming" });
      return {
        sink: reader.line,
        end: (data) =>
          finish(options, envelope, reader, data).catch((error: Error) => {
            log(`${direction} message not checked: ${error.message}`);
            return reply(451, "4.3.0 Local error, try again later");
          }),
      };
    },
  };
}

async function finish(
  options: FilterOptions,
  envelope: Envelope,
  reader: MessageReader,
  data: ReceivedData,
): Promise<Reply> {
  const verdict = decide(options, envelope, reader, data);
  for (const line of verdict.log) options.log(line);
  switch (verdict.action) {
    case "refuse":
      return verdict.reply;
    case "discard":
      return reply(250, "2.0.0 Ok");
    case "accept":
      if (!data.kept) return reply(452, "4.3.1 Too many large messages at once, try again later");
      return options.deliver(
        { mailFrom: verdict.mailFrom, recipients: verdict.recipients, eightBit: envelope.eightBit },
        data.chunks,
      );
  }
}

function decide(
  { direction, config, users }: FilterOptions,
  { mailFrom, recipients }: Envelope,
  reader: MessageReader,
  { size, wellFramed }: ReceivedData,
): Verdict {
  const message = { reading: reader.reading, size, maxSize: config.max_message_size, wellFramed };
  const known = recipients.map((address) => lookUpRecipient(config, users, address));
  switch (direction) {
    case "outgoing": {
      const disabled = users.isMarked(mailFrom, "DISABLED");
      return outgoing({ ...message, mailFrom, recipients: known, disabled });
    }
    case "incoming":
      return incoming({ ...message, mailFrom, recipients: known });
  }
}
