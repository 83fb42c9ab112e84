// Messages as apps write them: PGP/MIME (RFC 3156), and for what must be refused, plain text.

import {
  createMessage,
  decrypt,
  encrypt,
  generateKey,
  type PrivateKey,
  type PublicKey,
  readMessage,
} from "openpgp";

export interface Envelope {
  readonly from: string;
  readonly to: string;
}

export interface Keys {
  readonly privateKey: PrivateKey;
  readonly publicKey: PublicKey;
}

export const newKeys = (address: string): Promise<Keys> =>
  generateKey({ userIDs: [{ email: address.replace(/[[\]]/g, "") }], format: "object" });

/** What a relay is to take out or to replace: things that tell of the sender's device. */
export const TELLING = {
  "User-Agent": "some agent 1.0",
  "X-Mailer": "some mailer",
  "X-Originating-IP": "[203.0.113.7]",
  Received: "from [203.0.113.7] by laptop.example; Thu, 1 Jan 2026 00:00:00 +0000",
  Subject: "the secret plan",
} as const;

export async function encryptedMessage(envelope: Envelope, key: PublicKey, text: string): Promise<string> {
  const armored = await encrypt({
    message: await createMessage({ text: `Content-Type: text/plain; charset=utf-8\r\n\r\n${text}` }),
    encryptionKeys: key,
    config: { showVersion: false, showComment: false },
  });
  return crlf([
    ...Object.entries(TELLING).map(([name, value]) => `${name}: ${value}`),
    ...common(envelope),
    'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="chatmail"',
    "",
    "--chatmail",
    "Content-Type: application/pgp-encrypted",
    "",
    "Version: 1",
    "",
    "--chatmail",
    "Content-Type: application/octet-stream",
    "",
    armored.trimEnd(),
    "",
    "--chatmail--",
    "",
  ]);
}

/** The text that was encrypted. */
export async function decrypted(message: string, { privateKey }: Keys): Promise<string> {
  const [armored] = /-----BEGIN PGP MESSAGE-----[\s\S]*-----END PGP MESSAGE-----/.exec(message) ?? [];
  if (armored === undefined) throw new Error("what arrived has no encrypted part");
  const { data } = await decrypt({
    message: await readMessage({ armoredMessage: armored }),
    decryptionKeys: privateKey,
  });
  return String(data).replace(/^[\s\S]*?\r?\n\r?\n/, "");
}

export function cleartextMessage(envelope: Envelope): string {
  const lines = ["Subject: Hello", ...common(envelope), "Content-Type: text/plain; charset=utf-8"];
  return crlf([...lines, "", "A test of this relay: unencrypted mail is to be refused.", ""]);
}

function common({ from, to }: Envelope): string[] {
  return [
    `From: <${from}>`,
    `To: <${to}>`,
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${crypto.randomUUID()}@${from.replace(/.*@/, "").replace(/[[\]]/g, "")}>`,
    "Chat-Version: 1.0",
    "MIME-Version: 1.0",
  ];
}

const crlf = (lines: readonly string[]): string => lines.join("\n").replace(/\r?\n/g, "\r\n");
