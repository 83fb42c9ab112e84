// Mappings in their three forms: a Map (made by templates: keeps the order of keys such as "80"), a
// plain object (data from outside: only its own properties are ever looked at), and a LazyMapping.

import { Fault, isFloat, isNumber, isPlainObject, LazyMapping, numeric } from "./values.ts";

export type Mapping = Map<string, unknown> | Record<string, unknown> | LazyMapping;

export function isMapping(value: unknown): value is Mapping {
  return value instanceof Map || value instanceof LazyMapping || isPlainObject(value);
}

export function keysOf(mapping: Mapping): string[] {
  if (mapping instanceof Map) return [...mapping.keys()];
  return mapping instanceof LazyMapping ? [...mapping.names()] : Object.keys(mapping);
}

export function hasKey(mapping: Mapping, key: string): boolean {
  return mapping instanceof Map || mapping instanceof LazyMapping
    ? mapping.has(key)
    : Object.hasOwn(mapping, key);
}

/** Only for keys that the mapping has. */
export function getKey(mapping: Mapping, key: string): unknown {
  return mapping instanceof Map || mapping instanceof LazyMapping ? mapping.get(key) : mapping[key];
}

export function entriesOf(mapping: Mapping): [string, unknown][] {
  return keysOf(mapping).map((key) => [key, getKey(mapping, key) ?? null]);
}

/** Keys are texts here, as in YAML files read by this runner: a whole number stands for its text. */
export function keyOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (isNumber(value) && !isFloat(value)) return String(numeric(value));
  throw new Fault("a key of a mapping must be a text or a whole number");
}
