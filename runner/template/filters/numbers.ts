// Filters for numbers and sizes.

import { number, text, whole } from "../python/convert.ts";
import { fixed, rounded } from "../python/decimal.ts";
import { floatOf } from "../python/numbers.ts";
import { truthy } from "../python/operators.ts";
import { exact, Fault, float, isFloat } from "../python/values.ts";
import type { Filter } from "./filter.ts";

export const numberFilters: readonly Filter[] = [
  {
    name: "abs",
    doc: "The number without its sign.",
    example: "-3 | abs",
    apply: (input) => (isFloat(input) ? float(Math.abs(number(input))) : Math.abs(number(input))),
  },
  {
    name: "round",
    doc: "Rounded to a number of decimal places: common (half to even), ceil or floor.",
    example: "2.567 | round(1)",
    params: "precision? method?",
    apply: (input, [precision = 0, method = "common"]) => {
      const [value, places] = [number(input), whole(precision)];
      const factor = 10 ** places;
      if (method === "ceil") return float(Math.ceil(value * factor) / factor);
      if (method === "floor") return float(Math.floor(value * factor) / factor);
      if (method !== "common") throw new Fault('the filter round takes "common", "ceil" or "floor"');
      return isFloat(input) ? float(rounded(value, places)) : exact(rounded(value, places));
    },
  },
  {
    name: "log",
    doc: "The logarithm, natural or to a base.",
    example: "8 | log(2)",
    params: "base?",
    apply: (input, [base]) => {
      const value = number(input);
      if (value <= 0) throw new Fault("the filter log takes a positive number");
      if (base === undefined) return float(Math.log(value));
      return float(number(base) === 10 ? Math.log10(value) : Math.log(value) / Math.log(number(base)));
    },
  },
  {
    name: "pow",
    doc: "The number raised to a power, as a float.",
    example: "2 | pow(10)",
    params: "power",
    apply: (input, [power]) => float(number(input) ** number(power)),
  },
  {
    name: "root",
    doc: "The square root, or another.",
    example: "9 | root",
    params: "base?",
    apply: (input, [base = 2]) =>
      float(number(base) === 2 ? Math.sqrt(number(input)) : number(input) ** (1 / number(base))),
  },
  {
    name: "human_readable",
    doc: "A size in bytes (or bits) for people, such as 1.50 MB.",
    example: "1572864 | human_readable",
    params: "isbits? unit?",
    apply: (input, [bits = false, unit]) => humanReadable(floatOf(input), truthy(bits), unit),
  },
  {
    name: "human_to_bytes",
    doc: "The number of bytes that a text such as 1.5M means.",
    example: "'1.5M' | human_to_bytes",
    params: "default_unit? isbits?",
    apply: (input, [unit, bits = false]) => humanToBytes(text(input), unit, truthy(bits)),
  },
  {
    name: "filesizeformat",
    doc: "A size for people, such as 13 kB; in powers of 1024 with true.",
    example: "13000 | filesizeformat",
    params: "binary?",
    apply: (input, [binary = false]) => fileSize(floatOf(input), truthy(binary)),
  },
];

const UNITS = ["Y", "Z", "E", "P", "T", "G", "M", "K", "B"] as const;

function humanReadable(size: number | undefined, bits: boolean, unit: unknown): string {
  if (size === undefined) throw new Fault("the filter human_readable takes a number");
  const wanted = unit === undefined || unit === null ? undefined : text(unit).toUpperCase();
  const index = UNITS.findIndex((suffix, at) => {
    const limit = 1024 ** (UNITS.length - 1 - at);
    return wanted === undefined ? size >= limit : wanted === suffix;
  });
  const at = index < 0 ? UNITS.length - 1 : index;
  const suffix = UNITS[at]!;
  const base = bits ? "bits" : "Bytes";
  const shown = fixed(size / 1024 ** (UNITS.length - 1 - at), 2);
  return suffix === "B" ? `${shown} ${base}` : `${shown} ${suffix}${bits ? "b" : "B"}`;
}

function humanToBytes(value: string, unit: unknown, bits: boolean): number {
  const [, digits, given] = /^\s*(\d*\.?\d*)\s*([A-Za-z]+)?/.exec(value) ?? [];
  if (!digits || Number.isNaN(Number(digits))) throw new Fault(`"${value}" is no size`);
  const suffix = given ?? (unit === undefined || unit === null ? "" : text(unit));
  if (suffix === "") return exact(Math.round(Number(digits)));
  const at = UNITS.indexOf(suffix[0]!.toUpperCase() as (typeof UNITS)[number]);
  const rest = suffix.slice(1);
  const [letter, word] = bits ? ["b", "bit"] : ["B", "byte"];
  const right =
    suffix.length === 1 ||
    rest === letter ||
    (at >= 0 && new RegExp(`^${word}s?$`, "i").test(at === UNITS.length - 1 ? suffix : rest));
  if (at < 0 || !right) throw new Fault(`"${value}" is no size`);
  return exact(Math.round(Number(digits) * 1024 ** (UNITS.length - 1 - at)));
}

function fileSize(size: number | undefined, binary: boolean): string {
  if (size === undefined) throw new Fault("the filter filesizeformat takes a number");
  const base = binary ? 1024 : 1000;
  if (size === 1) return "1 Byte";
  if (size < base) return `${Math.trunc(size)} Bytes`;
  const names = binary
    ? ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"]
    : ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
  let at = 0;
  while (at < names.length - 1 && size >= base ** (at + 2)) at++;
  return `${fixed(size / base ** (at + 1), 1)} ${names[at]}`;
}
