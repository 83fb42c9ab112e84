// Filters for any value: defaults, types, attributes.

import { getAttribute, getItem } from "../python/attributes.ts";
import { iterate, strictText, whole } from "../python/convert.ts";
import { isMapping } from "../python/mappings.ts";
import { floatOf, wholeOf } from "../python/numbers.ts";
import { truthy } from "../python/operators.ts";
import { str } from "../python/print.ts";
import { typeName } from "../python/type-name.ts";
import { Fault, Float, float, isNumber, nowhere, numeric, Undefined } from "../python/values.ts";
import type { Filter } from "./filter.ts";

export const valueFilters: readonly Filter[] = [
  {
    name: "default",
    aliases: ["d"],
    doc: "The value, or another if it is undefined; with true as second argument also if it is empty or false.",
    example: "nothing | default('none set')",
    params: "default_value? boolean?",
    takesUndefined: true,
    apply: (input, [fallback = "", alsoFalse = false]) =>
      input instanceof Undefined || (truthy(alsoFalse) && !truthy(input)) ? fallback : input,
  },
  {
    name: "mandatory",
    doc: "The value; an error with the given message if it is undefined.",
    example: "'given' | mandatory",
    params: "msg?",
    takesUndefined: true,
    apply: (input, [message]) => {
      if (!(input instanceof Undefined)) return input;
      if (message === undefined || message === null) return input.raise();
      throw new Fault(str(message));
    },
  },
  {
    name: "ternary",
    doc: "The first argument if the value is true, else the second; for none the third if it is given.",
    example: "true | ternary('yes', 'no')",
    params: "true_val false_val none_val?",
    takesUndefined: true,
    apply: (input, [yes, no, none]) => {
      if (input === null && none !== undefined && none !== null) return none;
      return truthy(input) ? yes : no;
    },
  },
  {
    name: "bool",
    doc: "True for true, 1, yes, on and true as texts in any case; false for other values; none stays none.",
    example: "'yes' | bool",
    apply: (input) => {
      if (input === null || typeof input === "boolean") return input;
      if (typeof input === "string") return ["yes", "on", "1", "true"].includes(input.toLowerCase());
      return numeric(input) === 1;
    },
  },
  {
    name: "int",
    doc: "A whole number; the default (0) for what is none. Texts are read in the base given.",
    example: "'42' | int",
    params: "default? base?",
    apply: (input, [fallback = 0, base = 10]) => wholeOf(input, whole(base)) ?? fallback,
  },
  {
    name: "float",
    doc: "A floating-point number; the default (0.0) for what is none.",
    example: "'1.5' | float",
    params: "default?",
    apply: (input, [fallback = new Float(0)]) => {
      const number = floatOf(input);
      return number === undefined ? fallback : float(number);
    },
  },
  { name: "string", doc: "The value as text.", example: "12 | string", apply: (input) => str(input) },
  {
    name: "safe",
    doc: "The value itself: nothing is escaped unless asked for.",
    example: "'<b>' | safe",
    apply: (input) => input,
  },
  {
    name: "type_debug",
    doc: "The name of the value's type in Python.",
    example: "[1] | type_debug",
    apply: (input) => {
      if (input === null) return "NoneType";
      if (typeof input === "string") return "str";
      if (typeof input === "boolean") return "bool";
      if (isNumber(input)) return Number.isInteger(input) ? "int" : "float";
      return Array.isArray(input) ? "list" : isMapping(input) ? "dict" : typeName(input);
    },
  },
  {
    name: "attr",
    doc: "The method of the value with that name; keys of a mapping are not looked at.",
    example: "('a b' | attr('split'))()",
    params: "name",
    apply: (input, [name]) => {
      const shown = strictText(name);
      const missing = () => new Undefined(shown, nowhere);
      return isMapping(input) ? getAttribute(new Map(), shown, missing) : getAttribute(input, shown, missing);
    },
  },
  {
    name: "extract",
    doc: "The member of a container that the value names, and members of that if more keys are given.",
    example: "'port' | extract({'port': 25})",
    params: "container morekeys?",
    apply: (input, [container, more]) => {
      const keys = more === undefined || more === null ? [] : Array.isArray(more) ? iterate(more) : [more];
      return [input, ...keys].reduce(
        (value: unknown, key) => getItem(value, key, () => new Undefined(str(key), nowhere)),
        container,
      );
    },
  },
];
