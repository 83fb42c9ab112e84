// Literals of expressions: what a quoted text and a number mean to Python.

import { float } from "../python/values.ts";

const SIMPLE: { readonly [char: string]: string } = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** The inside of a quoted text. A backslash that begins no escape stays: '\d' is two characters. Undefined: malformed. */
export function withoutEscapes(inside: string): string | undefined {
  let wrong = false;
  const escapes = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g;
  const result = inside.replace(
    escapes,
    (all, octal: string | undefined, x, u, big, char: string | undefined) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      const hex: string | undefined = x ?? u ?? big;
      if (hex !== undefined) {
        const code = Number.parseInt(hex, 16);
        if (code <= 0x10ffff) return String.fromCodePoint(code);
        wrong = true;
      }
      if (char !== undefined && "xuUN".includes(char)) wrong = true;
      return char === undefined ? all : (SIMPLE[char] ?? all);
    },
  );
  return wrong ? undefined : result;
}

export const FLOAT = /\d+(?:_\d+)*(?:(?:\.\d+(?:_\d+)*)?[eE][+-]?\d+(?:_\d+)*|\.\d+(?:_\d+)*)/y;
export const INTEGER = /0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|[1-9](?:_?\d)*|0(?:_?0)*/y;

export function floatLiteral(text: string): unknown {
  return float(Number(text.replaceAll("_", "")));
}

export function integerLiteral(text: string): number {
  return Number(text.replaceAll("_", ""));
}

/** Words that are values. */
export const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["none", null],
  ["None", null],
]);
