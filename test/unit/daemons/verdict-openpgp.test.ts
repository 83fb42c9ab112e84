// What filtermail says to the messages of other OpenPGP programs, and to packets and armor that somebody has bent. The
// files in captured/ were made by gpg, sq, sqop, gosop and rnp; each is named after the one that made it.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import * as openpgp from "openpgp";
import { armorOf, BOB, crlf } from "./messages.ts";
import { ACCEPTED, captured, chat, each, replaced, SECRET, UNENCRYPTED, verdict } from "./verdict.ts";

const END = "-----END PGP MESSAGE-----";
const BEGIN = "-----BEGIN PGP MESSAGE-----";

describe("OpenPGP messages of other programs", () => {
  const accepted =
    /^(gpg-(key|two-keys|hidden|password|signed-and|partial)|sq-(key|compressed|partial)|sqop|rnp-(key|password))/;
  /** Proton's library writes a Version and a Comment; others can be told to. */
  const withHeader: Readonly<Record<string, string>> = { "gpg-version": ACCEPTED };
  for (const name of readdirSync(new URL("captured/", import.meta.url)).map((file) => file.slice(0, -4))) {
    const [out, in_] = accepted.test(name)
      ? [ACCEPTED, ACCEPTED]
      : [UNENCRYPTED, withHeader[name] ?? UNENCRYPTED];
    it(`${name}: ${out === ACCEPTED ? "passes" : in_ === ACCEPTED ? "passes from outside" : "is refused"}`, () => {
      assert.equal(verdict(chat(captured(name))), out);
      assert.equal(verdict(chat(captured(name)), { direction: "incoming" }), in_);
    });
  }

  for (const name of ["gosop-key", "gosop-partial-lengths", "gpg-comment"])
    it(`${name}: passes without the lines about the program`, () => {
      assert.equal(verdict(chat(captured(name).replace(/^(Version|Comment): .*\r\n/gm, ""))), ACCEPTED);
    });

  it("OpenPGP.js: keys and data of version 6 (RFC 9580) pass, in one piece and in partial lengths", async () => {
    const config = { v6Keys: true, aeadProtect: true };
    const { publicKey } = await openpgp.generateKey({ userIDs: [{ email: BOB }], format: "object", config });
    for (const text of ["short", "long ".repeat(4000)]) {
      const message = await openpgp.createMessage({ text });
      const data = (await openpgp.encrypt({
        message,
        encryptionKeys: publicKey,
        passwords: "p",
        config,
      })) as string;
      assert.equal(verdict(chat(crlf(data))), ACCEPTED);
      const old = await openpgp.encrypt({
        message,
        passwords: "p",
        config: { aeadProtect: false, preferredCompressionAlgorithm: 2 },
      });
      assert.equal(verdict(chat(crlf(old as string))), ACCEPTED);
    }
  });
});

