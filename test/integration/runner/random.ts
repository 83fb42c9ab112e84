// Random numbers that can be had again: a failed test prints its seed, and CHATMAIL_SEED=SEED repeats it.

export const seed = Number(process.env.CHATMAIL_SEED ?? Date.now() % 2 ** 31);

/** Numbers from 0 to below 1, the same ones for the same seed (mulberry32). */
export function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
