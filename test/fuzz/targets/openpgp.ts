// The scanner of armor and packets, which looks at every byte once and keeps none, beside one that decodes all of it
// and takes the packets apart by the book: what the first lets pass, the second must, too.

import assert from "node:assert/strict";
import { ArmorReader } from "../../../roles/chatmaild/daemons/lib/mail/armor.ts";
import { armorOf } from "../../unit/daemons/messages.ts";
import type { Random, Target } from "../target.ts";

const body = (length: number): number[] => Array.from({ length }, (_, i) => i & 255);

const PACKETS: readonly (readonly number[])[] = [
  [0xc1, 5, ...body(5), 0xd2, 10, ...body(10)],
  [0xc3, 2, 1, 2, 0xc1, 1, 9, 0xd2, 0xc1, 4, ...body(452)],
  [0xd2, 0xe9, ...body(512), 0xe3, ...body(8), 3, ...body(3)],
  [0x84, 3, ...body(3), 0xc9, 7, ...body(7)],
  [0x85, 0, 4, ...body(4), 0xca, 0, 0, 0, 3, ...body(3)],
  [0xd2, 0xff, 0, 0, 0, 5, ...body(5)],
  [0xcb, 5, ...body(5)],
];

export const openpgpTarget: Target = {
  name: "openpgp",
  corpus: PACKETS.flatMap((one) => [
    armorOf(Uint8Array.from(one)),
    armorOf(Uint8Array.from(one), "=TZ3u"),
  ]).map((text) => Buffer.from(text)),
  tokens: [
    ...[
      "-----BEGIN PGP MESSAGE-----\r\n",
      "-----END PGP MESSAGE-----",
      "-----",
      "Version: x\r\n",
      "Comment: x\r\n",
    ],
    ...[
      "\r\n\r\n",
      "\r\n",
      "=",
      "==",
      "=abcd\r\n",
      "\r\n=njUN",
      "wQ",
      "0g",
      "yw",
      "AAAA",
      "////",
      "0v8AAAAF",
      " ",
    ],
  ],
  check,
};

function check(input: Buffer, random: Random): void {
  const versionLine = random.below(2) === 0;
  const text = input.toString("latin1");
  const reader = new ArmorReader({ versionLine });
  for (const line of text.split("\r\n")) {
    const bytes = Buffer.from(line, "latin1");
    if (!reader.line(bytes, 0, bytes.length)) break;
  }
  if (reader.complete) assert.ok(isEncrypted(text, versionLine), "passes, but is no encrypted message");
  else assert.ok(!isEncrypted(text, versionLine), "does not pass, but is an encrypted message");
}

function isEncrypted(text: string, versionLine: boolean): boolean {
  const [, version, base64 = ""] =
    /^-----BEGIN PGP MESSAGE-----\r\n(Version: [ -~]{0,70}\r\n)?\r\n((?:[A-Za-z0-9+/]+\r\n)*(?:[A-Za-z0-9+/]*={1,2}\r\n)?)(?:=[A-Za-z0-9+/]{4}\r\n)?-----END PGP MESSAGE-----(?:\r\n)*$/.exec(
      text,
    ) ?? [];
  if (base64 === "" || (version && !versionLine)) return false;
  const digits = base64.replace(/\r\n/g, "");
  const data = Buffer.from(digits, "base64");
  return data.toString("base64") === digits && isPackets(data);
}

function isPackets(data: Buffer): boolean {
  let at = 0;
  const byte = (): number => {
    if (at >= data.length) throw new Error("the data ends");
    return data[at++]!;
  };
  const number = (octets: number): number =>
    Array.from({ length: octets }, byte).reduce((n, b) => n * 256 + b, 0);
  const newLength = (): { size: number; more: boolean } => {
    const first = byte();
    if (first < 192) return { size: first, more: false };
    if (first < 224) return { size: (first - 192) * 256 + byte() + 192, more: false };
    return first < 255 ? { size: 2 ** (first - 224), more: true } : { size: number(4), more: false };
  };
  try {
    for (;;) {
      const tag = byte();
      if (tag < 0x80) return false;
      const isNew = tag >= 0xc0;
      const type = isNew ? tag - 0xc0 : (tag >> 2) & 15;
      if (!isNew && (tag & 3) === 3) return false;
      let length = isNew ? newLength() : { size: number([1, 2, 4][tag & 3]!), more: false };
      if (length.more && type !== 18) return false;
      at += length.size;
      while (length.more) {
        length = newLength();
        at += length.size;
      }
      if (type === 18) return at === data.length;
      if ((type !== 1 && type !== 3) || at > data.length) return false;
    }
  } catch {
    return false;
  }
}
