// Feeds a target with inputs, one after the other, until it has had enough of them or one fails.

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeInput, randomFor } from "./mutate.ts";
import type { Target } from "./target.ts";

/** Inputs that failed once are kept here, one folder for each target, and are tried first for ever after. */
const FOUND = fileURLToPath(new URL("found/", import.meta.url));

export interface Amount {
  readonly seed: number;
  /** The number of the first input. */
  readonly from?: number;
  readonly goOn: (done: number) => boolean;
}

export class FoundFailure extends Error {}

export async function fuzz(target: Target, { seed, from = 0, goOn }: Amount): Promise<number> {
  for (const [file, input] of foundBefore(target))
    await attempt(target, input, { seed: 0, number: 0, what: file });
  let number = from;
  for (; goOn(number - from); number++) {
    const input = makeInput(target, randomFor(seed, number));
    await attempt(target, input, { seed, number, what: `input ${number} of seed ${seed}` });
  }
  return number - from;
}

function foundBefore({ name }: Target): (readonly [string, Buffer])[] {
  try {
    return readdirSync(join(FOUND, name)).map((file) => [file, readFileSync(join(FOUND, name, file))]);
  } catch {
    return [];
  }
}

interface Attempt {
  readonly seed: number;
  readonly number: number;
  readonly what: string;
}

async function attempt(target: Target, input: Buffer, { seed, number, what }: Attempt): Promise<void> {
  try {
    const checked = target.check(input, randomFor(seed + 1, number));
    if (checked) await checked;
  } catch (error) {
    const file = createHash("sha256").update(input).digest("hex").slice(0, 12);
    mkdirSync(join(FOUND, target.name), { recursive: true });
    writeFileSync(join(FOUND, target.name, file), input);
    throw new FoundFailure(
      `${target.name}, ${what}: ${(error as Error).message}\nthe input is kept in test/fuzz/found/${target.name}/${file}`,
      { cause: error },
    );
  }
}
