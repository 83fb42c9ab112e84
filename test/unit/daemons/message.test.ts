import assert from "node:assert/strict";
import { DataLines } from "../../../roles/chatmaild/daemons/lib/mail/lines.ts";
import {
  MessageReader,
  type Reading,
  readMessage,
} from "../../../roles/chatmaild/daemons/lib/mail/reading.ts";
import {
  ALICE,
  armored,
  armorOf,
  clearMessage,
  lines,
  pgpMime,
  type SecureJoin,
  secureJoin,
} from "./messages.ts";

const kindOf = (data: Buffer, incoming = false): Reading["kind"] | undefined =>
  readMessage(data, { incoming })?.kind;

describe("an encrypted message", () => {
  let data: string;
  before(async () => {
    data = await armored();
  });

  it("is recognised as clients make it", () => {
    assert.equal(kindOf(pgpMime({ data })), "encrypted");
    assert.equal(kindOf(pgpMime({ data, preamble: "\r\n", epilogue: "\r\n\r\n" })), "encrypted");
    assert.equal(kindOf(pgpMime({ data: `${data}\r\n\r\n` })), "encrypted");
    assert.equal(kindOf(pgpMime({ data, version: "\r\n Version: 1 \r\n\r\n" })), "encrypted");
    const dataHeader = [
      "content-type: Application/OCTET-STREAM",
      "Content-Disposition: inline;",
      ' filename="x.asc"',
      "Content-Transfer-Encoding: 7BIT",
    ];
    assert.equal(kindOf(pgpMime({ data, dataHeader })), "encrypted");
  });

  it("is recognised in any chunks", async () => {
    const message = pgpMime({ data });
    for (const size of [1, 7, 63, 64, 65, 1000]) {
      const reader = new MessageReader({ incoming: false });
      const split = new DataLines(reader.line);
      for (let from = 0; from < message.length; from += size) split.push(message.subarray(from, from + size));
      assert.equal(reader.reading.kind, "encrypted", `chunks of ${size}`);
    }
  });

  const bent: Readonly<Record<string, (data: string) => Buffer>> = {
    "with another version": () => pgpMime({ data, version: "Version: 2\r\n" }),
    "with more in the version part": () => pgpMime({ data, version: "Version: 1\r\nHello\r\n" }),
    "with an empty version part": () => pgpMime({ data, version: "" }),
    "with text before the armor": () => pgpMime({ data: `Hello\r\n${data}` }),
    "with text after the armor": () => pgpMime({ data: `${data}\r\nHello` }),
    "with text in the preamble": () => pgpMime({ data, preamble: "Hello\r\n" }),
    "with text in the epilogue": () => pgpMime({ data, epilogue: "Hello\r\n" }),
    "with white space in the epilogue": () => pgpMime({ data, epilogue: " \r\n" }),
    "with a further part": () =>
      pgpMime({ data, more: "--b0undary\r\nContent-Type: text/plain\r\n\r\nHello\r\n" }),
    "with an empty further part": () => pgpMime({ data, more: "--b0undary\r\n\r\n\r\n" }),
    "without its second part": () =>
      Buffer.from(
        pgpMime({ data })
          .toString("latin1")
          .replace(/--b0undary\r\nContent-Type: application\/octet[\s\S]*--b0undary--/, "--b0undary--"),
        "latin1",
      ),
    "without its first part": () =>
      Buffer.from(
        pgpMime({ data })
          .toString("latin1")
          .replace(/--b0undary\r\nContent-Type: application\/pgp[\s\S]*?(?=--b0undary)/, ""),
        "latin1",
      ),
    "without the closing delimiter": () =>
      Buffer.from(pgpMime({ data }).toString("latin1").replace("--b0undary--\r\n", ""), "latin1"),
    "closed twice": () => pgpMime({ data, epilogue: "--b0undary--\r\n" }),
    "opened again after its end": () => pgpMime({ data, epilogue: "--b0undary\r\n" }),
    "with a delimiter that goes on": () => pgpMime({ data, preamble: "--b0undaryx\r\n" }),
    "with a delimiter and white space": () => pgpMime({ data, preamble: "--b0undary \r\n" }),
    "of another protocol": () =>
      pgpMime({ data, type: "multipart/encrypted; protocol=x/y; boundary=b0undary" }),
    "of another top type": () => pgpMime({ data, type: "multipart/mixed; boundary=b0undary" }),
    "with two boundaries": () =>
      pgpMime({ data, type: "multipart/encrypted; boundary=b0undary; boundary=x" }),
    "with a boundary in pieces": () =>
      pgpMime({ data, type: "multipart/encrypted; boundary*0=b0und; boundary*1=ary" }),
    "with two content types": () => pgpMime({ data, header: ["Content-Type: text/plain"] }),
    "with two content types in a part": () =>
      pgpMime({ data, dataHeader: ["Content-Type: application/octet-stream", "Content-Type: text/plain"] }),
    "encoded as a whole": () => pgpMime({ data, header: ["Content-Transfer-Encoding: base64"] }),
    "with an encoded second part": () =>
      pgpMime({
        data,
        dataHeader: ["Content-Type: application/octet-stream", "Content-Transfer-Encoding: base64"],
      }),
    "with a quoted-printable second part": () =>
      pgpMime({
        data,
        dataHeader: ["Content-Type: application/octet-stream", "Content-Transfer-Encoding: quoted-printable"],
      }),
    "with a second part of another type": () => pgpMime({ data, dataHeader: ["Content-Type: text/plain"] }),
    "with a second part without a type": () => pgpMime({ data, dataHeader: [] }),
    "with a nested second part": () =>
      pgpMime({ data, dataHeader: ["Content-Type: multipart/mixed; boundary=x"] }),
    "with a boundary that some readers decode": () =>
      Buffer.from(
        pgpMime({ data, type: 'multipart/encrypted; boundary="=?utf-8?Q?b0undary?="' })
          .toString("latin1")
          .replaceAll("--b0undary", "--=?utf-8?Q?b0undary?="),
        "latin1",
      ),
    "with a space that is none behind its boundary": () =>
      pgpMime({ data, type: "multipart/encrypted; boundary=b0undary\xa0" }),
    "with a part header that is long enough for a letter": () =>
      pgpMime({
        data,
        dataHeader: [
          "Content-Type: application/octet-stream",
          `Content-Description: ${"Hello ".repeat(400)}`,
        ],
      }),
    "with other fields in a part": () =>
      pgpMime({ data, dataHeader: ["Content-Type: application/octet-stream", "Subject: Hello"] }),
    "with a part header that is none": () => pgpMime({ data, dataHeader: ["Hello"] }),
    "with a literal packet": () => pgpMime({ data: armorOf(Uint8Array.from([0xcb, 5, 1, 2, 3, 4, 5])) }),
    "with prose between the armor lines": () =>
      pgpMime({ data: "-----BEGIN PGP MESSAGE-----\r\n\r\nHello there\r\n-----END PGP MESSAGE-----" }),
    "with a version line in the armor": () =>
      pgpMime({ data: data.replace("-----\r\n", "-----\r\nVersion: x\r\n") }),
    "with a very long line in the armor": () =>
      pgpMime({ data: data.replace("-----\r\n\r\n", `-----\r\n\r\n${"A".repeat(70_000)}\r\n`) }),
    "as text/plain": () => clearMessage(ALICE, data),
  };
  for (const [what, make] of Object.entries(bent))
    it(`is none ${what}`, () => {
      assert.equal(kindOf(make(data)), "clear");
    });

  it("may have a version line only when it comes from outside, and one known preamble", () => {
    const proton = pgpMime({ data: data.replace("-----\r\n", "-----\r\nVersion: ProtonMail\r\n") });
    assert.equal(kindOf(proton, true), "encrypted");
    const thunderbird = pgpMime({
      data,
      preamble: "This is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)\r\n",
    });
    assert.equal(kindOf(thunderbird, true), "encrypted");
    assert.equal(kindOf(thunderbird, false), "encrypted");
    const twice = thunderbird.toString("latin1").replace(/^This is an OpenPGP.*\r\n/m, "$&$&");
    assert.equal(kindOf(Buffer.from(twice, "latin1")), "clear");
    assert.equal(kindOf(pgpMime({ data, preamble: "Hello\r\n" }), true), "clear");
  });

  it("is read without its dot-stuffing", () => {
    assert.equal(kindOf(pgpMime({ data, preamble: ".\r\n".repeat(0), epilogue: "" })), "encrypted");
    const stuffed = pgpMime({ data }).toString("latin1").replace("\r\nVersion: 1", "\r\n.Version: 1");
    assert.equal(kindOf(Buffer.from(stuffed, "latin1")), "encrypted");
  });

  it("has an unreadable header where readers would differ about its end", () => {
    for (const line of ["Hello", " : x", "A b: c", ": x", "X: a\0b", "From alice@x Mon"])
      assert.equal(
        readMessage(Buffer.from(lines(line, "From: <a@b.org>", "", "x"), "latin1"), { incoming: false })
          ?.readable,
        false,
        line,
      );
    assert.equal(
      readMessage(Buffer.from(lines("A: b", " \t", "C: d", "", "x")), { incoming: false })?.readable,
      false,
    );
    assert.equal(
      readMessage(Buffer.from(lines(" A: b", "C: d", "", "x")), { incoming: false })?.readable,
      false,
    );
    assert.equal(readMessage(Buffer.from(lines("A: b")), { incoming: false })?.readable, false);
    assert.equal(
      readMessage(Buffer.from(lines(`A: ${"b".repeat(90_000)}`, "", "x")), { incoming: false })?.readable,
      false,
    );
  });
});

