// What other relays, and others, send: messages with their verdict.
import { keyOf } from "./keys.ts";
import { type Signing, signature, signed } from "./signer.ts";

export interface Case {
  readonly title: string;
  readonly message: string;
}

const BODY = "Hello.\r\n\r\nThis is the body.\r\n";

function plain(from: string | undefined = "<someone@other.example>", body = BODY): string {
  const fields = ["To: <user@relay.example>", "Subject: [...]", "Date: Sun, 22 Nov 2026 12:00:00 +0000"];
  return [`From: ${from}`, ...fields, "", body].join("\r\n");
}

const by = (domain: string, more: Partial<Signing> = {}): Signing => ({
  domain,
  key: keyOf(domain, more.selector).key,
  ...more,
});
const other = by("other.example");

/** The message signed for this author, by this domain or by the author's own. */
function from(author: string, signing: Signing = other): string {
  return signed(plain(author), signing);
}

const withoutFrom = (message: string): string => message.replace(/^From: .*\r\n/m, "");

const accepted: readonly Case[] = [
  { title: "a message that the author's domain has signed", message: from("<someone@other.example>") },
  {
    title: "one of two signatures, of which the other is another domain's",
    message: signature(plain(), by("evil.example")) + from("<someone@other.example>"),
  },
  {
    title: "one of two signatures, of which the other is broken",
    message:
      signature(plain("<someone@other.example>", "Other body.\r\n"), other) + from("<someone@other.example>"),
  },
  {
    title: "one of two signatures, of which the other covers a part of the body",
    message: signature(plain(), { ...other, bodyLength: 5 }) + from("<someone@other.example>"),
  },
  {
    title: "one of five signatures, the last",
    message: signature(plain(), by("evil.example")).repeat(4) + from("<someone@other.example>"),
  },
  { title: "a sub-domain's own signature", message: from("<a@sub.other.example>", by("sub.other.example")) },
  { title: "an author with a name", message: from('"Some, One" <someone@other.example>') },
  {
    title: "an author with a name in quotes that holds another address",
    message: from('"x@evil.example, \\"<y@evil.example>" <someone@other.example>'),
  },
  {
    title: "an author with a name in a comment",
    message: from("someone@other.example (Mail Delivery System)"),
  },
  { title: "an author without angle brackets", message: from("someone@other.example") },
  { title: "an author on a second line", message: from("Some\r\n One\r\n\t<someone@other.example>") },
  { title: "an author's domain in upper case", message: from("<someone@OTHER.Example>") },
  {
    title: "a signature with its domain in upper case",
    message: from("<someone@other.example>", by("Other.EXAMPLE")),
  },
  {
    title: "an internationalised domain that comes as xn--",
    message: from("<a@xn--bcher-kva.example>", by("xn--bcher-kva.example")),
  },
  {
    title: "an Ed25519 signature",
    message: from(
      "<someone@other.example>",
      by("other.example", { selector: "ed", algorithm: "ed25519-sha256" }),
    ),
  },
  {
    title: "the null sender's report, from a daemon",
    message: from("MAILER-DAEMON@other.example (Mail Delivery System)"),
  },
];

