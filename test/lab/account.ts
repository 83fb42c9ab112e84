// A fresh account of a relay, as an app would make it up: the first login with it creates it.
import { randomInt } from "node:crypto";

export interface Account {
  readonly address: string;
  readonly password: string;
}

// Without letters and digits that are easily taken for each other, for those who type them.
const letters = "abcdefghjkmnpqrstuvwxyz";
const lettersAndDigits = `${letters}23456789`;

const random = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");

export const freshAccount = (domain: string): Account => ({
  address: `${random(letters, 9)}@${domain}`,
  password: random(lettersAndDigits, 20),
});

/**
 * What Delta Chat reads from a QR code to log in: version 1, IMAP and SMTP at this address, and certificates that
 * nobody has signed are taken (ic=3).
 */
export function loginUri({ address, password }: Account, server: string): string {
  return `dclogin:${address}?p=${encodeURIComponent(password)}&v=1&ih=${server}&sh=${server}&ic=3`;
}
