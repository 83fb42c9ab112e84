// What filtermail lets through in the clear, and what only looks like it.
import assert from "node:assert/strict";
import type { Recipient } from "../../../roles/chatmaild/daemons/lib/filter/rules.ts";
import { ALICE, BOB, lines } from "./messages.ts";
import {
  ACCEPTED,
  captured,
  type Envelope,
  each,
  FROM,
  header,
  joining,
  replaced,
  SECRET,
  UNENCRYPTED,
  verdict,
} from "./verdict.ts";

describe("a Secure-Join request that somebody bends", () => {
  it("passes as it is", () => {
    for (const direction of ["outgoing", "incoming"] as const) {
      assert.equal(verdict(joining(), { direction }), ACCEPTED);
      assert.equal(verdict(joining("vg-request"), { direction }), ACCEPTED);
    }
  });

  const text =
    (by: string): ((message: string) => string) =>
    (m) =>
      m.replace("\r\n\r\nSecure-Join: vc-request", `\r\n\r\n${by}`);
  const type = (by: string): ((message: string) => string) => replaced('text/plain; charset="utf-8"', by);
  describe("passes", () =>
    each(
      {
        "in lower case": [text("secure-join: vc-request"), ACCEPTED],
        "in capitals": [text("SECURE-JOIN: VC-REQUEST"), ACCEPTED],
        "with blank lines around it": [text("\r\n\r\n  secure-join: vc-request \r\n\r\n"), ACCEPTED],
        "as older apps write it": [type("text/plain; charset=utf-8; format=flowed; delsp=no"), ACCEPTED],
        "without a part's type": [replaced('Content-Type: text/plain; charset="utf-8"\r\n', ""), ACCEPTED],
        "with the other request in the text": [text("secure-join: vg-request"), ACCEPTED],
        "as multipart/alternative": [replaced("multipart/mixed", "multipart/alternative"), ACCEPTED],
        "without the Message-ID in the part": [
          (m) => m.replace(/(charset="utf-8"\r\n)Message-ID.*\r\n/, "$1"),
          ACCEPTED,
        ],
      },
      joining,
    ));

  const refused: Readonly<Record<string, (message: string) => string>> = {
    "without its field": replaced("Secure-Join: vc-request\r\nSecure", "Secure"),
    "with its field twice": header("Secure-Join: vc-request"),
    "with a field of a later step": replaced(
      "Secure-Join: vc-request\r\nSecure",
      "Secure-Join: vc-request-with-auth\r\nSecure",
    ),
    "with a field in capitals": replaced(
      "Secure-Join: vc-request\r\nSecure",
      "Secure-Join: VC-REQUEST\r\nSecure",
    ),
    "with a field that is an encoded word": replaced(
      "Secure-Join: vc-request\r\nSecure",
      "Secure-Join: =?utf-8?q?vc-request?=\r\nSecure",
    ),
    "with another text": text(SECRET),
    "with more text": text(`secure-join: vc-request ${SECRET}`),
    "with more lines": text(`secure-join: vc-request\r\n${SECRET}`),
    "with text before": text(`${SECRET}\r\nsecure-join: vc-request`),
    "with a tab for the blank": text("secure-join:\tvc-request"),
    "with no blank": text("secure-join:vc-request"),
    "with a later step in the text": text("secure-join: vc-request-with-auth"),
    "with a no-break space": text("secure-join: vc-request\xc2\xa0"),
    "with many blank lines": text(`${"\r\n".repeat(200)}secure-join: vc-request`),
    "as HTML": type("text/html"),
    "in another charset": type("text/plain; charset=utf-16"),
    "in UTF-7": type("text/plain; charset=utf-7"),
    "in base64": (m) =>
      m.replace(
        "7bit\r\n\r\nSecure-Join: vc-request",
        `base64\r\n\r\n${Buffer.from("secure-join: vc-request").toString("base64")}`,
      ),
    "with a Subject in the part": (m) =>
      m.replace('charset="utf-8"', `charset="utf-8"\r\nSubject: ${SECRET}`),
    "with prose for the part's Message-ID": (m) =>
      m.replace(/(charset="utf-8"\r\nMessage-ID: ).*/, `$1${SECRET}`),
    "with a second part": (m) =>
      m.replace("--1888168c99b6020b_ed9b--", `--1888168c99b6020b_ed9b\r\n\r\n${SECRET}\r\n$&`),
    "with an empty second part": (m) =>
      m.replace("--1888168c99b6020b_ed9b--", "--1888168c99b6020b_ed9b\r\n\r\n$&"),
    "without a part": (m) => m.replace(/--1888168c99b6020b_ed9b\r\n[\s\S]*(?=--1888168c99b6020b_ed9b--)/, ""),
    "with a preamble": replaced("\r\n\r\n--1888", `\r\n\r\n${SECRET}\r\n--1888`),
    "with Thunderbird's preamble": replaced(
      "\r\n\r\n--1888",
      "\r\n\r\nThis is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)\r\n--1888",
    ),
    "with an epilogue": (m) => `${m}${SECRET}\r\n`,
    "as a digest": replaced("multipart/mixed", "multipart/digest"),
    "as text/plain": (m) => m.replace(/multipart\/mixed; \r\n\tboundary=".*"/, "text/plain"),
    "within a multipart": (m) =>
      m
        .replace(type("x")("x"), "x")
        .replace('text/plain; charset="utf-8"', 'multipart/mixed; boundary="y"')
        .replace(/Secure-Join: vc-request\r\n--1/, "--y\r\n\r\nsecure-join: vc-request\r\n--y--\r\n--1"),
  };
  describe("is refused", () =>
    each(
      Object.fromEntries(Object.entries(refused).map(([title, bend]) => [title, [bend, UNENCRYPTED]])),
      joining,
    ));
});

