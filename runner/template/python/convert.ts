// Arguments of filters, tests and methods, checked and turned into what the implementation needs.

import { isMapping, keysOf, type Mapping } from "./mappings.ts";
import { str } from "./print.ts";
import { typeName } from "./type-name.ts";
import { Blank, Fault, isFloat, numeric, Undefined } from "./values.ts";

/** What Python's iter() goes over: items, characters, keys. */
export function iterate(value: unknown): readonly unknown[] {
  if (value instanceof Blank) return [];
  if (value instanceof Undefined) return value.raise();
  if (Array.isArray(value)) return value;
  if (typeof value === "string") return Array.from(value);
  if (isMapping(value)) return keysOf(value);
  throw new Fault(`a list is expected, not ${typeName(value)}`);
}

export function listOf(value: unknown): readonly unknown[] {
  if (value instanceof Undefined) return value.raise();
  if (Array.isArray(value)) return value;
  throw new Fault(`a list is expected, not ${typeName(value)}`);
}

export function mappingOf(value: unknown): Mapping {
  if (value instanceof Undefined) return value.raise();
  if (isMapping(value)) return value;
  throw new Fault(`a mapping is expected, not ${typeName(value)}`);
}

/** Any value as text. */
export function text(value: unknown): string {
  return str(value);
}

/** A text only: numbers are not taken for one. */
export function strictText(value: unknown): string {
  if (typeof value === "string") return value;
  throw new Fault(`a text is expected, not ${typeName(value)}`);
}

export function whole(value: unknown): number {
  const number = isFloat(value) ? undefined : numeric(value);
  if (number === undefined) throw new Fault(`a whole number is expected, not ${typeName(value)}`);
  return number;
}

export function number(value: unknown): number {
  const result = numeric(value);
  if (result === undefined) throw new Fault(`a number is expected, not ${typeName(value)}`);
  return result;
}
