// `value.name`, `value[key]` and `value[from:to]` as in Jinja2. Only own properties of data and the
// methods listed here are ever reached: data of a remote host cannot name its way into JavaScript.

import { getKey, hasKey, isMapping } from "./mappings.ts";
import { listMethods } from "./methods-list.ts";
import { mapMethods } from "./methods-map.ts";
import { textMethods } from "./methods-text.ts";
import { bind, signatureOf } from "./signature.ts";
import {
  Blank,
  Callable,
  defined,
  Fault,
  isFloat,
  LazyMapping,
  NamedTuple,
  Namespace,
  numeric,
  Tuple,
  tuple,
  Undefined,
} from "./values.ts";

/** A method of a text, a list or a mapping. */
export interface Method<Self> {
  /** See signature.ts. */
  readonly params?: string;
  /** It alters the value in place. */
  readonly changes?: true;
  readonly apply: (
    self: Self,
    args: readonly unknown[],
    more: { readonly rest: readonly unknown[]; readonly named: ReadonlyMap<string, unknown> },
  ) => unknown;
}

/** Asked before a value is altered in place: only what the same rendering made may be. */
export type MayChange = (value: object) => boolean;

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
  const index = isFloat(key) ? undefined : numeric(key);
  if (Array.isArray(value) && index !== undefined) return indexed(value, index, missing);
  if (typeof value === "string" && index !== undefined) return indexed(Array.from(value), index, missing);
  if (isMapping(value) && index !== undefined) return memberOf(value, String(index), missing);
  if (typeof key !== "string") return missing();
  const found = memberOf(value, key, () => undefined);
  return found === undefined ? (methodOf(value, key, mayChange) ?? missing()) : found;
}

/** A member of what is undefined is that same undefined, so that `a.b.c | default(x)` works. */
function chained(value: Undefined): Undefined {
  return value instanceof Blank ? value.raise() : value;
}

function indexed(list: readonly unknown[], index: number, missing: Missing): unknown {
  const at = index < 0 ? list.length + index : index;
  return at >= 0 && at < list.length ? list[at] : missing();
}

function memberOf<T>(value: unknown, name: string, missing: () => T): unknown {
  if (isMapping(value)) return hasKey(value, name) ? (getKey(value, name) ?? null) : missing();
  if (value instanceof Namespace) return value.fields.has(name) ? value.fields.get(name) : missing();
  if (value instanceof NamedTuple && value.fields.includes(name)) return value[value.fields.indexOf(name)];
  return missing();
}

function methodOf(value: unknown, name: string, mayChange: MayChange | undefined): Callable | undefined {
  if (typeof value === "string") return bound(value, name, textMethods, undefined);
  if (Array.isArray(value)) return bound(value, name, listMethods, mayChange);
  if (isMapping(value) && !(value instanceof LazyMapping)) return bound(value, name, mapMethods, mayChange);
  if (value instanceof LazyMapping && !value.has(name)) return bound(value, name, mapMethods, mayChange);
  return undefined;
}

function bound<Self extends string | object>(
  self: Self,
  name: string,
  methods: { readonly [name: string]: Method<Self> },
  mayChange: MayChange | undefined,
): Callable | undefined {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!method) return undefined;
  return new Callable(name, (given) => {
    if (method.changes && !(typeof self === "object" && mayChange?.(self))) {
      throw new Fault(
        `.${name}() would change the value of a variable in place: make a new value instead (with + or combine)`,
      );
    }
    const { args, ...more } = bind(`.${name}()`, signatureOf(method.params), given);
    const named = new Map([...more.named].map(([key, value]) => [key, defined(value)]));
    return method.apply(self, args.map(defined), { rest: more.rest.map(defined), named });
  });
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
