// Accounts that are made up for a test: the first login with one creates it.

import { randomInt } from "node:crypto";
import { mailDomain, type Relay } from "./relay.ts";

export interface Account {
  readonly address: string;
  readonly password: string;
}

/** Relays count names that begin so as test accounts. */
const PREFIX = "ci-";
/** With the prefix enough for names that nobody else has. */
const USUAL_LENGTH = 12;
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

type Lengths = Pick<Relay, "domain" | "usernameMinLength" | "usernameMaxLength" | "passwordMinLength">;

export function newAccount(relay: Lengths): Account {
  const { usernameMinLength, usernameMaxLength, passwordMinLength } = relay;
  const length = Math.min(usernameMaxLength, Math.max(usernameMinLength, USUAL_LENGTH));
  // Where names are so short that hardly any would be left with the prefix, they go without.
  const prefix = length - PREFIX.length >= 5 ? PREFIX : "";
  return {
    address: `${prefix}${random(length - prefix.length)}@${mailDomain(relay)}`,
    password: random(Math.max(20, passwordMinLength)),
  };
}

export const isTestAccount = (address: string): boolean => address.startsWith(PREFIX);

function random(length: number): string {
  return Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join("");
}
