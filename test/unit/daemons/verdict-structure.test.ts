// What filtermail says to an encrypted message whose MIME structure or header somebody has bent so that cleartext passes.
import { ALICE, BOB, lines } from "./messages.ts";
import {
  ACCEPTED,
  B,
  type Cases,
  captured,
  chat,
  each,
  FROM,
  header,
  replaced,
  SECRET,
  UNENCRYPTED,
} from "./verdict.ts";

const TOP = /Content-Type: multipart[\s\S]*?fc923b"/;
const top = (value: string): ((message: string) => string) => replaced(TOP, `Content-Type: ${value}`);
const VERSION_PART = "Version: 1\r\n\r\n";
const SECOND = 'Content-Type: application/octet-stream; charset="utf-8"; \r\n\tname="encrypted.asc"';
const FIRST = 'Content-Type: application/pgp-encrypted; charset="utf-8"';

describe("the structure of an encrypted message", () => {
  const passes: Cases = {
    "as Thunderbird writes it": [
      (m) =>
        m.replace(
          `\r\n\r\n--${B}`,
          `\r\n\r\nThis is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)\r\n--${B}`,
        ),
      ACCEPTED,
    ],
    "with parameters in another order": [
      top(`multipart/encrypted; boundary="${B}"; protocol="application/pgp-encrypted"`),
      ACCEPTED,
    ],
    "with a boundary without quotes": [
      top(`multipart/encrypted; boundary=${B}; protocol="application/pgp-encrypted"`),
      ACCEPTED,
    ],
    "with a protocol in capitals": [
      top(`Multipart/Encrypted; PROTOCOL="Application/PGP-Encrypted"; Boundary="${B}"`),
      ACCEPTED,
    ],
    "with the type on a line of its own": [
      top(`\r\n multipart/encrypted;\r\n boundary="${B}";\r\n protocol="application/pgp-encrypted"`),
      ACCEPTED,
    ],
    "with a boundary of all the characters that there are": [
      (m) => m.replaceAll(B, "Aa9'()+_,-./:?="),
      ACCEPTED,
    ],
    "with a boundary of GNU mailers": [(m) => m.replaceAll(B, "=-=-="), ACCEPTED],
    "with disposition, but no description": [replaced(/Content-Description: .*\r\n/g, ""), ACCEPTED],
    "with no fields but the types": [
      (m) => m.replace(/Content-(Description|Disposition|Transfer-Encoding): .*\r\n/g, ""),
      ACCEPTED,
    ],
    "with an 8-bit second part": [(m) => m.replace(/7bit(?=\r\n\r\n-----)/, "8bit"), ACCEPTED],
    "with a display name": [replaced(FROM, `From: "Alice, of Wonderland" <${ALICE}>`), ACCEPTED],
    "with an encoded display name": [replaced(FROM, `From: =?utf-8?Q?Al=C3=AFce?= <${ALICE}>`), ACCEPTED],
    "with From in capitals": [replaced(FROM, `FROM: <${ALICE.toUpperCase()}>`), ACCEPTED],
    "with From on the next line": [replaced(FROM, `From:\r\n <${ALICE}>`), ACCEPTED],
    "with any Subject": [replaced("Subject: [...]", "Subject: =?utf-8?q?Re:_=F0=9F=94=92?="), ACCEPTED],
    "without a Subject": [replaced("Subject: [...]\r\n", ""), ACCEPTED],
    "with a field in UTF-8": [header("X-Note: \xc3\xa4"), ACCEPTED],
    "with blank lines after its end": [(m) => `${m}\r\n\r\n`, ACCEPTED],
    "with stuffed dots": [
      replaced(`\r\n\r\n--${B}`, `\r\n\r\n--${B}`.replace("\r\n--", "\r\n.--")),
      ACCEPTED,
    ],
  };
  describe("passes", () => each(passes, () => chat(captured("gpg-key"))));

  const another = (type: string, text = SECRET): string =>
    `--${B}\r\nContent-Type: ${type}\r\n\r\n${text}\r\n`;
  const refused: Readonly<Record<string, (message: string) => string>> = {
    "a third part": replaced(`--${B}--`, `${another("text/plain")}--${B}--`),
    "a part before the two": replaced(`--${B}\r\n`, `${another("text/plain")}--${B}\r\n`),
    "a part between the two": (m) =>
      m.replace(`${VERSION_PART}--${B}`, `${VERSION_PART}${another("text/html")}--${B}`),
    "the two parts changed round": (m) =>
      m.replace(FIRST, "\u0001").replace(SECOND, FIRST).replace("\u0001", SECOND),
    "one part only": (m) =>
      m.replace(new RegExp(`--${B}\r\nContent-Type: application/octet[\\s\\S]*?(?=--${B}--)`), ""),
    "a preamble": replaced(`\r\n\r\n--${B}`, `\r\n\r\n${SECRET}\r\n--${B}`),
    "a preamble of blanks": replaced(`\r\n\r\n--${B}`, `\r\n\r\n \r\n--${B}`),
    "Thunderbird's preamble and more": replaced(
      `\r\n\r\n--${B}`,
      `\r\n\r\nThis is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)\r\n${SECRET}\r\n--${B}`,
    ),
    "Thunderbird's preamble and more on its line": replaced(
      `\r\n\r\n--${B}`,
      `\r\n\r\nThis is an OpenPGP/MIME encrypted message (RFC 4880 and 3156) ${SECRET}\r\n--${B}`,
    ),
    "an epilogue": (m) => `${m}${SECRET}\r\n`,
    "a uuencoded file behind the end": (m) => `${m}begin 644 a.txt\r\n#0V%T\r\n\`\r\nend\r\n`,
    "no last delimiter": replaced(`--${B}--\r\n`, ""),
    "a last delimiter that goes on": replaced(`--${B}--`, `--${B}-- ${SECRET}`),
    "a last delimiter with a blank": replaced(`--${B}--`, `--${B}-- `),
    "a first delimiter with a blank": replaced(`--${B}\r\n`, `--${B} \r\n`),
    "a last delimiter with one dash": replaced(`--${B}--`, `--${B}-`),
    "a last delimiter first": replaced(`--${B}\r\n`, `--${B}--\r\n--${B}\r\n`),
    "a delimiter in another case": replaced(`--${B}\r\n`, `--${B.toUpperCase()}\r\n`),
    "text in the version part": replaced(VERSION_PART, `Version: 1\r\n${SECRET}\r\n\r\n`),
    "HTML in the version part": replaced(VERSION_PART, "Version: 1<b>Hello</b>\r\n\r\n"),
    "a version part of another version": replaced(VERSION_PART, "Version: 1.0\r\n\r\n"),
    "a version part without a blank": replaced(VERSION_PART, "Version:1\r\n\r\n"),
    "a version part in lower case": replaced(VERSION_PART, "version: 1\r\n\r\n"),
    "a version part of full-width digits": replaced(VERSION_PART, "Version: \xef\xbc\x91\r\n\r\n"),
    "a version part with a no-break space": replaced(VERSION_PART, "\xc2\xa0Version: 1\r\n\r\n"),
    "a version part with a NUL": replaced(VERSION_PART, "Version: 1\0\r\n\r\n"),
    "a version part in base64": (m) => m.replace("7bit\r\n\r\nVersion: 1", "base64\r\n\r\nVmVyc2lvbjogMQ=="),
    "a version part of another type": replaced(FIRST, "Content-Type: text/plain"),
    "a version part without a type": replaced(`${FIRST}\r\n`, ""),
    "a version part with two types": replaced(FIRST, `${FIRST}\r\nContent-Type: text/plain`),
    "a second part of type text/plain": replaced(SECOND, "Content-Type: text/plain"),
    "a second part of type application/pgp-encrypted": replaced(
      SECOND,
      "Content-Type: application/pgp-encrypted",
    ),
    "a second part of type application/pgp": replaced(SECOND, "Content-Type: application/pgp"),
    "a second part that is a message": replaced(SECOND, "Content-Type: message/rfc822"),
    "a second part that is multipart": replaced(SECOND, `Content-Type: multipart/mixed; boundary="x"`),
    "a second part without a type": replaced(`${SECOND}\r\n`, ""),
    "a second part with two types": replaced(SECOND, `Content-Type: text/html\r\n${SECOND}`),
    "a second part in base64": (m) => m.replace(/7bit(?=\r\n\r\n-----)/, "base64"),
    "a second part in quoted-printable": (m) => m.replace(/7bit(?=\r\n\r\n-----)/, "quoted-printable"),
    "a second part in uuencode": (m) => m.replace(/7bit(?=\r\n\r\n-----)/, "x-uuencode"),
    "a second part in two encodings": (m) =>
      m.replace(/7bit(?=\r\n\r\n-----)/, "7bit\r\nContent-Transfer-Encoding: base64"),
    "an encoding with a comment": (m) => m.replace(/7bit(?=\r\n\r\n-----)/, "7bit (really base64)"),
    "a blank line before the second part's fields": replaced(SECOND, `\r\n${SECOND}`),
    "text among the second part's fields": replaced(SECOND, `${SECOND}\r\n${SECRET}`),
    "a foreign field in the second part": replaced(SECOND, `${SECOND}\r\nX-Note: ${SECRET}`),
    "a Subject in the first part": replaced(FIRST, `${FIRST}\r\nSubject: ${SECRET}`),
    "prose for the Message-ID of a part": replaced(FIRST, `${FIRST}\r\nMessage-ID: ${SECRET}`),
    "two Message-IDs in a part": replaced(FIRST, `${FIRST}\r\nMessage-ID: <a@b>\r\nMessage-ID: <c@d>`),
    "a NUL in a part's field": replaced(SECOND, `${SECOND}\r\nContent-ID: a\0b`),
    "a folded line of blanks in a part": replaced(SECOND, `${SECOND}\r\n \t\r\nContent-ID: a`),
    "a type of multipart/mixed": replaced("multipart/encrypted", "multipart/mixed"),
    "a type of multipart/signed": replaced("multipart/encrypted", "multipart/signed"),
    "a type of text/plain": top("text/plain"),
    "a type of multipart/encrypted-x": replaced("multipart/encrypted", "multipart/encrypted-x"),
    "a type with a comment": replaced("multipart/encrypted", "multipart/encrypted (text/plain)"),
    "a type with a blank in it": replaced("multipart/encrypted", "multipart /encrypted"),
    "a type that is an encoded word": replaced("multipart/encrypted", "=?us-ascii?q?multipart/encrypted?="),
    "two types, this one first": replaced(TOP, `$&\r\nContent-Type: text/plain`),
    "two types, this one last": replaced(TOP, "Content-Type: text/plain\r\n$&"),
    "no type": replaced(new RegExp(`${TOP.source}\r\n`), ""),
    "another protocol": replaced("application/pgp-encrypted", "application/pkcs7-mime"),
    "an empty protocol": replaced('"application/pgp-encrypted"', '""'),
    "two protocols": top(
      `multipart/encrypted; protocol="application/pgp-encrypted"; protocol="x/y"; boundary="${B}"`,
    ),
    "no boundary": top('multipart/encrypted; protocol="application/pgp-encrypted"'),
    "an empty boundary": top('multipart/encrypted; boundary=""; protocol="application/pgp-encrypted"'),
    "two boundaries": replaced(TOP, `$&; boundary="x"`),
    "two boundaries in different cases": replaced(TOP, `$&; BOUNDARY="x"`),
    "a boundary in pieces (RFC 2231)": top(
      `multipart/encrypted; protocol="application/pgp-encrypted"; boundary*0="${B.slice(0, 9)}"; boundary*1="${B.slice(9)}"`,
    ),
    "a boundary with a charset (RFC 2231)": top(
      `multipart/encrypted; protocol="application/pgp-encrypted"; boundary*=us-ascii'en'${B}`,
    ),
    "a boundary and its extended twin": replaced(TOP, "$&; boundary*=us-ascii''x"),
    "a boundary with a blank at its end": replaced(`boundary="${B}"`, `boundary="${B} "`),
    "a boundary with an escape": replaced(`boundary="${B}"`, `boundary="${B.replace("_", "\\_")}"`),
    "a boundary without its second quote": replaced(`boundary="${B}"`, `boundary="${B}`),
    "a boundary in single quotes": replaced(`boundary="${B}"`, `boundary='${B}'`),
    "a boundary with blanks around the equals sign": replaced(`boundary="${B}"`, `boundary = "${B}"`),
    "a boundary that is too long": (m) => m.replaceAll(B, "x".repeat(71)),
    "parameters without a semicolon": top(
      `multipart/encrypted protocol="application/pgp-encrypted" boundary="${B}"`,
    ),
    "parameters with a comma": top(
      `multipart/encrypted; protocol="application/pgp-encrypted", boundary="${B}"`,
    ),
    "a boundary that is folded in the middle": replaced(
      `boundary="${B}"`,
      `boundary="${B.slice(0, 9)}\r\n ${B.slice(9)}"`,
    ),
    "an encoding of base64": header("Content-Transfer-Encoding: base64"),
    "an encoding of quoted-printable": header("Content-Transfer-Encoding: quoted-printable"),
    "two encodings": header("Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: 8bit"),
    "a message in a message": (m) => lines(FROM, "Content-Type: message/rfc822", "", m.trimEnd()),
    "armor without MIME": () => lines(FROM, `To: <${BOB}>`, "", captured("gpg-key")),
    "armor in text/plain": () => lines(FROM, "Content-Type: text/plain", "", captured("gpg-key")),
    "a line that is too long for anybody": replaced(SECOND, `${SECOND}\r\nContent-ID: ${"x".repeat(70_000)}`),
  };
  describe("is refused as unencrypted with", () =>
    each(
      Object.fromEntries(Object.entries(refused).map(([title, bend]) => [title, [bend, UNENCRYPTED]])),
      () => chat(captured("gpg-key")),
    ));

  const unreadable: Cases = {
    "no From": [replaced(`${FROM}\r\n`, ""), /^500 /],
    "an empty From": [replaced(FROM, "From:"), /^500 /],
    "two From fields": [replaced(FROM, `${FROM}\r\n${FROM}`), /^500 /],
    "two addresses in From": [replaced(FROM, `${FROM}, <${BOB}>`), /^500 /],
    "a group in From": [replaced(FROM, `From: us: ${ALICE};`), /^500 /],
    "a From of somebody else": [replaced(FROM, `From: <${BOB}>`), `500 Invalid FROM <${BOB}> for <${ALICE}>`],
    "a From of a longer domain": [
      replaced(FROM, `From: <${ALICE}.org>`),
      `500 Invalid FROM <${ALICE}.org> for <${ALICE}>`,
    ],
    "a From that hides one": [
      replaced(FROM, `From: "${ALICE}" <${BOB}>`),
      `500 Invalid FROM <${BOB}> for <${ALICE}>`,
    ],
    "a From with a route": [replaced(FROM, `From: <@x.org:${ALICE}>`), /^500 /],
    "a From with a letter that looks alike": [replaced(FROM, `From: <\xd0\xb0lice1234@relay.test>`), /^500 /],
    "a From with a NUL": [replaced(FROM, `From: <${ALICE}\0>`), /^500 /],
    "a From whose name is folded away": [replaced(FROM, "From: \r\n"), /^500 /],
    "a blank before the colon of From": [replaced(FROM, `From : <${ALICE}>`), /^500 /],
    "a mailbox's From line": [(m) => `From alice Tue Jan  6 08:20:47 2026\r\n${m}`, /^500 /],
    "a header that begins with a blank": [(m) => ` X: y\r\n${m}`, /^500 /],
    "a header that begins with an empty line": [(m) => `\r\n${m}`, /^500 /],
    "a header without an end": [() => lines(FROM, "Subject: x"), /^500 /],
    "a line of prose in the header": [header(SECRET), /^500 /],
    "a line of blanks in the header": [header(" \t"), /^500 /],
    "a NUL in the header": [header("X-Note: \0"), /^500 /],
    "a bare LF": [header("X-Note: a\nb"), /^500 /],
    "a bare CR": [header("X-Note: a\rb"), /^500 /],
    "a bare LF in the armor": [replaced("-----END PGP", `\n-----END PGP`), /^500 /],
    "no CRLF at its end": [(m) => m.trimEnd(), /^500 /],
    "a lone dot": [(m) => `${m}.\r\nMAIL FROM:<x@y.org>\r\n`, /^500 /],
    "a dot between bare LFs": [(m) => `${m}\n.\n`, /^500 /],
    "a dot between bare CRs": [(m) => `${m}\r.\r`, /^500 /],
    "nothing at all": [() => "", /^500 /],
    "too many bytes": [(m) => `${m}${"\r\n".repeat(50_001)}`, /^552 /],
    "too many bytes, and a bare LF": [(m) => `${m}\n${"\r\n".repeat(50_001)}`, /^552 /],
  };
  describe("is refused with", () => each(unreadable, () => chat(captured("gpg-key"))));
});
