// How Python prints values: str() for what stands in a text, repr() inside lists and mappings.

import { entriesOf, isMapping } from "./mappings.ts";
import { Blank, Callable, Fault, Float, Namespace, Tuple, Undefined } from "./values.ts";

/** Python's str(). */
export function str(value: unknown): string {
  if (value instanceof Blank) return "";
  return typeof value === "string" ? value : repr(value);
}

/** What `{{ value }}` writes: like str, but nothing for None, as in Ansible. */
export function output(value: unknown): string {
  return value === null ? "" : str(value);
}

/** Python's repr(). */
export function repr(value: unknown): string {
  if (typeof value === "string") return reprText(value);
  if (typeof value === "number") return numberText(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value === null) return "None";
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Blank) return "Undefined";
  if (value instanceof Undefined) return value.raise();
  if (value instanceof Tuple) {
    return value.length === 1 ? `(${repr(value[0])},)` : `(${Array.from(value, repr).join(", ")})`;
  }
  if (Array.isArray(value)) return `[${value.map(repr).join(", ")}]`;
  if (isMapping(value)) {
    return `{${entriesOf(value)
      .map(([key, item]) => `${reprText(key)}: ${repr(item)}`)
      .join(", ")}}`;
  }
  if (value instanceof Callable) throw new Fault(`${value.name} is a function: call it with ()`);
  if (value instanceof Namespace) throw new Fault("a namespace cannot be printed");
  throw new Fault("this value cannot stand in a text");
}

export function numberText(value: number): string {
  return Number.isInteger(value) && Number.isSafeInteger(value) ? String(value) : floatText(value);
}

/** Python's repr of a float: an exponent below 1e-4 and from 1e16, with two digits at least. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  const text = String(value);
  if (text.includes("e")) return value.toFixed(20).replace(/0+$/, "");
  return text.includes(".") ? text : `${text}.0`;
}

const ESCAPES: { readonly [char: string]: string } = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let result = quote;
  for (const char of text) {
    if (char === quote) result += `\\${char}`;
    else result += ESCAPES[char] ?? (isPrintable(char) ? char : escaped(char));
  }
  return result + quote;
}

function isPrintable(char: string): boolean {
  return char === " " || !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Z}]/u.test(char);
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000
    ? `\\u${code.toString(16).padStart(4, "0")}`
    : `\\U${code.toString(16).padStart(8, "0")}`;
}
