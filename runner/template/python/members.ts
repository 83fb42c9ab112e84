// Members and parts of data: `value.name`, `value[key]`, `value[from:to]`. Only own properties are ever reached: data of a
// remote host cannot name its way into JavaScript. Methods are no members (attributes.ts).

import { getKey, hasKey, isMapping } from "./mappings.ts";
import { Blank, Fault, isFloat, NamedTuple, Namespace, numeric, Tuple, tuple, Undefined } from "./values.ts";

export function memberOf<T>(value: unknown, name: string, missing: () => T): unknown {
  if (isMapping(value)) return hasKey(value, name) ? (getKey(value, name) ?? null) : missing();
  if (value instanceof Namespace) return value.fields.has(name) ? value.fields.get(name) : missing();
  if (value instanceof NamedTuple && value.fields.includes(name)) return value[value.fields.indexOf(name)];
  return missing();
}

/** By key or index. */
export function itemOf<T>(value: unknown, key: unknown, missing: () => T): unknown {
  const index = isFloat(key) ? undefined : numeric(key);
  if (Array.isArray(value) && index !== undefined) return indexed(value, index, missing);
  if (typeof value === "string" && index !== undefined) return indexed(Array.from(value), index, missing);
  if (isMapping(value) && index !== undefined) return memberOf(value, String(index), missing);
  return typeof key === "string" ? memberOf(value, key, missing) : missing();
}

function indexed<T>(list: readonly unknown[], index: number, missing: () => T): unknown {
  const at = index < 0 ? list.length + index : index;
  return at >= 0 && at < list.length ? list[at] : missing();
}

/** A member of what is undefined is that same undefined, so that `a.b.c | default(x)` works. */
export function chained(value: Undefined): Undefined {
  return value instanceof Blank ? value.raise() : value;
}

/** `value[from:to:step]`. */
export function slice(value: unknown, from: unknown, to: unknown, step: unknown): unknown {
  if (value instanceof Undefined) return chained(value);
  if (typeof value !== "string" && !Array.isArray(value))
    throw new Fault("only a text or a list can be sliced");
  const items: readonly unknown[] = typeof value === "string" ? Array.from(value) : value;
  const by = position(step) ?? 1;
  if (by === 0) throw new Fault("the step of a slice cannot be 0");
  const [low, high] = by > 0 ? [0, items.length] : [-1, items.length - 1];
  const clip = (index: number | undefined, other: number): number => {
    if (index === undefined) return other;
    return Math.min(high, Math.max(low, index < 0 ? index + items.length : index));
  };
  const start = clip(position(from), by > 0 ? low : high);
  const end = clip(position(to), by > 0 ? high : low);
  const taken: unknown[] = [];
  for (let at = start; by > 0 ? at < end : at > end; at += by) taken.push(items[at]);
  if (typeof value === "string") return taken.join("");
  return value instanceof Tuple ? tuple(taken) : taken;
}

function position(value: unknown): number | undefined {
  if (value instanceof Undefined) return value.raise();
  if (value === null || value === undefined) return undefined;
  const number = isFloat(value) ? undefined : numeric(value);
  if (number === undefined) throw new Fault("a slice takes whole numbers");
  return number;
}
