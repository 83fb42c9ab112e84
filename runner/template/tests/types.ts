// Tests of what a value is.

import type { Test } from "../filters/filter.ts";
import { filters, tests } from "../filters/library.ts";
import { strictText } from "../python/convert.ts";
import { isMapping } from "../python/mappings.ts";
import { equal, truthy } from "../python/operators.ts";
import { Callable, isFloat, isNumber, numeric, Undefined } from "../python/values.ts";

export const typeTests: readonly Test[] = [
  {
    name: "defined",
    doc: "It exists.",
    example: "nothing is defined",
    takesUndefined: true,
    apply: (value) => !(value instanceof Undefined),
  },
  {
    name: "undefined",
    doc: "It does not exist.",
    example: "nothing is undefined",
    takesUndefined: true,
    apply: (value) => value instanceof Undefined,
  },
  {
    name: "none",
    doc: "It is none (null).",
    example: "none is none",
    takesUndefined: true,
    apply: (value) => value === null,
  },
  {
    name: "boolean",
    doc: "It is true or false.",
    example: "true is boolean",
    takesUndefined: true,
    apply: (value) => typeof value === "boolean",
  },
  {
    name: "true",
    doc: "It is true itself.",
    example: "true is true",
    takesUndefined: true,
    apply: (value) => value === true,
  },
  {
    name: "false",
    doc: "It is false itself.",
    example: "false is false",
    takesUndefined: true,
    apply: (value) => value === false,
  },
  {
    name: "truthy",
    doc: "It counts as true: not empty, not 0.",
    example: "'a' is truthy",
    params: "convert_bool?",
    apply: (value, [convert]) => asBool(value, convert),
  },
  {
    name: "falsy",
    doc: "It counts as false: empty or 0.",
    example: "'' is falsy",
    params: "convert_bool?",
    apply: (value, [convert]) => !asBool(value, convert),
  },
  {
    name: "string",
    doc: "It is a text.",
    example: "'a' is string",
    takesUndefined: true,
    apply: (value) => typeof value === "string",
  },
  {
    name: "number",
    doc: "It is a number (true and false are, as in Python).",
    example: "1.5 is number",
    takesUndefined: true,
    apply: (value) => isNumber(value) || typeof value === "boolean",
  },
  {
    name: "integer",
    doc: "It is a whole number.",
    example: "1.5 is integer",
    takesUndefined: true,
    apply: (value) => isNumber(value) && !isFloat(value),
  },
  {
    name: "float",
    doc: "It is a floating-point number.",
    example: "1.5 is float",
    takesUndefined: true,
    apply: (value) => isFloat(value),
  },
  {
    name: "mapping",
    doc: "It is a mapping.",
    example: "{'a': 1} is mapping",
    takesUndefined: true,
    apply: (value) => isMapping(value),
  },
  {
    name: "sequence",
    doc: "It has a length and items: a list, a text or a mapping.",
    example: "[1] is sequence",
    takesUndefined: true,
    apply: (value) => Array.isArray(value) || typeof value === "string" || isMapping(value),
  },
  {
    name: "iterable",
    doc: "One can loop over it: a list, a text or a mapping.",
    example: "'ab' is iterable",
    apply: (value) => Array.isArray(value) || typeof value === "string" || isMapping(value),
  },
  {
    name: "callable",
    doc: "It is a function or macro.",
    example: "range is callable",
    takesUndefined: true,
    apply: (value) => value instanceof Callable,
  },
  {
    name: "sameas",
    doc: "It is the very same value.",
    example: "1 is sameas(1)",
    params: "other",
    apply: (value, [other]) =>
      value === other ||
      (isNumber(value) && isNumber(other) && isFloat(value) === isFloat(other) && equal(value, other)),
  },
  {
    name: "filter",
    doc: "There is a filter of that name.",
    example: "'upper' is filter",
    apply: (value) => filters.has(strictText(value)),
  },
  {
    name: "test",
    doc: "There is a test of that name.",
    example: "'odd' is test",
    apply: (value) => tests.has(strictText(value)),
  },
];

function asBool(value: unknown, convert: unknown): boolean {
  if (convert === undefined || !truthy(convert)) return truthy(value);
  if (typeof value === "string") {
    if (/^(?:y|yes|on|1|true|t)$/i.test(value)) return true;
    if (/^(?:n|no|off|0|false|f)$/i.test(value)) return false;
  }
  return numeric(value) === undefined ? truthy(value) : numeric(value) !== 0;
}