const refused: readonly Case[] = [
  { title: "a message without a signature", message: plain() },
  {
    title: "a body that is not what was signed",
    message: from("<someone@other.example>").replace("Hello.", "Hello!"),
  },
  {
    title: "a field that is not what was signed",
    message: from("<someone@other.example>").replace("Subject: [...]", "Subject: x"),
  },
  {
    title: "a signature that is cut off",
    message: from("<someone@other.example>").replace(/b=[^;]{20}[\s\S]*?\r\n/, "b=AAAA\r\n"),
  },
  { title: "another domain's signature", message: from("<someone@other.example>", by("evil.example")) },
  { title: "the parent domain's signature", message: from("<a@sub.other.example>") },
  {
    title: "the parent domain's signature in the name of the sub-domain",
    message: from("<a@sub.other.example>", { ...other, tags: "i=@sub.other.example; " }),
  },
  { title: "a sub-domain's signature", message: from("<someone@other.example>", by("sub.other.example")) },
  {
    title: "a signature with a key that there is not",
    message: from("<someone@other.example>", { ...other, selector: "none" }),
  },
  {
    title: "a signature with the key of another domain",
    message: from("<someone@other.example>", { ...other, key: keyOf("evil.example").key }),
  },
  {
    title: "a signature with a key of 768 bits",
    message: from("<someone@other.example>", by("other.example", { selector: "small" })),
  },
  {
    title: "a signature with SHA-1",
    message: from("<someone@other.example>", { ...other, algorithm: "rsa-sha1" }),
  },
  {
    title: "a signature that has run out",
    message: from("<someone@other.example>", { ...other, tags: "t=1000000000; x=1000000001; " }),
  },
  {
    title: "a signature that does not cover the author",
    message: from("<someone@other.example>", { ...other, fields: ["To", "Subject"] }),
  },
  {
    title: "a body that goes on where the signature ends",
    message: `${signed(plain(), { ...other, bodyLength: BODY.length })}And more.\r\n`,
  },
  {
    title: "a signature that may end before the body does, even if it does not",
    message: from("<someone@other.example>", { ...other, bodyLength: BODY.length }),
  },
  {
    title: "a signature of nothing of the body",
    message: from("<someone@other.example>", { ...other, bodyLength: 0 }),
  },
  {
    title: "a length that is folded",
    message: from("<someone@other.example>", { ...other, bodyLength: 5 }).replace("l=5;", "l\r\n\t=\r\n\t5;"),
  },
  {
    title: "two From fields, the first of them signed",
    message: signed(plain(), other).replace("\r\n\r\n", "\r\nFrom: <a@evil.example>\r\n\r\n"),
  },
  {
    title: "two From fields, the last of them signed",
    message: `From: <a@evil.example>\r\n${from("<someone@other.example>")}`,
  },
  {
    title: "two equal From fields",
    message: `From: <someone@other.example>\r\n${from("<someone@other.example>")}`,
  },
  {
    title: "two From fields, one of them with a blank before its colon",
    message: from("<someone@other.example>").replace("\r\nTo:", "\r\nFrom : <a@evil.example>\r\nTo:"),
  },
  {
    title: "two From fields, one of them in upper case",
    message: `FROM: <a@evil.example>\r\n${from("<someone@other.example>")}`,
  },
  {
    title: "two authors, the first of whom has signed",
    message: from("<someone@other.example>, <a@evil.example>"),
  },
  {
    title: "two authors, the last of whom has signed",
    message: from("<a@evil.example>, <someone@other.example>"),
  },
  { title: "two addresses in one", message: from("<a@evil.example> <someone@other.example>") },
  { title: "an address in the place of the name", message: from("a@evil.example <someone@other.example>") },
  { title: "a group of authors", message: from("Group: <someone@other.example>;") },
  { title: "a route before the address", message: from("<@evil.example:someone@other.example>") },
  { title: "an author in quotes that do not end", message: from('"Someone <someone@other.example>') },
  { title: "no From field", message: signed(withoutFrom(plain()), { ...other, fields: ["To", "Subject"] }) },
  { title: "no From field and no signature", message: withoutFrom(plain()) },
  { title: "an empty From field", message: from("") },
  { title: "an author without a domain", message: from("someone") },
  { title: "an author with an empty domain", message: from("<someone@>") },
  { title: "an author whose domain is an address", message: from("<someone@[192.0.2.1]>") },
  {
    title: "an author's domain with a dot behind it",
    message: from("<someone@other.example.>", by("other.example.")),
  },
  {
    title: "a signature whose domain has a dot behind it",
    message: from("<someone@other.example>", by("other.example.")),
  },
  {
    title: "an internationalised domain that comes as it is written",
    message: from("<a@b\u00fccher.example>", by("xn--bcher-kva.example")),
  },
  { title: "an author's domain behind a control character", message: from("<someone@other.example>\u0001") },
];

const undecided: Case = {
  title: "",
  message: from("<a@broken.example>", { ...other, domain: "broken.example" }),
};

/** OpenDKIM refuses this by itself, before it asks the scripts. */
const senseless: Case = {
  title: "a signature that makes no sense, even if another one is right",
  message: `DKIM-Signature: nonsense\r\n${from("<someone@other.example>")}`,
};

export const verification = { accepted, refused, senseless, undecided };
