// Messages for the tests of filtermail: real OpenPGP made with openpgp, put into MIME by hand so that each test can
// bend exactly one thing.

import * as openpgp from "openpgp";

export const ALICE = "alice1234@relay.test";
export const BOB = "bob123456@relay.test";

/** Text of a message, with CRLF, from lines. */
export function lines(...all: readonly string[]): string {
  return `${all.join("\r\n")}\r\n`;
}

let made: Promise<string> | undefined;

/** One armored message, encrypted to a key, lines ended with CRLF, no line break at the end. */
export function armored(): Promise<string> {
  made ??= (async () => {
    const { publicKey } = await openpgp.generateKey({
      type: "ecc",
      curve: "curve25519Legacy",
      userIDs: [{ email: BOB }],
      format: "object",
    });
    return armor({ text: "Hello, this is a secret.\n".repeat(20), encryptionKeys: publicKey });
  })();
  return made;
}

export interface ToArmor {
  readonly text: string;
  readonly encryptionKeys?: openpgp.PublicKey;
  readonly passwords?: string;
}

export async function armor({ text, ...to }: ToArmor): Promise<string> {
  const message = await openpgp.createMessage({ text });
  return crlf((await openpgp.encrypt({ message, ...to })) as string);
}

export function crlf(text: string): string {
  return text.replace(/\r?\n/g, "\r\n").replace(/(\r\n)+$/, "");
}

/** Armors packets by hand, without a checksum unless one is given. */
export function armorOf(packets: Uint8Array, checksum?: string): string {
  const base64 =
    Buffer.from(packets)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  const tail = checksum === undefined ? [] : [checksum];
  return ["-----BEGIN PGP MESSAGE-----", ""].concat(base64, tail, "-----END PGP MESSAGE-----").join("\r\n");
}

export interface MimeParts {
  readonly from?: string;
  readonly header?: readonly string[];
  readonly type?: string;
  readonly preamble?: string;
  readonly versionHeader?: readonly string[];
  readonly version?: string;
  readonly dataHeader?: readonly string[];
  readonly data: string;
  /** Further parts, each with its delimiter. */
  readonly more?: string;
  readonly epilogue?: string;
}

/** An OpenPGP/MIME message, as clients make it unless told otherwise. */
export function pgpMime(parts: MimeParts): Buffer {
  const {
    from = ALICE,
    header = [],
    type = 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b0undary"',
    preamble = "",
    versionHeader = ["Content-Type: application/pgp-encrypted"],
    version = "Version: 1\r\n",
    dataHeader = ['Content-Type: application/octet-stream; name="encrypted.asc"'],
    more = "",
    epilogue = "",
  } = parts;
  return Buffer.from(
    [
      `From: <${from}>\r\nTo: <${BOB}>\r\nSubject: [...]\r\nMIME-Version: 1.0\r\n`,
      header.map((line) => `${line}\r\n`).join(""),
      `Content-Type: ${type}\r\n\r\n${preamble}--b0undary\r\n`,
      `${versionHeader.join("\r\n")}\r\n\r\n${version}\r\n--b0undary\r\n`,
      `${dataHeader.join("\r\n")}\r\n\r\n${parts.data}\r\n${more}--b0undary--\r\n${epilogue}`,
    ].join(""),
    "latin1",
  );
}

export interface SecureJoin {
  readonly step?: string;
  readonly text?: string;
  readonly type?: string;
  readonly partHeader?: readonly string[];
  readonly more?: string;
}

export function secureJoin(parts: SecureJoin = {}): Buffer {
  const {
    step = "vc-request",
    text = "secure-join: vc-request",
    type = 'multipart/mixed; boundary="b0undary"',
    partHeader = ["Content-Type: text/plain; charset=utf-8"],
    more = "",
  } = parts;
  return Buffer.from(
    [
      `From: <${ALICE}>\r\nTo: <${BOB}>\r\nSubject: [...]\r\nSecure-Join: ${step}\r\nMIME-Version: 1.0\r\n`,
      `Content-Type: ${type}\r\n\r\n--b0undary\r\n${partHeader.join("\r\n")}\r\n\r\n${text}\r\n${more}--b0undary--\r\n`,
    ].join(""),
    "latin1",
  );
}

export function clearMessage(from = ALICE, body = "Hello in the clear."): Buffer {
  return Buffer.from(lines(`From: <${from}>`, `To: <${BOB}>`, "Subject: hello", "", body), "latin1");
}