describe("the packets of a message", () => {
  const body = (length: number): number[] => Array.from({ length }, (_, i) => (i * 7 + 1) & 255);
  const cases: Readonly<Record<string, readonly [packets: readonly number[], verdict: string]>> = {
    "encrypted data alone": [[0xd2, 3, 1, 2, 3], ACCEPTED],
    "no body at all": [[0xd2, 0], ACCEPTED],
    "session keys only": [[0xc1, 3, ...body(3)], UNENCRYPTED],
    "an old length of one octet": [[0x84, 3, ...body(3), 0xd2, 1, 1], ACCEPTED],
    "an old length of two octets": [[0x85, 0, 3, ...body(3), 0xd2, 1, 1], ACCEPTED],
    "an old length of four octets": [[0x86, 0, 0, 0, 3, ...body(3), 0xd2, 1, 1], ACCEPTED],
    "an old length that is left open": [[0x87, ...body(3), 0xd2, 1, 1], UNENCRYPTED],
    "a new length of two octets": [[0xd2, 0xc0, 0, ...body(192)], ACCEPTED],
    "a new length of five octets": [[0xd2, 0xff, 0, 0, 0, 3, ...body(3)], ACCEPTED],
    "partial lengths, with an empty last one": [[0xd2, 0xe1, 1, 2, 0], ACCEPTED],
    "a partial length without a last one": [[0xd2, 0xe1, 1, 2], UNENCRYPTED],
    "a partial length in a session key": [[0xc1, 0xe0, 1, 0, 0xd2, 1, 1], UNENCRYPTED],
    "a length past the end": [[0xd2, 4, 1, 2, 3], UNENCRYPTED],
    "a byte after the end": [[0xd2, 3, 1, 2, 3, 0], UNENCRYPTED],
    "a header that is cut off": [[0xd2, 0xff, 0, 0], UNENCRYPTED],
    "a second encrypted packet": [[0xd2, 1, 1, 0xd2, 1, 1], UNENCRYPTED],
    "a session key after the data": [[0xd2, 1, 1, 0xc1, 1, 1], UNENCRYPTED],
    "a marker before the data": [[0xca, 3, 0x50, 0x47, 0x50, 0xd2, 1, 1], UNENCRYPTED],
    "a literal after the data": [[0xd2, 1, 1, 0xcb, 2, 0x62, 0], UNENCRYPTED],
    "a literal before the data": [[0xcb, 2, 0x62, 0, 0xd2, 1, 1], UNENCRYPTED],
    "padding (type 21) after the data": [[0xd2, 1, 1, 0xd5, 1, 1], UNENCRYPTED],
    "a private packet": [[0xfc, 1, 1, 0xd2, 1, 1], UNENCRYPTED],
    "old encrypted data without a check": [[0xc9, 3, 1, 2, 3], UNENCRYPTED],
    "AEAD data of a draft": [[0xd4, 3, 1, 2, 3], UNENCRYPTED],
    "compressed data": [[0xc8, 3, 1, 2, 3], UNENCRYPTED],
    "a signature": [[0xc2, 3, 1, 2, 3], UNENCRYPTED],
    "a first byte that is none": [[0x52, 3, 1, 2, 3], UNENCRYPTED],
  };
  for (const [title, [packets, expected]] of Object.entries(cases))
    it(`${title}: ${expected}`, () => {
      const bytes = Uint8Array.from(packets);
      assert.equal(verdict(chat(armorOf(bytes))), expected);
      assert.equal(verdict(chat(armorOf(bytes, "=AAAA"))), expected);
    });
});

