// Numbers out of texts and other values, as Python's int() and float() and Jinja2's filters read them.

import { strip } from "./methods-text.ts";
import { exact, numeric } from "./values.ts";

/** Undefined where Python's int() fails, and float() after it. */
export function wholeOf(value: unknown, base = 10): number | undefined {
  if (typeof value !== "string") {
    const number = numeric(value);
    return number === undefined || !Number.isFinite(number) ? undefined : exact(Math.trunc(number));
  }
  const text = strip(value, undefined, "both");
  const found = base === 10 ? decimal(text) : inBase(text, base);
  if (found !== undefined) return exact(found);
  const number = floatOf(value);
  return number === undefined || !Number.isFinite(number) ? undefined : exact(Math.trunc(number));
}

function decimal(text: string): number | undefined {
  return /^[+-]?\d+(?:_\d+)*$/.test(text) ? Number(text.replaceAll("_", "")) : undefined;
}

function inBase(text: string, base: number): number | undefined {
  const [, sign = "", prefix = "", digits = ""] =
    /^([+-]?)(0[xXoObB])?_?([\da-zA-Z]+(?:_[\da-zA-Z]+)*)$/.exec(text) ?? [];
  const prefixBase = { x: 16, o: 8, b: 2 }[prefix.slice(1).toLowerCase()];
  const used = base === 0 ? (prefixBase ?? 10) : base;
  if (used < 2 || used > 36 || (prefixBase !== undefined && prefixBase !== used)) return undefined;
  const plain = digits.replaceAll("_", "");
  const valid = plain !== "" && Array.from(plain).every((digit) => Number.parseInt(digit, 36) < used);
  return valid ? Number.parseInt(sign + plain, used) : undefined;
}

/** Undefined where Python's float() fails. */
export function floatOf(value: unknown): number | undefined {
  if (typeof value !== "string") return numeric(value);
  const text = strip(value, undefined, "both");
  if (/^[+-]?(?:inf|infinity)$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  const number = /^[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
  return number.test(text) ? Number(text.replaceAll("_", "")) : undefined;
}
