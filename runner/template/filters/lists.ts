// Filters for lists as a whole: order, parts, sums, sizes.

import { iterate, listOf, whole } from "../python/convert.ts";
import { isMapping, keysOf } from "../python/mappings.ts";
import { binary, equal, order, truthy } from "../python/operators.ts";
import { Fault, NamedTuple, nowhere, tuple, Undefined } from "../python/values.ts";
import { attributeOf, keyFor, sorted } from "./attribute.ts";
import type { Filter } from "./filter.ts";

const none = (what: string) => new Undefined(what, nowhere);

export const listFilters: readonly Filter[] = [
  {
    name: "list",
    fresh: true,
    doc: "The items as a list.",
    example: "'ab' | list",
    apply: (input) => [...iterate(input)],
  },
  {
    name: "length",
    aliases: ["count"],
    doc: "How many items, keys or characters there are.",
    example: "[1, 2, 3] | length",
    apply: (input) => {
      if (isMapping(input)) return keysOf(input).length;
      return iterate(input).length;
    },
  },
  {
    name: "first",
    doc: "The first item; undefined if there is none.",
    example: "[1, 2, 3] | first",
    apply: (input) => {
      const items = iterate(input);
      return items.length > 0 ? items[0] : none("the first item of an empty list");
    },
  },
  {
    name: "last",
    doc: "The last item; undefined if there is none.",
    example: "[1, 2, 3] | last",
    apply: (input) => {
      const items = iterate(input);
      return items.length > 0 ? items.at(-1) : none("the last item of an empty list");
    },
  },
  {
    name: "reverse",
    fresh: true,
    doc: "In the opposite order.",
    example: "[1, 2, 3] | reverse | list",
    apply: (input) =>
      typeof input === "string" ? Array.from(input).reverse().join("") : [...iterate(input)].reverse(),
  },
  {
    name: "sort",
    fresh: true,
    doc: "In order; texts without regard to case unless case_sensitive is true; by an attribute if one is named.",
    example: "[3, 1, 2] | sort",
    params: "reverse? case_sensitive? attribute?",
    apply: (input, [reverse = false, exact, attribute]) => {
      const names = typeof attribute === "string" ? attribute.split(",") : [attribute];
      if (names.length === 1) return sorted(iterate(input), keyFor(attribute, exact), reverse);
      const keys = names.map((name) => keyFor(name, exact));
      return sorted(iterate(input), (item) => keys.map((key) => key(item)), reverse);
    },
  },
  {
    name: "unique",
    fresh: true,
    doc: "Each item once; texts without regard to case unless case_sensitive is true.",
    example: "[1, 2, 1] | unique",
    params: "case_sensitive? attribute?",
    apply: (input, [exact, attribute]) => unique(iterate(input), keyFor(attribute, exact)),
  },
  {
    name: "min",
    doc: "The smallest item.",
    example: "[3, 1, 2] | min",
    params: "case_sensitive? attribute?",
    apply: (input, [exact, attribute]) => extreme(iterate(input), keyFor(attribute, exact), -1),
  },
  {
    name: "max",
    doc: "The largest item.",
    example: "[3, 1, 2] | max",
    params: "case_sensitive? attribute?",
    apply: (input, [exact, attribute]) => extreme(iterate(input), keyFor(attribute, exact), 1),
  },
  {
    name: "sum",
    doc: "The sum of the items, or of an attribute of them, and of a start (0).",
    example: "[1, 2, 3] | sum",
    params: "attribute? start?",
    apply: (input, [attribute, start = 0]) =>
      iterate(input).reduce(
        (sum, item) =>
          binary(
            "+",
            sum,
            attribute === undefined || attribute === null ? item : attributeOf(item, attribute),
          ),
        start,
      ),
  },
  {
    name: "flatten",
    fresh: true,
    doc: "With lists inside lists put in their place, all or a number of levels; without nulls unless skip_nulls is false.",
    example: "[1, [2, [3]]] | flatten",
    params: "levels? skip_nulls?",
    apply: (input, [levels, skip = true]) =>
      flatten(
        listOf(input),
        levels === undefined || levels === null ? Number.POSITIVE_INFINITY : whole(levels),
        truthy(skip),
      ),
  },
  {
    name: "batch",
    fresh: true,
    doc: "Lists of so many items each; the last one filled up if a filling is given.",
    example: "[1, 2, 3] | batch(2) | list",
    params: "linecount fill_with?",
    apply: (input, [count, fill]) => {
      const size = whole(count);
      if (size < 1) throw new Fault("the filter batch takes a positive number");
      const items = iterate(input);
      const rows: unknown[][] = [];
      for (let at = 0; at < items.length; at += size) rows.push(items.slice(at, at + size));
      const last = rows.at(-1);
      if (fill !== undefined && fill !== null) while (last && last.length < size) last.push(fill);
      return rows;
    },
  },
  {
    name: "slice",
    fresh: true,
    doc: "So many lists of nearly the same length.",
    example: "[1, 2, 3] | slice(2) | list",
    params: "slices fill_with?",
    apply: (input, [count, fill]) => slices(iterate(input), whole(count), fill),
  },
  {
    name: "groupby",
    fresh: true,
    doc: "Groups of items with the same attribute, in order: pairs with .grouper and .list.",
    example: "[{'a': 1, 'n': 'x'}, {'a': 2, 'n': 'y'}] | groupby('a') | map('first') | list",
    params: "attribute default? case_sensitive?",
    apply: (input, [attribute, fallback, exact = false]) =>
      groups(iterate(input), attribute, fallback, truthy(exact)),
  },
  {
    name: "zip",
    fresh: true,
    doc: "Tuples of the items of several lists, as many as the shortest has.",
    example: "[1, 2] | zip(['a', 'b']) | list",
    params: "*lists",
    apply: (input, _args, { rest }) => {
      const lists = [input, ...rest].map(iterate);
      const length = Math.min(...lists.map((list) => list.length));
      return Array.from({ length }, (_, at) => tuple(lists.map((list) => list[at])));
    },
  },
  {
    name: "zip_longest",
    fresh: true,
    doc: "Tuples of the items of several lists, as many as the longest has; filled with none or fillvalue.",
    example: "[1, 2] | zip_longest(['a'], fillvalue='-') | list",
    params: "*lists **options",
    apply: (input, _args, { rest, named }) => {
      const lists = [input, ...rest].map(iterate);
      const fill = named.get("fillvalue") ?? null;
      const length = Math.max(...lists.map((list) => list.length));
      return Array.from({ length }, (_, at) =>
        tuple(lists.map((list) => (at < list.length ? list[at] : fill))),
      );
    },
  },
  {
    name: "product",
    fresh: true,
    doc: "Tuples of every combination of the items of several lists.",
    example: "[1, 2] | product(['a']) | list",
    params: "*lists",
    apply: (input, _args, { rest }) =>
      [input, ...rest]
        .map(iterate)
        .reduce<unknown[][]>(
          (found, list) => found.flatMap((row) => list.map((item) => [...row, item])),
          [[]],
        )
        .map(tuple),
  },
  {
    name: "combinations",
    fresh: true,
    doc: "Tuples of every choice of so many items, in the list's order.",
    example: "[1, 2, 3] | combinations(2) | list",
    params: "set_size",
    apply: (input, [size]) => choices(iterate(input), whole(size), false).map(tuple),
  },
  {
    name: "permutations",
    fresh: true,
    doc: "Tuples of every choice of so many items, in every order.",
    example: "[1, 2] | permutations | list",
    params: "set_size?",
    apply: (input, [size]) =>
      choices(iterate(input), size === undefined ? iterate(input).length : whole(size), true).map(tuple),
  },
];

