// Filters for texts.

import { createHash } from "node:crypto";
import { iterate, listOf, strictText, text, whole } from "../python/convert.ts";
import { entriesOf, isMapping } from "../python/mappings.ts";
import { capitalize, replace, split, strip } from "../python/methods-text.ts";
import { truthy } from "../python/operators.ts";
import { percentFormat } from "../python/percent-format.ts";
import { Fault } from "../python/values.ts";
import { attributeOf } from "./attribute.ts";
import type { Filter } from "./filter.ts";

export const textFilters: readonly Filter[] = [
  {
    name: "upper",
    doc: "In capital letters.",
    example: "'mail' | upper",
    apply: (input) => text(input).toUpperCase(),
  },
  {
    name: "lower",
    doc: "In small letters.",
    example: "'MAIL' | lower",
    apply: (input) => text(input).toLowerCase(),
  },
  {
    name: "capitalize",
    doc: "The first letter large, all others small.",
    example: "'a RELAY' | capitalize",
    apply: (input) => capitalize(text(input)),
  },
  {
    name: "title",
    doc: "The first letter of every word large, all others small.",
    example: "'a relay' | title",
    apply: (input) =>
      text(input)
        .split(/([-\s({[<]+)/)
        .map((word) => capitalize(word))
        .join(""),
  },
  {
    name: "trim",
    doc: "Without white space, or the characters given, at both ends.",
    example: "'  a  ' | trim",
    params: "chars?",
    apply: (input, [chars]) => strip(text(input), chars, "both"),
  },
  {
    name: "replace",
    doc: "With one text in the place of another, everywhere or a number of times.",
    example: "'a-b-c' | replace('-', '.')",
    params: "old new count?",
    apply: (input, [from, to, count]) => replace(text(input), text(from), text(to), count),
  },
  {
    name: "split",
    fresh: true,
    doc: "A list of the parts between a separator; without one, of the words.",
    example: "'a,b' | split(',')",
    params: "sep? maxsplit?",
    apply: (input, [separator, limit]) => split(strictText(input), separator, limit),
  },
  {
    name: "join",
    doc: "One text of the items, with a separator between; of an attribute of each if one is named.",
    example: "['a', 'b'] | join(', ')",
    params: "d? attribute?",
    apply: (input, [separator = "", attribute]) =>
      iterate(input)
        .map((item) =>
          text(attribute === undefined || attribute === null ? item : attributeOf(item, attribute)),
        )
        .join(text(separator)),
  },
  {
    name: "format",
    doc: 'A text with "%s" and the like filled in by the arguments.',
    example: "'%s:%d' | format('host', 25)",
    params: "*args **named",
    apply: (input, _args, { rest, named }) => {
      if (rest.length > 0 && named.size > 0)
        throw new Fault("the filter format takes positional or named arguments");
      return named.size > 0 ? percentFormat(text(input), [named], named) : percentFormat(text(input), rest);
    },
  },
  {
    name: "quote",
    doc: "As one word for a POSIX shell.",
    example: '"it\'s" | quote',
    apply: (input) => quote(input === null ? "" : text(input)),
  },
  {
    name: "escape",
    aliases: ["e", "forceescape"],
    doc: "With &, <, >, ' and \" written for HTML.",
    example: "'a < b' | escape",
    apply: (input) => escapeHtml(text(input)),
  },
  {
    name: "striptags",
    doc: "Without HTML tags and comments, white space made single.",
    example: "'<b>a</b>' | striptags",
    apply: (input) => {
      const bare = text(input)
        .replace(/<!--[\s\S]*?-->/g, "")
        .replace(/<[^>]*>/g, "");
      if (bare.includes("&")) throw new Fault("the filter striptags does not support & entities");
      return split(bare, undefined, undefined).join(" ");
    },
  },
  {
    name: "urlencode",
    doc: "For a URL: a text percent-encoded, a mapping or list of pairs as a query.",
    example: "'a b/ü' | urlencode",
    apply: (input) => {
      if (typeof input === "string" || (!isMapping(input) && !Array.isArray(input)))
        return percent(text(input), "/");
      const pairs = isMapping(input) ? entriesOf(input) : iterate(input).map(listOf);
      return pairs
        .map(
          ([key, value]) =>
            `${percent(text(key), "").replaceAll("%20", "+")}=${percent(text(value), "").replaceAll("%20", "+")}`,
        )
        .join("&");
    },
  },
  {
    name: "urldecode",
    doc: "Percent-encoding undone.",
    example: "'a%20b' | urldecode",
    apply: (input) => {
      const bytes = text(input)
        .replaceAll("+", " ")
        .replace(/(?:%[0-9a-fA-F]{2})+/g, (run) =>
          Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"),
        );
      return bytes;
    },
  },
  {
    name: "b64encode",
    doc: "The text in base64.",
    example: "'relay' | b64encode",
    params: "encoding?",
    apply: (input, [encoding]) => Buffer.from(text(input), utf8(encoding)).toString("base64"),
  },
  {
    name: "b64decode",
    doc: "The text that is given in base64.",
    example: "'cmVsYXk=' | b64decode",
    params: "encoding?",
    apply: (input, [encoding]) => Buffer.from(text(input), "base64").toString(utf8(encoding)),
  },
  {
    name: "hash",
    doc: "A checksum of the text, in hexadecimal: sha1, sha256, sha512, md5 ...",
    example: "'relay' | hash('md5')",
    params: "hashtype?",
    apply: (input, [type = "sha1"]) => digest(text(input), text(type)),
  },
  {
    name: "checksum",
    aliases: ["sha1"],
    doc: "The SHA-1 of the text.",
    example: "'relay' | checksum",
    apply: (input) => digest(text(input), "sha1"),
  },
  {
    name: "md5",
    doc: "The MD5 of the text.",
    example: "'relay' | md5",
    apply: (input) => digest(text(input), "md5"),
  },
  {
    name: "to_uuid",
    doc: "A UUID made of the text (version 5), the same every time.",
    example: "'relay' | to_uuid",
    params: "namespace?",
    apply: (input, [namespace = "361E6D51-FAEC-444A-9079-341386DA8E2E"]) =>
      uuid(text(input), text(namespace)),
  },
  {
    name: "wordcount",
    doc: "How many words there are.",
    example: "'one two' | wordcount",
    apply: (input) => (text(input).match(/[\p{L}\p{N}_]+/gu) ?? []).length,
  },
  {
    name: "truncate",
    doc: "Cut to a length, at a word unless killwords is true, with ... at the end.",
    example: "'a long sentence' | truncate(9)",
    params: "length? killwords? end? leeway?",
    apply: (input, [length = 255, kill = false, end = "...", leeway = 5]) => {
      const chars = Array.from(strictText(input));
      const [max, tail] = [whole(length), Array.from(text(end))];
      if (max < tail.length) throw new Fault("the filter truncate needs a length of more than its end");
      if (chars.length <= max + whole(leeway)) return chars.join("");
      const cut = chars.slice(0, max - tail.length).join("");
      const space = cut.lastIndexOf(" ");
      return (truthy(kill) || space < 0 ? cut : cut.slice(0, space)) + tail.join("");
    },
  },
];

export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

function escapeHtml(value: string): string {
  const entities: { readonly [char: string]: string } = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "'": "&#39;",
    '"': "&#34;",
  };
  return value.replace(/[&<>'"]/g, (char) => entities[char] ?? char);
}

function percent(value: string, safe: string): string {
  const free = new Set(`ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~${safe}`);
  return Array.from(value, (char) =>
    free.has(char)
      ? char
      : Array.from(Buffer.from(char), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(
          "",
        ),
  ).join("");
}

function utf8(encoding: unknown): "utf8" | "latin1" | "ascii" | "utf16le" {
  const name = encoding === undefined ? "utf8" : text(encoding).toLowerCase().replaceAll("_", "-");
  if (["utf8", "utf-8"].includes(name)) return "utf8";
  if (["latin1", "latin-1", "iso-8859-1"].includes(name)) return "latin1";
  if (name === "utf-16-le") return "utf16le";
  throw new Fault(`the encoding "${name}" is not supported`);
}

function digest(value: string, type: string): string {
  if (!/^(?:md5|sha1|sha224|sha256|sha384|sha512)$/.test(type)) throw new Fault(`"${type}" is no known hash`);
  return createHash(type).update(value).digest("hex");
}

function uuid(value: string, namespace: string): string {
  const space = Buffer.from(namespace.replaceAll("-", ""), "hex");
  if (space.length !== 16) throw new Fault(`"${namespace}" is no UUID`);
  const bytes = createHash("sha1").update(space).update(value).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
