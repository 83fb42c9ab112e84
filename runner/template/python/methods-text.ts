// Python's methods of texts (str). Positions and lengths count characters, not UTF-16 units.

import { braceFormat } from "./brace-format.ts";
import { iterate, strictText, whole } from "./convert.ts";
import type { Method } from "./method.ts";
import { Fault, tuple } from "./values.ts";

export const SPACE =
  "\\t\\n\\v\\f\\r\\x1c-\\x1f\\x20\\x85\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

export const textMethods: { readonly [name: string]: Method<string> } = {
  upper: { apply: (self) => self.toUpperCase() },
  lower: { apply: (self) => self.toLowerCase() },
  casefold: { apply: (self) => self.toLowerCase() },
  swapcase: {
    apply: (self) =>
      Array.from(self, (char) =>
        char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase(),
      ).join(""),
  },
  capitalize: { apply: (self) => capitalize(self) },
  title: {
    apply: (self) => self.replace(/\p{L}+/gu, capitalize),
  },
  strip: { params: "chars?", apply: (self, [chars]) => strip(self, chars, "both") },
  lstrip: { params: "chars?", apply: (self, [chars]) => strip(self, chars, "start") },
  rstrip: { params: "chars?", apply: (self, [chars]) => strip(self, chars, "end") },
  split: { params: "sep? maxsplit?", apply: (self, [separator, limit]) => split(self, separator, limit) },
  rsplit: { params: "sep? maxsplit?", apply: (self, [separator, limit]) => rsplit(self, separator, limit) },
  splitlines: { params: "keepends?", apply: (self, [keep]) => lines(self, keep === true) },
  partition: {
    params: "sep",
    apply: (self, [separator]) =>
      partition(self, strictText(separator), self.indexOf(strictText(separator)), false),
  },
  rpartition: {
    params: "sep",
    apply: (self, [separator]) =>
      partition(self, strictText(separator), self.lastIndexOf(strictText(separator)), true),
  },
  join: {
    params: "iterable",
    apply: (self, [items]) => iterate(items).map(strictText).join(self),
  },
  replace: {
    params: "old new count?",
    apply: (self, [from, to, count]) => replace(self, strictText(from), strictText(to), count),
  },
  startswith: {
    params: "prefix start? end?",
    apply: (self, [prefix, from, to]) =>
      affixes(prefix).some((each) => part(self, from, to).startsWith(each)),
  },
  endswith: {
    params: "suffix start? end?",
    apply: (self, [suffix, from, to]) => affixes(suffix).some((each) => part(self, from, to).endsWith(each)),
  },
  removeprefix: {
    params: "prefix",
    apply: (self, [prefix]) =>
      self.startsWith(strictText(prefix)) ? self.slice(strictText(prefix).length) : self,
  },
  removesuffix: {
    params: "suffix",
    apply: (self, [suffix]) =>
      suffix !== "" && self.endsWith(strictText(suffix))
        ? self.slice(0, self.length - strictText(suffix).length)
        : self,
  },
  format: {
    params: "*args **named",
    apply: (self, _args, { rest, named }) => braceFormat(self, { positional: rest, named }),
  },
  find: { params: "sub", apply: (self, [sub]) => position(self, self.indexOf(strictText(sub))) },
  rfind: { params: "sub", apply: (self, [sub]) => position(self, self.lastIndexOf(strictText(sub))) },
  index: {
    params: "sub",
    apply: (self, [sub]) => {
      const found = position(self, self.indexOf(strictText(sub)));
      if (found < 0) throw new Fault("the text that .index() looks for is not there");
      return found;
    },
  },
  count: {
    params: "sub",
    apply: (self, [sub]) =>
      sub === "" ? Array.from(self).length + 1 : self.split(strictText(sub)).length - 1,
  },
  ljust: { params: "width fillchar?", apply: (self, [width, fill]) => self + padding(self, width, fill) },
  rjust: { params: "width fillchar?", apply: (self, [width, fill]) => padding(self, width, fill) + self },
  center: { params: "width fillchar?", apply: (self, [width, fill]) => center(self, whole(width), fill) },
  zfill: {
    params: "width",
    apply: (self, [width]) => {
      const sign = /^[+-]/.exec(self)?.[0] ?? "";
      return sign + padding(self, width, "0") + self.slice(sign.length);
    },
  },
  isdigit: { apply: (self) => /^\p{Nd}+$/u.test(self) },
  isdecimal: { apply: (self) => /^\p{Nd}+$/u.test(self) },
  isnumeric: { apply: (self) => /^\p{N}+$/u.test(self) },
  isalpha: { apply: (self) => /^\p{L}+$/u.test(self) },
  isalnum: { apply: (self) => /^[\p{L}\p{N}]+$/u.test(self) },
  isspace: { apply: (self) => new RegExp(`^[${SPACE}]+$`).test(self) },
  isupper: { apply: (self) => self === self.toUpperCase() && self !== self.toLowerCase() },
  islower: { apply: (self) => self === self.toLowerCase() && self !== self.toUpperCase() },
};

