// What can be fuzzed: something of the daemons or of the runner that gets bytes from outside, and what must be true of it
// whatever the bytes are.

export interface Target {
  readonly name: string;
  /** What a well-meaning peer sends; inputs are made from these by changing them. */
  readonly corpus: readonly Buffer[];
  /** Pieces that mean something here: put in between more often than noise. */
  readonly tokens: readonly string[];
  /** Throws when the input makes it do what it must not. */
  readonly check: (input: Buffer, random: Random) => void | Promise<void>;
  readonly end?: () => Promise<void>;
}

/** Numbers that are the same again for the same seed (the mulberry32 generator). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A number from 0 to n - 1. */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

/** Cuts the input into pieces as the network might. */
export function pieces(input: Buffer, random: Random): Buffer[] {
  const longest = random.pick([1, 7, 100, 5000]);
  const all: Buffer[] = [];
  for (let at = 0; at < input.length; ) {
    const end = at + 1 + random.below(longest);
    all.push(input.subarray(at, end));
    at = end;
  }
  return all;
}
