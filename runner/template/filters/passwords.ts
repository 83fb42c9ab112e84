// Hashes of passwords as crypt(3) has them, by SHA-256 and SHA-512.
// https://www.akkadia.org/drepper/SHA-crypt.txt

import { createHash } from "node:crypto";
import { text } from "../python/convert.ts";
import { Fault } from "../python/values.ts";
import type { Filter } from "./filter.ts";

interface Scheme {
  readonly id: number;
  readonly algorithm: string;
  /** The bytes of the digest that make up each group of letters, the highest first; -1 is none. */
  readonly order: readonly (readonly [number, number, number])[];
}

const SCHEMES: Readonly<Record<string, Scheme>> = {
  sha256: { id: 5, algorithm: "sha256", order: [...turned(10, 2, [0, 10, 20]), [-1, 31, 30]] },
  sha512: { id: 6, algorithm: "sha512", order: [...turned(21, 1, [0, 21, 42]), [-1, -1, 63]] },
};

/** Each group has the bytes after those of the one before, turned on by `step` places. */
function turned(
  count: number,
  step: number,
  first: readonly [number, number, number],
): [number, number, number][] {
  return Array.from({ length: count }, (_, index) => {
    const bytes = first.map((byte) => byte + index) as [number, number, number];
    const turn = (step * index) % 3;
    return [...bytes.slice(turn), ...bytes.slice(0, turn)] as [number, number, number];
  });
}

const LETTERS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** What is meant where none are written down. */
const ROUNDS = 5000;

export const passwordFilters: readonly Filter[] = [
  {
    name: "password_hash",
    doc: "The password as the module user takes it: by sha512 or sha256, with a salt of up to 16 letters, which must be given so that it is the same at every run.",
    example: "'secret' | password_hash('sha512', 'salt')",
    params: "hashtype? salt? salt_size? rounds? ident?",
    apply(input, [hashtype = "sha512", salt, , rounds]) {
      const scheme = SCHEMES[text(hashtype)];
      if (!scheme) throw new Fault("password_hash knows sha512 and sha256");
      if (salt === undefined || salt === null)
        throw new Fault("password_hash needs a salt: without one there would be another hash at every run");
      if (!/^[./0-9A-Za-z]{1,16}$/.test(text(salt)))
        throw new Fault("the salt of password_hash is up to 16 letters, digits, dots and slashes");
      const count = Number(rounds ?? ROUNDS);
      if (!Number.isInteger(count) || count < 1000 || count > 9_999_999)
        throw new Fault("the rounds of password_hash are a number from 1000 to 9999999");
      const told = rounds === undefined ? "" : `rounds=${count}$`;
      const key = Buffer.from(text(input), "utf8");
      const bytes = digest(key, Buffer.from(text(salt)), count, scheme);
      return `$${scheme.id}$${told}${text(salt)}$${letters(bytes, scheme)}`;
    },
  },
];

function digest(key: Buffer, salt: Buffer, rounds: number, { algorithm }: Scheme): Buffer {
  const hash = (...parts: readonly Buffer[]) => {
    const made = createHash(algorithm);
    for (const part of parts) made.update(part);
    return made.digest();
  };
  const filled = (from: Buffer, length: number) => Buffer.alloc(length, from);
  const alternate = hash(key, salt, key);
  const parts = [key, salt, filled(alternate, key.length)];
  for (let bits = key.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? alternate : key);
  let result = hash(...parts);
  const p = filled(hash(...Array.from({ length: key.length }, () => key)), key.length);
  const s = filled(hash(...Array.from({ length: 16 + result.readUInt8(0) }, () => salt)), salt.length);
  for (let round = 0; round < rounds; round++) {
    const odd = round % 2 === 1;
    result = hash(odd ? p : result, ...(round % 3 ? [s] : []), ...(round % 7 ? [p] : []), odd ? result : p);
  }
  return result;
}

function letters(bytes: Buffer, { order }: Scheme): string {
  return order
    .map((group) => {
      const [high = 0, middle = 0, low = 0] = group.map((index) => bytes[index] ?? 0);
      const value = (high << 16) | (middle << 8) | low;
      const count = 1 + group.filter((index) => index >= 0).length;
      return Array.from({ length: count }, (_, at) => LETTERS[(value >> (6 * at)) & 63]).join("");
    })
    .join("");
}
