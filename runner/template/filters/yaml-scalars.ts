// How a text may stand in YAML without changing its meaning, by PyYAML's rules (YAML 1.1).

import { floatText, numberText } from "../python/print.ts";
import { Fault, Float, isFloat } from "../python/values.ts";

/** Plain texts that mean something else: booleans, numbers, null, dates, merge keys. https://yaml.org/type/ */
const NOT_A_TEXT = [
  /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  /^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  /^(?:~|null|Null|NULL|)$/,
  /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)$/,
  /^(?:<<|=)$/,
];

export interface ScalarForms {
  readonly blockPlain: boolean;
  readonly flowPlain: boolean;
  readonly singleQuoted: boolean;
  readonly multiline: boolean;
}

export function formsOf(text: string): ScalarForms {
  const multiline = /[\n\x85\u2028\u2029]/.test(text);
  const special = /[^\n\x20-\x7e\x85\xa0-\ud7ff\ud800-\udfff\ue000-\ufffd]|\ufeff/.test(text);
  const edges = /^[ \n\x85\u2028\u2029]|[ \n\x85\u2028\u2029]$/.test(text);
  const quotable = !special && !/ [\n\x85\u2028\u2029]|[\n\x85\u2028\u2029] /.test(text);
  const otherMeaning = NOT_A_TEXT.some((pattern) => pattern.test(text));
  const plain = quotable && !multiline && !edges && !otherMeaning && !/^(?:---|\.\.\.)/.test(text);
  const block = /^[#,[\]{}&*!|>'"%@`]|^[?:-](?:[\s\x85]|$)|:(?:[\s\x85]|$)|[\s\x85]#/.test(text);
  const flow = block || /^[?:]|.[,?[\]{}]|:/s.test(text);
  return { blockPlain: plain && !block, flowPlain: plain && !flow, singleQuoted: quotable, multiline };
}

/** null, booleans and numbers. */
export function simpleScalar(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "boolean") return String(value);
  if (value instanceof Float || typeof value === "number") {
    const number = value instanceof Float ? value.value : value;
    if (Number.isNaN(number)) return ".nan";
    if (!Number.isFinite(number)) return number > 0 ? ".inf" : "-.inf";
    const text = isFloat(value) ? floatText(number) : numberText(number);
    return text.includes(".") ? text : text.replace("e", ".0e");
  }
  throw new Fault("this value cannot be written as YAML");
}

const ESCAPES: { readonly [char: string]: string } = {
  "\0": "0",
  "\x07": "a",
  "\x08": "b",
  "\x09": "t",
  "\x0a": "n",
  "\x0b": "v",
  "\x0c": "f",
  "\x0d": "r",
  "\x1b": "e",
  '"': '"',
  "\\": "\\",
  "\x85": "N",
  "\xa0": "_",
  "\u2028": "L",
  "\u2029": "P",
};

/** A character of a double-quoted text; undefined if it can stand as it is. */
export function escapeOf(char: string): string | undefined {
  const code = char.codePointAt(0) ?? 0;
  const free = code >= 0x20 && code <= 0x7e ? !'"\\'.includes(char) : isFree(code);
  if (free) return undefined;
  const known = ESCAPES[char];
  if (known !== undefined) return `\\${known}`;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

function isFree(code: number): boolean {
  if (code === 0x2028 || code === 0x2029 || code === 0xfeff) return false;
  return (code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd);
}
