// Filters that look at each item of a list by another filter or test.

import { iterate, strictText } from "../python/convert.ts";
import { truthy } from "../python/operators.ts";
import { Fault } from "../python/values.ts";
import { attributeOf } from "./attribute.ts";
import type { Filter, More } from "./filter.ts";

const NO_NAMES: ReadonlyMap<string, unknown> = new Map();

export const itemFilters: readonly Filter[] = [
  {
    name: "map",
    fresh: true,
    doc: "A filter applied to every item, or with attribute= (and default=) an attribute of every item.",
    example: "['a', 'b'] | map('upper') | list",
    params: "*filter **options",
    apply: (input, _args, { rest: [name, ...rest], named, filter }) => {
      if (name === undefined) {
        const wrong = [...named.keys()].find((key) => key !== "attribute" && key !== "default");
        if (!named.has("attribute") || wrong !== undefined) {
          throw new Fault("the filter map needs the name of a filter, or attribute=");
        }
        return itemsOf(input).map((item) => attributeOf(item, named.get("attribute"), named.get("default")));
      }
      return itemsOf(input).map((item) => filter(strictText(name), item, { positional: rest, named }));
    },
  },
  {
    name: "select",
    fresh: true,
    doc: "The items for which a test holds; without one, those that are true.",
    example: "[1, 2, 3] | select('odd') | list",
    params: "*test",
    apply: (input, _args, more) => itemsOf(input).filter((item) => holds(item, more.rest, more)),
  },
  {
    name: "reject",
    fresh: true,
    doc: "The items for which a test does not hold; without one, those that are false.",
    example: "[1, 2, 3] | reject('odd') | list",
    params: "*test",
    apply: (input, _args, more) => itemsOf(input).filter((item) => !holds(item, more.rest, more)),
  },
  {
    name: "selectattr",
    fresh: true,
    doc: "The items for whose attribute a test holds; without one, where it is true.",
    example: "[{'n': 1, 'on': true}, {'n': 2, 'on': false}] | selectattr('on') | list",
    params: "attribute *test",
    apply: (input, [attribute], more) =>
      itemsOf(input).filter((item) => holds(attributeOf(item, attribute), more.rest, more)),
  },
  {
    name: "rejectattr",
    fresh: true,
    doc: "The items for whose attribute a test does not hold; without one, where it is false.",
    example: "[{'n': 1, 'on': true}, {'n': 2, 'on': false}] | rejectattr('on') | list",
    params: "attribute *test",
    apply: (input, [attribute], more) =>
      itemsOf(input).filter((item) => !holds(attributeOf(item, attribute), more.rest, more)),
  },
];

/** As in Jinja2: what is empty or false has no items, none and 0 included. */
function itemsOf(input: unknown): readonly unknown[] {
  return truthy(input) ? iterate(input) : [];
}

function holds(value: unknown, [name, ...rest]: readonly unknown[], { test }: More): boolean {
  if (name === undefined) return truthy(value);
  return test(strictText(name), value, { positional: rest, named: NO_NAMES });
}
