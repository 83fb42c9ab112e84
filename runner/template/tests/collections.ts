// Tests of lists.

import type { Test } from "../filters/filter.ts";
import { iterate, listOf } from "../python/convert.ts";
import { contains, truthy } from "../python/operators.ts";

export const collectionTests: readonly Test[] = [
  {
    name: "subset",
    aliases: ["issubset"],
    doc: "Every item of it stands in the other list.",
    example: "[1] is subset([1, 2])",
    params: "other",
    apply: (value, [other]) => listOf(value).every((item) => contains(listOf(other), item)),
  },
  {
    name: "superset",
    aliases: ["issuperset"],
    doc: "Every item of the other list stands in it.",
    example: "[1, 2] is superset([1])",
    params: "other",
    apply: (value, [other]) => listOf(other).every((item) => contains(listOf(value), item)),
  },
  {
    name: "contains",
    doc: "It has the item.",
    example: "[1, 2] is contains(2)",
    params: "item",
    apply: (value, [item]) => contains(value, item),
  },
  {
    name: "all",
    doc: "Every item is true.",
    example: "[true, 1] is all",
    apply: (value) => iterate(value).every(truthy),
  },
  {
    name: "any",
    doc: "Some item is true.",
    example: "[false, 0] is any",
    apply: (value) => iterate(value).some(truthy),
  },
];
