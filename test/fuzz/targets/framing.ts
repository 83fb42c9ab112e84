// The framing of DATA: where a message ends and whether its lines are whole, in whatever pieces it comes, as a few
// regular expressions tell it of the whole.

import assert from "node:assert/strict";
import { DataLines } from "../../../roles/chatmaild/daemons/lib/mail/lines.ts";
import { pieces, type Random, type Target } from "../target.ts";

export const framingTarget: Target = {
  name: "framing",
  corpus: ["a\r\n.\r\n", "a\r\n..\r\nb\r\n.\r\nNOOP\r\n", ".\r\n", "a\n.\nb\r\n.\r\n", "..x\r\n.\r\n"].map(
    (text) => Buffer.from(text),
  ),
  tokens: [
    "\r\n.\r\n",
    "\n.\n",
    "\n.\r\n",
    "\r\n.\n",
    "\r.\r",
    "..",
    "\r\n",
    "\r\r\n",
    "\n\r",
    ".\r\n",
    "text",
  ],
  check,
};

function check(input: Buffer, random: Random): void {
  const text = input.toString("latin1");
  const end = text.startsWith(".\r\n") ? 0 : text.search(/(?<=\r\n)\.\r\n/);
  const message = end < 0 ? text : text.slice(0, end);
  const lines: string[] = [];
  const reader = new DataLines((bytes, start, stop) => lines.push(bytes.toString("latin1", start, stop)));
  let at = 0;
  let found: number | undefined;
  for (const piece of pieces(input, random)) {
    const ended = reader.push(piece);
    if (ended) {
      assert.equal(at + ended.next, end + 3);
      found = at + ended.used;
      break;
    }
    at += piece.length;
  }
  assert.equal(found, end < 0 ? undefined : end);
  assert.equal(reader.size, message.length);
  const whole = message === "" || message.endsWith("\r\n");
  assert.equal(reader.complete, whole);
  if (!whole) return;
  assert.equal(reader.broken, /\r(?!\n)|(?<!\r)\n/.test(message));
  if (!reader.broken) assert.equal(lines.map((line) => `${line}\r\n`).join(""), message);
}
