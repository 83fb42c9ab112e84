// Makes an input: one of the corpus with a few changes. The same seed and number give the same input.

import { Random, type Target } from "./target.ts";

const NOISE = [
  "\r\n",
  "\n",
  "\r",
  "\0",
  "\xff",
  " ",
  "\t",
  ".",
  "-",
  "=",
  '"',
  ";",
  ":",
  "<",
  ">",
  "@",
  "\\",
];

export function randomFor(seed: number, number: number): Random {
  return new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b));
}

export function makeInput({ corpus, tokens }: Target, random: Random): Buffer {
  let text = random.pick(corpus).toString("latin1");
  for (let changes = random.below(6); changes > 0; changes--) text = change(text, random, { corpus, tokens });
  return Buffer.from(text, "latin1");
}

function change(text: string, random: Random, { corpus, tokens }: Pick<Target, "corpus" | "tokens">): string {
  const at = place(text, random);
  const span = random.pick([1, 1, 2, 5, 40, 400]);
  switch (random.below(8)) {
    case 0:
      return text.slice(0, at) + text.slice(at + random.below(span) + 1);
    case 1:
      return text.slice(0, at) + random.pick(NOISE) + text.slice(at);
    case 2:
    case 3:
      return text.slice(0, at) + random.pick(tokens) + text.slice(at + random.pick([0, 0, 1, span]));
    case 4: {
      const from = place(text, random);
      return text.slice(0, at) + text.slice(from, from + span) + text.slice(at);
    }
    case 5: {
      const other = random.pick(corpus).toString("latin1");
      const from = place(other, random);
      return text.slice(0, at) + other.slice(from, from + random.pick([span, 4000])) + text.slice(at);
    }
    case 6:
      return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
    default:
      return (
        text.slice(0, at) +
        text.slice(at, at + span).repeat(random.pick([2, 2, 3, 50])) +
        text.slice(at + span)
      );
  }
}

/** Where a line begins more often than not: that is where a structure breaks. */
function place(text: string, random: Random): number {
  const at = random.below(text.length + 1);
  const lineEnd = text.indexOf("\n", at);
  return random.below(2) && lineEnd >= 0 ? lineEnd + 1 : at;
}
