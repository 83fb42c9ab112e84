// What error messages call the kinds of values.

import { isMapping } from "./mappings.ts";
import { Callable, Float, Tuple, Undefined } from "./values.ts";

/** With an article. */
export function typeName(value: unknown): string {
  if (value instanceof Undefined) return value.raise();
  if (value === null || value === undefined) return "none";
  if (typeof value === "string") return "a text";
  if (typeof value === "boolean") return "a boolean";
  if (value instanceof Float || typeof value === "number") return "a number";
  if (value instanceof Tuple) return "a tuple";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Callable) return "a function";
  return isMapping(value) ? "a mapping" : "a special value";
}
