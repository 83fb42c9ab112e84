// Opens what ansible-vault has encrypted (its formats 1.1 and 1.2 with AES256): a header line, then in hexadecimal
// digits, themselves written as such, a salt, an HMAC-SHA256 and the text in AES-256-CTR, the keys by PBKDF2.

import { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";
import type { Secrets } from "./secrets.ts";

export type Opened =
  | { readonly bytes: Buffer }
  | { readonly bytes: undefined; readonly problem: string; readonly hint: string };

const ITERATIONS = 10_000;
const KEY = 32;
const BLOCK = 16;

export function isEncrypted(text: string): boolean {
  return /^\s*\$ANSIBLE_VAULT;/.test(text);
}

export class Vault {
  private readonly passwords: Buffer[] = [];
  readonly secrets: Secrets;

  constructor(secrets: Secrets) {
    this.secrets = secrets;
  }

  /** One more password to try. */
  add(password: string): void {
    this.secrets.add(password);
    this.passwords.push(Buffer.from(password));
  }

  open(encrypted: string): Opened {
    const [header = "", ...lines] = encrypted.trim().split(/\r?\n/);
    const [, version, cipher] = header.trim().split(";");
    if (!/^1\.[12]$/.test(version ?? "") || cipher !== "AES256") {
      return unread(
        `this is encrypted in a form that is not known: ${header.slice(0, 60)}`,
        "encrypt it anew: ansible-vault rekey",
      );
    }
    if (this.passwords.length === 0) {
      return unread(
        "this is encrypted by ansible-vault",
        "give the password by --vault-password-file FILE, or --ask-vault-pass",
      );
    }
    const parts = unhex(lines.map((line) => line.trim()).join(""))
      ?.toString("latin1")
      .split("\n")
      .map(unhex);
    const [salt, hmac, content] = parts ?? [];
    if (!salt || !hmac || !content) {
      return unread(
        "this is no whole text of ansible-vault",
        "were lines lost, or is it not indented as a whole?",
      );
    }
    for (const password of this.passwords) {
      const bytes = decrypt(password, { salt, hmac, content });
      if (bytes !== undefined) return { bytes };
    }
    return unread(
      "no vault password opens this",
      "another one is needed, by --vault-password-file FILE, or the text was altered",
    );
  }
}

function decrypt(
  password: Buffer,
  { salt, hmac, content }: Readonly<Record<"salt" | "hmac" | "content", Buffer>>,
): Buffer | undefined {
  const keys = pbkdf2Sync(password, salt, ITERATIONS, 2 * KEY + BLOCK, "sha256");
  const found = createHmac("sha256", keys.subarray(KEY, 2 * KEY))
    .update(content)
    .digest();
  if (found.length !== hmac.length || !timingSafeEqual(found, hmac)) return undefined;
  const decipher = createDecipheriv("aes-256-ctr", keys.subarray(0, KEY), keys.subarray(2 * KEY));
  const padded = Buffer.concat([decipher.update(content), decipher.final()]);
  // PKCS #7: the last byte says how many were added.
  return padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
}

function unhex(digits: string): Buffer | undefined {
  return /^(?:[0-9a-f]{2})+$/i.test(digits) ? Buffer.from(digits, "hex") : undefined;
}

function unread(problem: string, hint: string): Opened {
  return { bytes: undefined, problem, hint };
}
