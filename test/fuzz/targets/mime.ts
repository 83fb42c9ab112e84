// What filtermail takes a message for. It must not depend on the pieces in which the message comes; and of what passes,
// a mail reader must find nothing but one armored OpenPGP message, or the one line of a Secure-Join request.

import assert from "node:assert/strict";
import { simpleParser } from "mailparser";
import { parseFrom } from "../../../roles/chatmaild/daemons/lib/mail/from.ts";
import { single } from "../../../roles/chatmaild/daemons/lib/mail/header.ts";
import { DataLines } from "../../../roles/chatmaild/daemons/lib/mail/lines.ts";
import { MessageReader, readMessage } from "../../../roles/chatmaild/daemons/lib/mail/reading.ts";
import { ALICE, armorOf, clearMessage, pgpMime, secureJoin } from "../../unit/daemons/messages.ts";
import { pieces, type Random, type Target } from "../target.ts";

const SECRET = "TOPSECRET in the clear";

const TOKENS = [
  ...[SECRET, `${SECRET}\r\n`, `\r\n${SECRET}\r\n`, "\r\n\r\n", "--b0undary", "--b0undary--\r\n", "--x\r\n"],
  `--b0undary\r\nContent-Type: text/plain\r\n\r\n${SECRET}\r\n`,
  `--b0undary\r\n\r\n${SECRET}\r\n`,
  ...[
    "Content-Type: text/plain\r\n",
    "Content-Type: text/html; charset=utf-7\r\n",
    "Content-Type:",
    "Content-",
  ],
  ...["Content-Type: multipart/mixed; boundary=x\r\n", "Content-Type: message/rfc822\r\n", "multipart/mixed"],
  ...["Content-Transfer-Encoding: base64\r\n", "Content-Transfer-Encoding: quoted-printable\r\n", "=0D=0A"],
  ...["Content-Disposition: inline\r\n", "From: <mallory@other.test>\r\n", "From: ", ", mallory@other.test"],
  ...[
    "; boundary=x",
    '; boundary="b0undary "',
    "; boundary*0=b0und; boundary*1=ary",
    "(comment)",
    "=?utf-8?q?=3C?=",
  ],
  ...[
    "Secure-Join: vc-request\r\n",
    "secure-join: vg-request",
    "Version: 1",
    "Version: 2\r\n",
    "MIME-Version: 1.0\r\n",
  ],
  ...[
    "-----BEGIN PGP MESSAGE-----\r\n",
    "-----END PGP MESSAGE-----\r\n",
    "Comment: x\r\n",
    "\xef\xbb\xbf",
    "\u2028",
  ],
  ...[
    "\r\n ",
    "\r\n\t",
    " \r\n",
    "\r\n.",
    "\r\n..",
    "begin 644 x\r\n",
    "=ybegin line=128\r\n",
    "protocol=",
    "charset=utf-16",
  ],
];

/** A session key and encrypted data, the same in every run. */
const DATA = armorOf(
  Buffer.concat([Buffer.from([0xc1, 5, 1, 2, 3, 4, 5, 0xd2, 0xc1, 0]), Buffer.alloc(448, "encrypted data")]),
  "=TZ3u",
);

export const mimeTarget: Target = {
  name: "mime",
  corpus: [
    pgpMime({ data: DATA }),
    pgpMime({ data: DATA, preamble: "This is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)\r\n" }),
    pgpMime({ data: DATA.replace("-----\r\n", "-----\r\nVersion: ProtonMail\r\n") }),
    secureJoin(),
    clearMessage(ALICE, SECRET),
  ],
  tokens: TOKENS,
  check,
};

async function check(input: Buffer, random: Random): Promise<void> {
  const incoming = random.below(2) === 0;
  const reading = readMessage(input, { incoming });
  const inPieces = new MessageReader({ incoming });
  const lines = new DataLines(inPieces.line);
  for (const piece of pieces(input, random)) if (lines.push(piece)) return assert.equal(reading, undefined);
  if (!reading) return;
  assert.equal(inPieces.reading.kind, reading.kind);
  assert.equal(inPieces.reading.readable, reading.readable);
  const from = single(reading.fields, "from");
  const passes = reading.kind !== "clear" && reading.readable && from !== undefined && parseFrom(from);
  if (!passes) return;
  const { text, html, attachments, from: shownFrom } = await simpleParser(unstuffed(input));
  const shown = `${text ?? ""}${html || ""}`.trim();
  assert.deepEqual(
    shownFrom?.value.map(({ address }) => address),
    [passes],
  );
  if (reading.kind === "secure-join") {
    assert.match(shown, /^secure-join: v[cg]-request$/i);
    assert.equal(attachments.length, 0);
    return;
  }
  assert.equal(shown, "");
  const [version, encrypted, ...more] = attachments.map(({ content }) => content.toString("latin1").trim());
  assert.equal(version, "Version: 1");
  assert.match(
    encrypted ?? "",
    /^-----BEGIN PGP MESSAGE-----\r?\n(Version: [ -~]*\r?\n)?\r?\n[A-Za-z0-9+/=\r\n]+-----END PGP MESSAGE-----$/,
  );
  assert.equal(more.length, 0);
}

function unstuffed(data: Buffer): Buffer {
  return Buffer.from(data.toString("latin1").replace(/^\./gm, ""), "latin1");
}
