// Filters for mappings.

import { listOf, mappingOf, strictText, text } from "../python/convert.ts";
import { entriesOf, getKey, hasKey, isMapping, keyOf, type Mapping } from "../python/mappings.ts";
import { contains, truthy } from "../python/operators.ts";
import { Fault, tuple, Undefined } from "../python/values.ts";
import { attributeOf, keyFor, sorted } from "./attribute.ts";
import type { Filter } from "./filter.ts";

export const mappingFilters: readonly Filter[] = [
  {
    name: "items",
    fresh: true,
    doc: "The keys and values as a list of pairs.",
    example: "{'a': 1} | items | list",
    takesUndefined: true,
    apply: (input) => (input instanceof Undefined ? [] : entriesOf(mappingOf(input)).map(tuple)),
  },
  {
    name: "dict2items",
    fresh: true,
    doc: "A list of mappings with key and value (or other names).",
    example: "{'a': 1} | dict2items",
    params: "key_name? value_name?",
    apply: (input, [key = "key", value = "value"]) =>
      entriesOf(mappingOf(input)).map(
        ([name, item]) =>
          new Map<string, unknown>([
            [text(key), name],
            [text(value), item],
          ]),
      ),
  },
  {
    name: "items2dict",
    fresh: true,
    doc: "A mapping out of a list of mappings with key and value (or other names).",
    example: "[{'key': 'a', 'value': 1}] | items2dict",
    params: "key_name? value_name?",
    apply: (input, [key = "key", value = "value"]) =>
      new Map(
        listOf(input).map((item) => [keyOf(member(item, text(key))), member(item, text(value))] as const),
      ),
  },
  {
    name: "dictsort",
    fresh: true,
    doc: "The keys and values as a list of pairs, in order of the keys (or by='value').",
    example: "{'b': 1, 'a': 2} | dictsort",
    params: "case_sensitive? by? reverse?",
    apply: (input, [exact = false, by = "key", reverse = false]) => {
      if (by !== "key" && by !== "value") throw new Fault('the filter dictsort takes by="key" or by="value"');
      const key = keyFor(by === "key" ? 0 : 1, exact);
      return sorted(entriesOf(mappingOf(input)).map(tuple), key, reverse);
    },
  },
  {
    name: "combine",
    fresh: true,
    doc: "One mapping of several; later ones win. recursive=true for mappings inside, list_merge for lists.",
    example: "{'a': 1, 'b': 1} | combine({'b': 2})",
    params: "*others **options",
    apply: (input, _args, { rest, named }) => {
      const recursive = truthy(named.get("recursive") ?? false);
      const merge = named.get("list_merge") ?? "replace";
      const wrong = [...named.keys()].find((name) => name !== "recursive" && name !== "list_merge");
      if (wrong !== undefined) throw new Fault(`the filter combine has no argument "${wrong}"`);
      if (!LIST_MERGES.includes(merge as string))
        throw new Fault(`list_merge takes one of ${LIST_MERGES.join(", ")}`);
      const all = [input, ...rest].flatMap((each) =>
        Array.isArray(each) ? each.flat(Number.POSITIVE_INFINITY) : [each],
      );
      return all
        .map(mappingOf)
        .reduce<Map<string, unknown>>(
          (merged, other) => combine(merged, other, { recursive, merge: merge as string }),
          new Map(),
        );
    },
  },
  {
    name: "subelements",
    fresh: true,
    doc: "Pairs of each item and each member of a list inside it; skip_missing=true for items without that list.",
    example: "[{'n': 1, 'l': ['x', 'y']}] | subelements('l')",
    params: "subelements skip_missing?",
    apply: (input, [path, skip = false]) => {
      const items = isMapping(input) ? entriesOf(input).map(([, value]) => value) : listOf(input);
      return items.flatMap((item) => {
        const found = attributeOf(item, Array.isArray(path) ? path.join(".") : path);
        if (found instanceof Undefined) return truthy(skip) ? [] : found.raise();
        return listOf(found).map((member) => tuple([item, member]));
      });
    },
  },
  {
    name: "rekey_on_member",
    fresh: true,
    doc: "A mapping of the items by the value that each has under a key.",
    example: "[{'n': 'a', 'v': 1}] | rekey_on_member('n')",
    params: "key duplicates?",
    apply: (input, [key, duplicates = "error"]) => {
      const result = new Map<string, unknown>();
      for (const item of isMapping(input) ? entriesOf(input).map(([, value]) => value) : listOf(input)) {
        const name = keyOf(member(item, strictText(key)));
        if (result.has(name) && duplicates !== "overwrite")
          throw new Fault(`the key "${name}" is not unique`);
        result.set(name, item);
      }
      return result;
    },
  },
];

const LIST_MERGES: readonly string[] = ["replace", "keep", "append", "prepend", "append_rp", "prepend_rp"];

interface Merge {
  readonly recursive: boolean;
  readonly merge: string;
}

function combine(left: Mapping, right: Mapping, how: Merge): Map<string, unknown> {
  const result = new Map(entriesOf(left));
  for (const [key, value] of entriesOf(right)) {
    const old = result.get(key);
    if (how.recursive && isMapping(old) && isMapping(value)) result.set(key, combine(old, value, how));
    else if (Array.isArray(old) && Array.isArray(value)) result.set(key, mergeLists(old, value, how.merge));
    else result.set(key, value);
  }
  return result;
}

function mergeLists(old: readonly unknown[], now: readonly unknown[], how: string): readonly unknown[] {
  switch (how) {
    case "keep":
      return old;
    case "append":
      return [...old, ...now];
    case "prepend":
      return [...now, ...old];
    case "append_rp":
      return [...old.filter((item) => !contains(now, item)), ...now];
    case "prepend_rp":
      return [...now, ...old.filter((item) => !contains(now, item))];
    default:
      return now;
  }
}

function member(item: unknown, name: string): unknown {
  const mapping = mappingOf(item);
  if (!hasKey(mapping, name)) throw new Fault(`an item has no "${name}"`);
  return getKey(mapping, name);
}
