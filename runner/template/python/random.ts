// Python's random.Random for a seed, number by number: the Mersenne Twister (MT19937), seeded and used as CPython's does
// (Lib/random.py, Modules/_randommodule.c), so that `random(seed=...)` chooses what it chooses with Ansible.

import { createHash, randomInt } from "node:crypto";
import { typeName } from "./type-name.ts";
import { Fault, isFloat, numeric } from "./values.ts";

/** A whole number below `limit`. */
export type Below = (limit: number) => number;

/** Another one each time. */
export const anyBelow: Below = (limit) => randomInt(limit);

/** The same ones each time for the same seed. */
export function seededBelow(seed: unknown): Below {
  const next = twister(keyOf(seed));
  return (limit) => {
    const bits = limit.toString(2).length;
    let value = wordsOf(next, bits);
    while (value >= limit) value = wordsOf(next, bits);
    return value;
  };
}

function wordsOf(next: () => number, bits: number): number {
  if (bits <= 32) return next() >>> (32 - bits);
  const low = next();
  return low + (next() >>> (64 - bits)) * 2 ** 32;
}

/** A seed as words of 32 bits, the lowest first: a text with its hash behind it, a whole number without its sign. */
function keyOf(seed: unknown): number[] {
  const number = isFloat(seed) ? undefined : numeric(seed);
  if (typeof seed !== "string" && number === undefined)
    throw new Fault(`a seed is a text or a whole number, not ${typeName(seed)}`);
  const bytes = Buffer.from(String(seed), "utf8");
  const hash = createHash("sha512").update(bytes).digest("hex");
  let value = number === undefined ? BigInt(`0x${bytes.toString("hex")}${hash}`) : BigInt(Math.abs(number));
  const words: number[] = [];
  do {
    words.push(Number(value & 0xffffffffn));
    value >>= 32n;
  } while (value > 0n);
  return words;
}

const SIZE = 624;
const MIDDLE = 397;

function twister(key: readonly number[]): () => number {
  const state = seeded(key);
  let index = SIZE;
  return () => {
    if (index >= SIZE) {
      twist(state);
      index = 0;
    }
    let word = state[index++] as number;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}

/** init_by_array of the authors' own program. */
function seeded(key: readonly number[]): Uint32Array {
  const state = new Uint32Array(SIZE);
  const mixed = (index: number, factor: number): number => {
    const before = state[index - 1] as number;
    return Math.imul(before ^ (before >>> 30), factor);
  };
  state[0] = 19650218;
  for (let index = 1; index < SIZE; index++) state[index] = mixed(index, 1812433253) + index;
  let index = 1;
  const step = (word: number): void => {
    state[index] = word;
    index += 1;
    if (index < SIZE) return;
    state[0] = state[SIZE - 1] as number;
    index = 1;
  };
  for (let round = 0; round < Math.max(SIZE, key.length); round++) {
    const at = round % key.length;
    step(((state[index] as number) ^ mixed(index, 1664525)) + (key[at] as number) + at);
  }
  for (let round = 1; round < SIZE; round++)
    step(((state[index] as number) ^ mixed(index, 1566083941)) - index);
  state[0] = 0x80000000;
  return state;
}

function twist(state: Uint32Array): void {
  for (let index = 0; index < SIZE; index++) {
    const word =
      ((state[index] as number) & 0x80000000) | ((state[(index + 1) % SIZE] as number) & 0x7fffffff);
    const odd = word & 1 ? 0x9908b0df : 0;
    state[index] = (state[(index + MIDDLE) % SIZE] as number) ^ (word >>> 1) ^ odd;
  }
}