describe("a header that is made to take long", () => {
  // Each of these once took seconds, in which nobody else's message went on; all of them take longer than a test may.
  const spaces = " ".repeat(95_000);
  const fields: Readonly<Record<string, string>> = {
    "white space within a field": `Subject: a${spaces}b`,
    "white space between parameters": `Content-Type: multipart/encrypted;${spaces}x`,
    "a field of very many lines": `Subject: a${"\r\n b".repeat(48_000)}`,
    "very many parameters": `Content-Type: multipart/encrypted${";a=b".repeat(20_000)}`,
    "very many semicolons": `Content-Type: multipart/encrypted${"; ".repeat(40_000)}x`,
    "a quoted string without end": `Content-Type: multipart/encrypted; a="${"\\\\".repeat(40_000)}`,
    "a long name of nobody": `From: ${"a ".repeat(45_000)}`,
  };
  for (const [what, field] of Object.entries(fields))
    it(`is read at once: ${what}`, () => {
      const message = Buffer.from(lines("From: <a@b.org>", field, "", "x"), "latin1");
      for (let n = 0; n < 10; n++) assert.equal(kindOf(message), "clear");
    });
});

describe("a Secure-Join request", () => {
  it("is recognised as clients make it", () => {
    for (const step of ["vc-request", "vg-request"])
      assert.equal(kindOf(secureJoin({ step, text: `Secure-Join: ${step}\r\n` })), "secure-join", step);
    assert.equal(
      kindOf(secureJoin({ partHeader: ["Content-Type: text/plain", "Content-Transfer-Encoding: 7bit"] })),
      "secure-join",
    );
  });

  const bent: Readonly<Record<string, SecureJoin>> = {
    "with other text": { text: "secure-join: vc-request and more" },
    "with text in a further line": { text: "secure-join: vc-request\r\nHello" },
    "with a later step": { step: "vc-request-with-auth", text: "secure-join: vc-request-with-auth" },
    "of another type": { type: "text/plain" },
    "of messages": { type: 'multipart/digest; boundary="b0undary"' },
    "with an HTML part": { partHeader: ["Content-Type: text/html"] },
    "with a second part": { more: "--b0undary\r\nContent-Type: text/plain\r\n\r\nHello\r\n" },
    "in base64": { partHeader: ["Content-Type: text/plain", "Content-Transfer-Encoding: base64"] },
    "in another charset": { partHeader: ["Content-Type: text/plain; charset=utf-16"] },
    "with other fields in its part": { partHeader: ["Content-Type: text/plain", "X: Hello"] },
  };
  for (const [what, parts] of Object.entries(bent))
    it(`is none ${what}`, () => {
      assert.equal(kindOf(secureJoin(parts)), "clear");
    });

  it("is none with two Secure-Join fields or with text around its part", () => {
    const message = secureJoin().toString("latin1");
    for (const changed of [
      message.replace("Secure-Join:", "Secure-Join: vg-request\r\nSecure-Join:"),
      message.replace("\r\n\r\n--b0", "\r\n\r\nHello\r\n--b0"),
      `${message}Hello\r\n`,
    ])
      assert.equal(kindOf(Buffer.from(changed, "latin1")), "clear");
  });
});
