// `value.name` and `value[key]` as in Jinja2, methods included: only those that are listed.

import { isMapping } from "./mappings.ts";
import { chained, itemOf, memberOf } from "./members.ts";
import { bound, type MayChange } from "./method.ts";
import { listMethods } from "./methods-list.ts";
import { mapMethods } from "./methods-map.ts";
import { textMethods } from "./methods-text.ts";
import { type Callable, LazyMapping, Undefined } from "./values.ts";

type Missing = () => Undefined;

/** `value.name`: methods come before keys, as in Jinja2. An undefined value stays undefined. */
export function getAttribute(value: unknown, name: string, missing: Missing, mayChange?: MayChange): unknown {
  if (value instanceof Undefined) return chained(value);
  return methodOf(value, name, mayChange) ?? memberOf(value, name, missing);
}

/** `value[key]`: keys come before methods. */
export function getItem(value: unknown, key: unknown, missing: Missing, mayChange?: MayChange): unknown {
  if (value instanceof Undefined) return chained(value);
  if (key instanceof Undefined) return key.raise();
  const method = () => (typeof key === "string" ? methodOf(value, key, mayChange) : undefined);
  return itemOf(value, key, () => method() ?? missing());
}

function methodOf(value: unknown, name: string, mayChange: MayChange | undefined): Callable | undefined {
  if (typeof value === "string") return bound(value, name, textMethods, undefined);
  if (Array.isArray(value)) return bound(value, name, listMethods, mayChange);
  if (isMapping(value) && !(value instanceof LazyMapping)) return bound(value, name, mapMethods, mayChange);
  if (value instanceof LazyMapping && !value.has(name)) return bound(value, name, mapMethods, mayChange);
  return undefined;
}
