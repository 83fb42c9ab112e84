// `attribute='a.b'` of map, sort, groupby and others; and the order that sort and its like use.

import { getItem } from "../python/attributes.ts";
import { order, truthy } from "../python/operators.ts";
import { str } from "../python/print.ts";
import { isNumber, nowhere, numeric, Undefined } from "../python/values.ts";

/** A member of an item; parts between dots, whole numbers are positions. */
export function attributeOf(item: unknown, attribute: unknown, fallback?: unknown): unknown {
  const parts = isNumber(attribute) ? [numeric(attribute)] : str(attribute).split(".").map(asPosition);
  const name = parts.join(".");
  const found = parts.reduce<unknown>(
    (value, part) => getItem(value, part, () => new Undefined(name, nowhere)),
    item,
  );
  return found instanceof Undefined && fallback !== undefined ? fallback : found;
}

function asPosition(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}

/** What items are compared by: an attribute if there is one, texts in lower case unless case counts. */
export function keyFor(attribute: unknown, caseSensitive: unknown): (item: unknown) => unknown {
  const exact = caseSensitive !== undefined && truthy(caseSensitive);
  return (item) => {
    const value = attribute === undefined || attribute === null ? item : attributeOf(item, attribute);
    if (value instanceof Undefined) value.raise();
    return typeof value === "string" && !exact ? value.toLowerCase() : value;
  };
}

/** Stable, as Python's. */
export function sorted(
  items: readonly unknown[],
  key: (item: unknown) => unknown,
  reverse: unknown = false,
): unknown[] {
  const sign = truthy(reverse) ? -1 : 1;
  return items
    .map((item) => ({ item, key: key(item) }))
    .sort((a, b) => sign * order(a.key, b.key))
    .map(({ item }) => item);
}