export function unique(
  items: readonly unknown[],
  key: (item: unknown) => unknown = (item) => item,
): unknown[] {
  const texts = new Set<string>();
  const others: unknown[] = [];
  return items.filter((item) => {
    const value = key(item);
    if (typeof value === "string") return !texts.has(value) && texts.add(value);
    if (others.some((other) => equal(other, value))) return false;
    others.push(value);
    return true;
  });
}

function extreme(items: readonly unknown[], key: (item: unknown) => unknown, sign: number): unknown {
  if (items.length === 0) return none("the smallest or largest item of an empty list");
  return items.reduce((best, item) => (sign * order(key(item), key(best)) > 0 ? item : best));
}

function flatten(items: readonly unknown[], levels: number, skip: boolean): unknown[] {
  return items.flatMap((item) => {
    if (skip && (item === null || item === "None" || item === "null")) return [];
    return Array.isArray(item) && levels > 0 ? flatten(item, levels - 1, skip) : [item];
  });
}

function slices(items: readonly unknown[], count: number, fill: unknown): unknown[][] {
  if (count < 1) throw new Fault("the filter slice takes a positive number");
  const [each, more] = [Math.floor(items.length / count), items.length % count];
  return Array.from({ length: count }, (_, at) => {
    const from = at * each + Math.min(at, more);
    const part = items.slice(from, from + each + (at < more ? 1 : 0));
    return fill !== undefined && fill !== null && at >= more ? [...part, fill] : part;
  });
}

function groups(items: readonly unknown[], attribute: unknown, fallback: unknown, exact: boolean): unknown[] {
  const value = (item: unknown) => attributeOf(item, attribute, fallback);
  const key = (item: unknown) => keyFor(undefined, exact)(value(item));
  const found: { key: unknown; grouper: unknown; list: unknown[] }[] = [];
  for (const item of sorted(items, key)) {
    const last = found.at(-1);
    if (last && equal(last.key, key(item))) last.list.push(item);
    else found.push({ key: key(item), grouper: value(item), list: [item] });
  }
  return found.map(({ grouper, list }) => new NamedTuple(["grouper", "list"], [grouper, list]));
}

/** A bound on what permutations of long lists would make. */
const MAX_CHOICES = 100_000;

function choices(items: readonly unknown[], size: number, anyOrder: boolean): unknown[][] {
  const found: unknown[][] = [];
  const extend = (row: readonly number[]): void => {
    if (row.length === size) {
      if (found.length >= MAX_CHOICES) throw new Fault("there are too many combinations");
      found.push(row.map((at) => items[at]));
      return;
    }
    for (let at = anyOrder ? 0 : (row.at(-1) ?? -1) + 1; at < items.length; at++) {
      if (!row.includes(at)) extend([...row, at]);
    }
  };
  extend([]);
  return found;
}