describe("the armor of a message", () => {
  const armored = captured("gpg-key");
  const [, , first = "", ...rest] = armored.split("\r\n");
  const bend = (change: (armored: string) => string) => (): string => chat(change(armored));
  each(
    {
      "passes without its checksum": [bend(replaced(/\r\n=....\r\n/, "\r\n")), ACCEPTED],
      "passes with a checksum of something else": [
        bend(replaced(/\r\n=....\r\n/, "\r\n=AAAA\r\n")),
        ACCEPTED,
      ],
      "passes with blank lines after its end": [bend((a) => `${a}\r\n\r\n\r\n`), ACCEPTED],
      "passes as one long line": [
        () => chat(crlf([BEGIN, "", `${first}${rest.slice(0, -2).join("")}`, END].join("\r\n"))),
        ACCEPTED,
      ],
      "may not have a blank after BEGIN": [bend(replaced(BEGIN, `${BEGIN} `)), UNENCRYPTED],
      "may not have a blank after END": [bend((a) => `${a} `), UNENCRYPTED],
      "may not have blanks before a line": [bend(replaced(first, ` ${first}`)), UNENCRYPTED],
      "may not have blanks after a line": [bend(replaced(first, `${first} `)), UNENCRYPTED],
      "may not have a tab in a line": [bend(replaced(first, `${first}\t`)), UNENCRYPTED],
      "may not have a line of blanks before the data": [
        bend(replaced("-----\r\n\r\n", "-----\r\n \r\n")),
        UNENCRYPTED,
      ],
      "may not lack the blank line before the data": [
        bend(replaced("-----\r\n\r\n", "-----\r\n")),
        UNENCRYPTED,
      ],
      "may not be quoted": [bend((a) => a.replaceAll("\r\n", "\r\n> ")), UNENCRYPTED],
      "may not be dash-escaped": [bend((a) => a.replace(/^-/gm, "- -")), UNENCRYPTED],
      "may not be encoded as quoted-printable": [bend((a) => a.replace(/=/g, "=3D")), UNENCRYPTED],
      "may not have a Comment": [
        bend(replaced(BEGIN, `${BEGIN}\r\nComment: ${SECRET}`)),
        UNENCRYPTED,
        { direction: "incoming" },
      ],
      "may not have a Hash": [
        bend(replaced(BEGIN, `${BEGIN}\r\nHash: SHA256`)),
        UNENCRYPTED,
        { direction: "incoming" },
      ],
      "may not have an unknown line": [
        bend(replaced(BEGIN, `${BEGIN}\r\n${SECRET}`)),
        UNENCRYPTED,
        { direction: "incoming" },
      ],
      "may have a Version from outside": [
        bend(replaced(BEGIN, `${BEGIN}\r\nVersion: ProtonMail`)),
        ACCEPTED,
        { direction: "incoming" },
      ],
      "may not have a Version from here": [
        bend(replaced(BEGIN, `${BEGIN}\r\nVersion: ProtonMail`)),
        UNENCRYPTED,
      ],
      "may not have two Versions": [
        bend(replaced(BEGIN, `${BEGIN}\r\nVersion: a\r\nVersion: b`)),
        UNENCRYPTED,
        { direction: "incoming" },
      ],
      "may not have a Version that goes on": [
        bend(replaced(BEGIN, `${BEGIN}\r\nVersion: a\r\n ${SECRET}`)),
        UNENCRYPTED,
        { direction: "incoming" },
      ],
      "may not have Version after the blank line": [
        bend(replaced("\r\n\r\n", "\r\n\r\nVersion: a\r\n")),
        UNENCRYPTED,
        { direction: "incoming" },
      ],
      "may not come twice": [bend((a) => `${a}\r\n${a}`), UNENCRYPTED],
      "may not come twice with a line between": [bend((a) => `${a}\r\n\r\n${a}`), UNENCRYPTED],
      "may not be nested": [bend((a) => `${BEGIN}\r\n\r\n${a}\r\n${END}`), UNENCRYPTED],
      "may not have text before it": [bend((a) => `${SECRET}\r\n${a}`), UNENCRYPTED],
      "may not have text after it": [bend((a) => `${a}\r\n${SECRET}`), UNENCRYPTED],
      "may not have text on its last line": [bend((a) => `${a}${SECRET}`), UNENCRYPTED],
      "may not have text after its checksum": [
        bend(replaced(/(=....)\r\n-----END/, `$1\r\n${SECRET}\r\n-----END`)),
        UNENCRYPTED,
      ],
      "may not have text in its checksum": [
        bend(replaced(/\r\n=....\r\n/, `\r\n=${SECRET}\r\n`)),
        UNENCRYPTED,
      ],
      "may not have an empty checksum": [bend(replaced(/\r\n=....\r\n/, "\r\n=\r\n")), UNENCRYPTED],
      "may not have two checksums": [bend(replaced(/\r\n(=....)\r\n/, "\r\n$1\r\n$1\r\n")), UNENCRYPTED],
      "may not have its checksum on the last line of the data": [
        bend(replaced(/\r\n(=....)\r\n/, "$1\r\n")),
        UNENCRYPTED,
      ],
      "may not have padding in the middle": [bend(replaced(first, `${first}=`)), UNENCRYPTED],
      "may not have the letters of base64url": [bend(replaced(first, first.replace(/.$/, "_"))), UNENCRYPTED],
      "may not be a public key": [() => chat(captured("gpg-public-key-block")), UNENCRYPTED],
      "may not be called MESSAGE, PART": [
        bend((a) => a.replaceAll("MESSAGE", "MESSAGE, PART 1")),
        UNENCRYPTED,
      ],
      "may not lack its end": [bend(replaced(`\r\n${END}`, "")), UNENCRYPTED],
      "may not lack its beginning": [bend(replaced(BEGIN, "")), UNENCRYPTED],
      "may not end as another thing": [bend(replaced(END, "-----END PGP SIGNATURE-----")), UNENCRYPTED],
      "may not be in lower case": [bend(replaced(BEGIN, BEGIN.toLowerCase())), UNENCRYPTED],
      "may not hold data that is prose": [
        () => chat(crlf(`${BEGIN}\n\nHello Bob shall we meet\n${END}`)),
        UNENCRYPTED,
      ],
      "may not hold data that is prose in base64": [
        () => chat(crlf(`${BEGIN}\n\n${Buffer.from(SECRET).toString("base64")}\n${END}`)),
        UNENCRYPTED,
      ],
      "may not be empty": [() => chat(`${BEGIN}\r\n\r\n${END}`), UNENCRYPTED],
      "may not hold a checksum only": [() => chat(`${BEGIN}\r\n\r\n=twTO\r\n${END}`), UNENCRYPTED],
    },
    () => chat(captured("gpg-password")),
  );
});
