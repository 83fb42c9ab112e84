// A random address and password of the lengths that the configuration asks for, and the `dclogin:` link with which an
// app logs in on a relay whose certificate is its own.

import { randomInt } from "node:crypto";
import type { Config } from "../config.ts";

/** What an app is told; the names are those that apps know. */
export interface NewEmail {
  readonly email: string;
  readonly password: string;
  readonly dclogin_url?: string;
}

type Lengths = Pick<Config, "mail_domain" | "username_max_length" | "password_min_length">;

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
/** Without quotes and backslashes, which some program on the way might take for its own. */
const PUNCTUATION = "!#$%&()*+,-./:;<=>?@[]^_{|}~";
const NAME = LETTERS + DIGITS;
const PASSWORD = LETTERS + LETTERS.toUpperCase() + DIGITS + PUNCTUATION;
/** A password is that much longer than it must be. */
const LONGER = 3;

export function newEmail(config: Lengths, { selfsigned }: { readonly selfsigned: boolean }): NewEmail {
  const { mail_domain, username_max_length, password_min_length } = config;
  const ip = /^[0-9.]+$/.test(mail_domain);
  // RFC 5321 section 4.1.3: an address as the domain stands in brackets.
  const email = `${random(NAME, username_max_length)}@${ip ? `[${mail_domain}]` : mail_domain}`;
  const password = random(PASSWORD, password_min_length + LONGER);
  if (!selfsigned) return { email, password };
  // v: version of the link. ic=3: a certificate that nobody has signed is accepted. ih, sh: where IMAP and SMTP are,
  // which apps cannot tell from an address in brackets.
  const hosts = ip ? `&ih=${mail_domain}&sh=${mail_domain}` : "";
  return { email, password, dclogin_url: `dclogin:${email}?p=${percent(password)}&v=1${hosts}&ic=3` };
}

function random(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

/** RFC 3986 section 2.1, of all but the unreserved characters. */
function percent(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
