// SHA512-crypt, the password hash that crypt(3) marks with $6$ and Dovecot with {SHA512-CRYPT}. Written from its
// specification, "Unix crypt using SHA-256 and SHA-512" (Ulrich Drepper, version 0.6); the numbers of the
// steps below are those of its algorithm. Node.js has no crypt(3).

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { blocksOf, DIGEST, pad, type Sha512, sha512InWasm } from "./sha512-wasm.ts";

const DEFAULT_ROUNDS = 5000;
const ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** Step 22: the digest's bytes leave in groups of three, in this order. */
const OUTPUT_ORDER: readonly (readonly [number, number, number])[] = [
  [0, 21, 42],
  [22, 43, 1],
  [44, 2, 23],
  [3, 24, 45],
  [25, 46, 4],
  [47, 5, 26],
  [6, 27, 48],
  [28, 49, 7],
  [50, 8, 29],
  [9, 30, 51],
  [31, 52, 10],
  [53, 11, 32],
  [12, 33, 54],
  [34, 55, 13],
  [56, 14, 35],
  [15, 36, 57],
  [37, 58, 16],
  [59, 17, 38],
  [18, 39, 60],
  [40, 61, 19],
  [62, 20, 41],
];

export interface CryptOptions {
  /** At most 16 characters of the crypt alphabet. */
  readonly salt: string;
  readonly rounds?: number;
}

/** The hash as crypt(3) prints it: $6$salt$digest. */
export function sha512Crypt(password: string, { salt: wholeSalt, rounds: wished }: CryptOptions): string {
  const key = Buffer.from(password, "utf8");
  const salt = Buffer.from(wholeSalt.slice(0, 16), "latin1");
  const rounds = Math.min(Math.max(wished ?? DEFAULT_ROUNDS, 1000), 999_999_999);

  // Steps 4 to 8, then 1 to 3 and 9 to 12.
  const b = sha512(key, salt, key);
  const a = createHash("sha512").update(key).update(salt).update(repeatTo(b, key.length));
  for (let bits = key.length; bits > 0; bits >>= 1) a.update(bits & 1 ? b : key);
  let digest: Buffer = a.digest();
  // Steps 13 to 20.
  const p = repeatTo(sha512(...Array<Buffer>(key.length).fill(key)), key.length);
  const s = repeatTo(sha512(...Array<Buffer>(16 + digest[0]!).fill(salt)), salt.length);
  digest = new Rounds(p, s).run(digest, rounds);
  const roundsField = wished === undefined ? "" : `rounds=${rounds}$`;
  return `$6$${roundsField}${salt.toString("latin1")}$${encode(digest)}`;
}

let assembled: Sha512 | undefined;

/** Assembled at the first hash: most processes never make one. */
function wasm(): Sha512 {
  assembled ??= sha512InWasm();
  return assembled;
}

/** A message of step 21 with its place for the digest of the round before. */
interface Message {
  readonly at: number;
  readonly blocks: number;
  readonly digestAt: number;
}

/**
 * Step 21: each round hashes the digest of the round before, P and S in an order that the round's number tells. There
 * are eight such messages. They are laid out once, and each round puts its digest where the next one wants it.
 */
class Rounds {
  readonly #messages: readonly Message[];
  readonly #sha512 = wasm();

  constructor(p: Buffer, s: Buffer) {
    const { memory } = this.#sha512;
    memory.fill(0);
    let at = DIGEST;
    this.#messages = Array.from({ length: 8 }, (_, n) => {
      const [odd, withS, withP] = [n & 1, n & 2, n & 4];
      const before = [...(odd ? [p] : []), ...(odd && withS ? [s] : []), ...(odd && withP ? [p] : [])];
      const after = odd ? [] : [...(withS ? [s] : []), ...(withP ? [p] : []), p];
      const [head, tail] = [Buffer.concat(before), Buffer.concat(after)];
      const length = head.length + DIGEST + tail.length;
      const message = { at, blocks: blocksOf(length), digestAt: at + head.length };
      memory.set(head, at);
      memory.set(tail, at + head.length + DIGEST);
      pad(memory, at, length);
      at += message.blocks * 128;
      return message;
    });
  }

  run(first: Buffer, rounds: number): Buffer {
    const { memory, hash } = this.#sha512;
    const messageOf = (round: number): Message =>
      this.#messages[(round & 1) | (round % 3 ? 2 : 0) | (round % 7 ? 4 : 0)]!;
    memory.set(first, messageOf(0).digestAt);
    for (let round = 0; round < rounds; round++) {
      const { at, blocks } = messageOf(round);
      hash(at, blocks, round + 1 < rounds ? messageOf(round + 1).digestAt : 0);
    }
    return Buffer.from(memory.subarray(0, DIGEST));
  }
}

const SCHEME = "{SHA512-CRYPT}";

/** A new hash with a random salt, in the form in which it is stored. */
export function hashPassword(password: string): string {
  const salt = Array.from(randomBytes(16), (byte) => ALPHABET[byte & 63]).join("");
  return `${SCHEME}${sha512Crypt(password, { salt })}`;
}

/** Whether a stored hash is this password's. One of another scheme is nobody's: only Dovecot knows these. */
export function isPasswordOf(hash: string, password: string): boolean {
  const [, rounds, salt] = /^\{SHA512-CRYPT\}\$6\$(?:rounds=([0-9]{4,6})\$)?([^$]{0,16})\$/.exec(hash) ?? [];
  if (salt === undefined) return false;
  const again = `${SCHEME}${sha512Crypt(password, { salt, ...(rounds && { rounds: Number(rounds) }) })}`;
  return again.length === hash.length && timingSafeEqual(Buffer.from(again), Buffer.from(hash));
}

function sha512(...parts: readonly Buffer[]): Buffer {
  const hash = createHash("sha512");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The digest over and over, cut at the length. */
function repeatTo(digest: Buffer, length: number): Buffer {
  return Buffer.alloc(length, length > 0 ? digest : undefined);
}

function encode(digest: Buffer): string {
  const groups = OUTPUT_ORDER.map(([high, middle, low]) =>
    sixBits((digest[high]! << 16) | (digest[middle]! << 8) | digest[low]!, 4),
  );
  return groups.join("") + sixBits(digest[DIGEST - 1]!, 2);
}

function sixBits(value: number, characters: number): string {
  let text = "";
  for (let i = 0; i < characters; i++) text += ALPHABET[(value >> (6 * i)) & 63];
  return text;
}
