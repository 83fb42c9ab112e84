// Mail as a chatmail client writes it: PGP/MIME (RFC 3156) made with a real OpenPGP library.
import { createMessage, encrypt, generateKey, readKey } from "openpgp";

export interface Envelope {
  readonly from: string;
  readonly to: string;
}

export async function newPublicKey(address: string): Promise<string> {
  const { publicKey } = await generateKey({ userIDs: [{ email: address }], format: "armored" });
  return publicKey;
}

/** Header lines are added above the usual ones. Gives text with CRLF line ends. */
export async function encryptedMessage(
  { from, to }: Envelope,
  recipientKey: string,
  text: string,
  headers: readonly string[] = [],
): Promise<string> {
  const armored = (await encrypt({
    message: await createMessage({ text: `Content-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n` }),
    encryptionKeys: await readKey({ armoredKey: recipientKey }),
    config: { showVersion: false, showComment: false },
  })) as string;
  return crlf([
    ...headers,
    ...commonHeaders({ from, to }),
    'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="chatmail"',
    "",
    "--chatmail",
    "Content-Type: application/pgp-encrypted",
    "Content-Description: PGP/MIME version identification",
    "",
    "Version: 1",
    "",
    "--chatmail",
    'Content-Type: application/octet-stream; name="encrypted.asc"',
    'Content-Disposition: inline; filename="encrypted.asc"',
    "",
    armored.trimEnd(),
    "",
    "--chatmail--",
    "",
  ]);
}

export function cleartextMessage(envelope: Envelope, text: string): string {
  return crlf([...commonHeaders(envelope), "Content-Type: text/plain; charset=utf-8", "", text, ""]);
}

function commonHeaders({ from, to }: Envelope): string[] {
  return [
    `From: <${from}>`,
    `To: <${to}>`,
    "Subject: [...]",
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${crypto.randomUUID()}@${from.split("@")[1]}>`,
    "Chat-Version: 1.0",
    "MIME-Version: 1.0",
  ];
}

function crlf(lines: readonly string[]): string {
  return lines.join("\n").replace(/\r?\n/g, "\r\n");
}
