// JSON in and out, as Python's json module writes it.

import { text, whole } from "../python/convert.ts";
import { entriesOf, isMapping } from "../python/mappings.ts";
import { truthy } from "../python/operators.ts";
import { floatText, numberText } from "../python/print.ts";
import { Fault, Float, float, isFloat, Undefined } from "../python/values.ts";
import type { Filter } from "./filter.ts";

export const dataFilters: readonly Filter[] = [
  {
    name: "to_json",
    doc: "As JSON on one line. indent, sort_keys, ensure_ascii and separators as in Python.",
    example: "{'a': [1, true]} | to_json",
    params: "**options",
    apply: (input, _args, { named }) => json(input, jsonStyle(named, {})),
  },
  {
    name: "to_nice_json",
    doc: "As JSON with four spaces of indentation and keys in order.",
    example: "{'a': 1} | to_nice_json",
    params: "**options",
    apply: (input, _args, { named }) => json(input, jsonStyle(named, { indent: 4, sort: true })),
  },
  {
    name: "tojson",
    doc: "As JSON with keys in order, safe inside HTML.",
    example: "{'a': '<b>'} | tojson",
    params: "indent?",
    apply: (input, [indent]) =>
      json(
        input,
        jsonStyle(new Map(indent === undefined ? [] : [["indent", indent]]), { sort: true }),
      ).replace(/[<>&']/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
  },
  {
    name: "from_json",
    fresh: true,
    doc: "The value that a JSON text holds.",
    example: "'{\"a\": 1}' | from_json",
    apply: (input) => parseJson(text(input)),
  },
];

/** As Python's json.dumps writes it; for people with line breaks and letters of all kinds. */
export function jsonOf(value: unknown, forPeople = false): string {
  const style = jsonStyle(new Map(), forPeople ? { indent: 2 } : {});
  return json(value, { ...style, ascii: !forPeople });
}

interface Style {
  readonly indent: number | undefined;
  readonly sort: boolean;
  readonly ascii: boolean;
  readonly comma: string;
  readonly colon: string;
}

const OPTIONS = ["indent", "sort_keys", "ensure_ascii", "separators", "preprocess_unsafe", "vault_to_text"];

function jsonStyle(
  named: ReadonlyMap<string, unknown>,
  defaults: { indent?: number; sort?: boolean },
): Style {
  const wrong = [...named.keys()].find((name) => !OPTIONS.includes(name));
  if (wrong !== undefined) throw new Fault(`there is no option "${wrong}" for JSON`);
  const given = named.get("indent");
  const indent = given === undefined ? defaults.indent : given === null ? undefined : whole(given);
  const [comma = indent === undefined ? ", " : ",", colon = ": "] = (named.get("separators") ??
    []) as string[];
  return {
    indent,
    sort: named.has("sort_keys") ? truthy(named.get("sort_keys")) : (defaults.sort ?? false),
    ascii: named.has("ensure_ascii") ? truthy(named.get("ensure_ascii")) : true,
    comma,
    colon,
  };
}

function json(value: unknown, style: Style, depth = 0): string {
  if (value instanceof Undefined) return value.raise();
  if (typeof value === "string") return jsonText(value, style.ascii);
  if (value === null || value === undefined) return "null";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number" || value instanceof Float) return jsonNumber(value);
  if (Array.isArray(value))
    return wrap(
      "[",
      "]",
      Array.from(value, (item) => json(item, style, depth + 1)),
      style,
      depth,
    );
  if (isMapping(value)) {
    const entries = entriesOf(value);
    if (style.sort) entries.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
    const members = entries.map(
      ([key, item]) => jsonText(key, style.ascii) + style.colon + json(item, style, depth + 1),
    );
    return wrap("{", "}", members, style, depth);
  }
  throw new Fault("this value cannot be written as JSON");
}

function jsonNumber(value: number | Float): string {
  const number = value instanceof Float ? value.value : value;
  if (Number.isNaN(number)) return "NaN";
  if (!Number.isFinite(number)) return number > 0 ? "Infinity" : "-Infinity";
  return isFloat(value) ? floatText(number) : numberText(number);
}

function jsonText(value: string, ascii: boolean): string {
  const quoted = JSON.stringify(value);
  if (!ascii) return quoted;
  return quoted.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function wrap(open: string, close: string, parts: readonly string[], style: Style, depth: number): string {
  if (parts.length === 0) return open + close;
  if (style.indent === undefined) return open + parts.join(style.comma) + close;
  const pad = (level: number) => `\n${" ".repeat((style.indent ?? 0) * level)}`;
  return open + pad(depth + 1) + parts.join(style.comma + pad(depth + 1)) + pad(depth) + close;
}

/** Keeps what JavaScript's own parser loses: the order of keys such as "80", 5.0 as a float, "__proto__". */
export function parseJson(source: string): unknown {
  try {
    JSON.parse(source);
  } catch (error) {
    throw new Fault(`the text is no JSON: ${(error as Error).message}`);
  }
  const tokens = source.match(/"(?:[^"\\]|\\.)*"|[-+.\w]+|[{}[\],:]/g) ?? [];
  let next = 0;
  const value = (): unknown => {
    const token = tokens[next++] ?? "";
    if (token === "{") return object();
    if (token === "[") return array();
    // As in YAML, one that would lose digits stays the text that was written.
    if (/^-?\d+$/.test(token)) return Number.isSafeInteger(Number(token)) ? Number(token) : token;
    return /^-?\d/.test(token) ? float(Number(token)) : JSON.parse(token);
  };
  const object = (): Map<string, unknown> => {
    const result = new Map<string, unknown>();
    while (tokens[next] !== "}") {
      if (tokens[next] === ",") next++;
      const key = JSON.parse(tokens[next++] ?? "") as string;
      next++;
      result.set(key, value());
    }
    next++;
    return result;
  };
  const array = (): unknown[] => {
    const result: unknown[] = [];
    while (tokens[next] !== "]") {
      if (tokens[next] === ",") next++;
      else result.push(value());
    }
    next++;
    return result;
  };
  return value();
}
