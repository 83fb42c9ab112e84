// The SMTP dialogue of filtermail, over a socket. Whatever a client sends: each command has one reply, messages that
// are taken are whole and unchanged, and when the client goes, nothing of it is left.

import assert from "node:assert/strict";
import { startMailServer } from "../../../roles/chatmaild/daemons/lib/smtp/server.ts";
import { Talk } from "../../unit/daemons/talk.ts";
import { pieces, type Target } from "../target.ts";

const CORPUS = [
  "EHLO x\r\nMAIL FROM:<a@b.org>\r\nRCPT TO:<c@d.org>\r\nDATA\r\nSubject: x\r\n\r\nhello\r\n..\r\n.\r\nQUIT\r\n",
  "HELO x\r\nMAIL FROM:<> SIZE=100 BODY=8BITMIME\r\nRCPT TO:<c@d.org> NOTIFY=NEVER\r\nRSET\r\nNOOP\r\nVRFY x\r\n",
  "EHLO x\r\nMAIL FROM:<a@b.org>\r\nRCPT TO:<c@d.org>\r\nRCPT TO:<e@f.org>\r\nDATA\r\nx\r\n.\r\nMAIL FROM:<a@b.org>\r\nRCPT TO:<c@d.org>\r\nDATA\r\n.\r\n",
];
const TOKENS = [
  ...[
    "EHLO x\r\n",
    "HELO\r\n",
    "MAIL FROM:",
    "RCPT TO:",
    "<a@b.org>",
    "<>",
    "DATA\r\n",
    "RSET\r\n",
    "QUIT\r\n",
    "NOOP\r\n",
  ],
  ...[
    "\r\n.\r\n",
    "\n.\n",
    "\r\n",
    "\r",
    "\n",
    "x".repeat(5000),
    " SIZE=1",
    "AUTH PLAIN AAAA\r\n",
    "STARTTLS\r\n",
    "BDAT 3 LAST\r\nabc",
  ],
  ...[
    "XCLIENT ADDR=1.2.3.4\r\n",
    "XFORWARD NAME=x\r\n",
    "EXPN x\r\n",
    "HELP\r\n",
    "<@x:a@b>",
    "<\xff@b>",
    "PROXY TCP4 1 2 3 4\r\n",
  ],
];

export async function smtpTarget(): Promise<Target> {
  const taken: string[] = [];
  const server = await startMailServer({
    port: 0,
    name: "relay.test",
    handler: {
      maxSize: 3000,
      sender: () => undefined,
      message: () => ({
        sink: () => undefined,
        end: async ({ chunks, size, wellFramed }) => {
          if (!wellFramed || size > 3000) return { code: 500, lines: ["no"] };
          taken.push(Buffer.concat(chunks).toString("latin1"));
          return { code: 250, lines: ["Ok"] };
        },
      }),
    },
  });
  return {
    name: "smtp",
    corpus: CORPUS.map((text) => Buffer.from(text)),
    tokens: TOKENS,
    check: async (input, random) => {
      taken.length = 0;
      const talk = new Talk({ port: server.port, host: "127.0.0.1" });
      for (const piece of pieces(input, random).slice(0, 50)) talk.send(piece);
      talk.socket.end();
      const replies = await talk.untilClosed();
      assert.match(replies, /^(([2-5][0-9]{2}-[^\r\n]*\r\n)*[2-5][0-9]{2} [^\r\n]*\r\n)*$/);
      const text = input.toString("latin1");
      for (const message of taken) {
        assert.ok(text.includes(message), "a message was changed");
        assert.ok(!/\r(?!\n)|(?<!\r)\n/.test(message), "a message with a lone CR or LF was taken");
        assert.ok(!`\r\n${message}`.includes("\r\n.\r\n"), "a message goes on after its end");
      }
      assert.ok(
        (replies.match(/^250 Ok\r$/gm)?.length ?? 0) >= taken.length,
        "more was taken than answered for",
      );
    },
    end: () => server.close(100),
  };
}