describe("what passes in the clear besides", () => {
  const setup = (subject = "Autocrypt Setup Message", type = "multipart/mixed"): string =>
    lines(
      FROM,
      `To: <${ALICE}>`,
      `Subject: ${subject}`,
      "Autocrypt-Setup-Message: v1",
      `Content-Type: ${type}; boundary="b"`,
      "",
      "--b",
      "Content-Type: text/plain",
      "",
      "This is the Autocrypt Setup Message.",
      "--b",
      "Content-Type: application/autocrypt-setup",
      "",
      captured("gpg-password"),
      "--b--",
    );
  const self: Envelope = { to: [{ address: ALICE }] };

  it("is an Autocrypt Setup Message to oneself, to nobody else", () => {
    assert.equal(verdict(setup(), self), ACCEPTED);
    for (const [message, envelope] of [
      [setup(), { to: [{ address: BOB }] }],
      [setup(), { to: [{ address: ALICE }, { address: BOB }] }],
      [setup("Autocrypt setup message"), self],
      [setup("Re: Autocrypt Setup Message"), self],
      [setup("=?utf-8?q?Autocrypt_Setup_Message?="), self],
      [setup("Autocrypt Setup Message\r\nSubject: Autocrypt Setup Message"), self],
      [setup(undefined, "multipart/alternative"), self],
      [setup(undefined, "text/plain"), self],
      [setup(), { ...self, direction: "incoming" }],
    ] as const)
      assert.equal(verdict(message, envelope), UNENCRYPTED);
  });

  const MAILER = "MAILER-DAEMON@elsewhere.example";
  const report = (
    from = `MAILER-DAEMON@elsewhere.example (Mail Delivery System)`,
    fields = "Auto-Submitted: auto-replied",
    type = "multipart/report; report-type=delivery-status",
  ): string =>
    lines(
      `From: ${from}`,
      `To: <${ALICE}>`,
      "Subject: Undelivered Mail Returned to Sender",
      fields,
      `Content-Type: ${type}; boundary="b"`,
      "",
      "--b",
      "",
      "I am sorry.",
      "--b--",
    );
  const bounce: Envelope = { direction: "incoming", mailFrom: "" };

  it("is a report of a mail server from outside", () => {
    assert.equal(verdict(report(), bounce), ACCEPTED);
    assert.equal(
      verdict(report(`"Mail System" <${MAILER.toLowerCase()}>`, "auto-submitted: no"), bounce),
      ACCEPTED,
    );
    assert.equal(verdict(report(), { direction: "incoming", mailFrom: "x@y.org" }), `${ACCEPTED} from <>`);
    for (const message of [
      report("<postmaster@elsewhere.example>"),
      report("<mailer-daemon-x@elsewhere.example>"),
      report('"MAILER-DAEMON" <x@elsewhere.example>'),
      report(undefined, "X-Auto: x"),
      report(undefined, "Auto-Submitted:"),
      report(undefined, undefined, "multipart/mixed"),
      report(undefined, undefined, "text/plain"),
      report(undefined, undefined, "multipart/report (x)"),
      report(undefined, undefined, "multipart/report; x=y\r\nContent-Type: text/plain"),
    ])
      assert.equal(verdict(message, bounce), UNENCRYPTED);
    assert.match(verdict(report(`${MAILER}, x@y.org`), bounce), /^500 /);
    assert.equal(verdict(report(`<${ALICE}>`)), UNENCRYPTED);
  });

  it("is anything from outside to whoever takes it, if all recipients do", () => {
    const clear = lines("From: <x@y.org>", "", SECRET);
    const [takes, enforces, off] = [
      { enforcing: false },
      { enforcing: true },
      { enforcing: true, disabled: true },
    ];
    const to = (...recipients: Partial<Recipient>[]): Envelope => ({
      direction: "incoming",
      mailFrom: "x@y.org",
      to: recipients,
    });
    assert.equal(verdict(clear, to(takes)), ACCEPTED);
    assert.equal(verdict(clear, to(takes, takes)), ACCEPTED);
    assert.equal(verdict(clear, to(takes, enforces)), UNENCRYPTED);
    assert.equal(verdict(clear, to(takes, off)), ACCEPTED);
    assert.equal(verdict(clear, to(off)), "discarded");
  });

  it("is nothing else: not a read receipt, not a signed message, not one to oneself", () => {
    const receipt = lines(
      FROM,
      "Auto-Submitted: auto-replied",
      "Chat-Version: 1.0",
      'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"',
      "",
      "--b",
      "",
      "read",
      "--b--",
    );
    assert.equal(verdict(receipt), UNENCRYPTED);
    assert.equal(verdict(receipt, { direction: "incoming" }), UNENCRYPTED);
    const signed = lines(
      FROM,
      'Content-Type: multipart/signed; micalg=pgp-sha256; protocol="application/pgp-signature"; boundary="b"',
      "",
      "--b",
      "",
      SECRET,
      "--b",
      "Content-Type: application/pgp-signature",
      "",
      captured("gpg-signature"),
      "--b--",
    );
    assert.equal(verdict(signed), UNENCRYPTED);
    assert.equal(
      verdict(lines(FROM, "Content-Type: text/plain", "", captured("gpg-clearsigned"))),
      UNENCRYPTED,
    );
    assert.equal(verdict(lines(FROM, `To: <${ALICE}>`, "", SECRET), self), UNENCRYPTED);
    assert.equal(
      verdict(lines(FROM, "Content-Type: application/pkcs7-mime; smime-type=enveloped-data", "", "MIAG")),
      UNENCRYPTED,
    );
  });
});