export function capitalize(text: string): string {
  const [first = "", ...rest] = Array.from(text);
  return first.toUpperCase() + rest.join("").toLowerCase();
}

export function strip(text: string, chars: unknown, side: "both" | "start" | "end"): string {
  const set = chars === undefined || chars === null ? undefined : new Set(Array.from(strictText(chars)));
  const space = new RegExp(`[${SPACE}]`);
  const goes = (char: string): boolean => (set ? set.has(char) : space.test(char));
  const all = Array.from(text);
  let [from, to] = [0, all.length];
  if (side !== "end") while (from < to && goes(all[from]!)) from++;
  if (side !== "start") while (to > from && goes(all[to - 1]!)) to--;
  return all.slice(from, to).join("");
}

export function split(text: string, separator: unknown, limit: unknown): string[] {
  const max = limit === undefined ? -1 : whole(limit);
  if (separator !== undefined && separator !== null) {
    const by = strictText(separator);
    if (by === "") throw new Fault("a text cannot be split at an empty text");
    const parts = text.split(by);
    return max < 0 || parts.length <= max + 1 ? parts : [...parts.slice(0, max), parts.slice(max).join(by)];
  }
  const parts: string[] = [];
  let rest = strip(text, undefined, "start");
  while (rest !== "") {
    if (max >= 0 && parts.length >= max) return [...parts, rest];
    const [word = rest] = new RegExp(`^[^${SPACE}]+`).exec(rest) ?? [];
    parts.push(word);
    rest = strip(rest.slice(word.length), undefined, "start");
  }
  return parts;
}

function rsplit(text: string, separator: unknown, limit: unknown): string[] {
  const max = limit === undefined ? -1 : whole(limit);
  const parts = split(text, separator, -1);
  if (max < 0 || parts.length <= max + 1) return parts;
  if (separator !== undefined && separator !== null) {
    const kept = parts.length - max;
    return [parts.slice(0, kept).join(strictText(separator)), ...parts.slice(kept)];
  }
  let rest = strip(text, undefined, "end");
  const taken: string[] = [];
  while (taken.length < max) {
    const [word = ""] = new RegExp(`[^${SPACE}]+$`).exec(rest) ?? [];
    taken.unshift(word);
    rest = strip(rest.slice(0, rest.length - word.length), undefined, "end");
  }
  return [rest, ...taken];
}

export function lines(text: string, keepEnds = false): string[] {
  const parts =
    text.match(/[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|$)/g) ?? [];
  const whole = parts.filter((part, index) => part !== "" || index < parts.length - 1);
  return keepEnds
    ? whole
    : whole.map((part) => part.replace(/(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])$/, ""));
}

export function replace(text: string, from: string, to: string, count: unknown): string {
  const max = count === undefined || count === null ? -1 : whole(count);
  if (max < 0 && from === "") return to + Array.from(text, (char) => char + to).join("");
  if (max < 0) return text.replaceAll(from, () => to);
  if (from === "") throw new Fault("replacing an empty text a number of times is not supported");
  const parts = text.split(from);
  return [parts.slice(0, max + 1).join(to), ...parts.slice(max + 1)].join(from);
}

function partition(text: string, separator: string, at: number, last: boolean): unknown {
  if (separator === "") throw new Fault("a text cannot be split at an empty text");
  if (at < 0) return tuple(last ? ["", "", text] : [text, "", ""]);
  return tuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
}

function affixes(value: unknown): string[] {
  return Array.isArray(value) ? value.map(strictText) : [strictText(value)];
}

function part(text: string, from: unknown, to: unknown): string {
  if (from === undefined && to === undefined) return text;
  return Array.from(text)
    .slice(
      from === undefined || from === null ? 0 : whole(from),
      to === undefined || to === null ? undefined : whole(to),
    )
    .join("");
}

function position(text: string, unit: number): number {
  return unit < 0 ? -1 : Array.from(text.slice(0, unit)).length;
}

function padding(text: string, width: unknown, fill: unknown): string {
  const char = fill === undefined ? " " : strictText(fill);
  if (Array.from(char).length !== 1) throw new Fault("the fill must be one character");
  const missing = whole(width) - Array.from(text).length;
  if (missing > 1_000_000) throw new Fault("the width is too large");
  return char.repeat(Math.max(0, missing));
}

/** As CPython: an odd space goes left when the width is odd. */
export function center(text: string, width: number, fill?: unknown): string {
  const missing = padding(text, width, fill);
  const before = Math.floor(missing.length / 2) + (missing.length & width & 1);
  return missing.slice(0, before) + text + missing.slice(before);
}
