// Filters that compare lists as sets; the order of the first list is kept.

import { listOf } from "../python/convert.ts";
import { contains } from "../python/operators.ts";
import type { Filter } from "./filter.ts";
import { unique } from "./lists.ts";

export const setFilters: readonly Filter[] = [
  {
    name: "union",
    fresh: true,
    doc: "The items of both lists, each once.",
    example: "[1, 2] | union([2, 3])",
    params: "other",
    apply: (input, [other]) => unique([...listOf(input), ...listOf(other)]),
  },
  {
    name: "intersect",
    fresh: true,
    doc: "The items that both lists have, each once.",
    example: "[1, 2] | intersect([2, 3])",
    params: "other",
    apply: (input, [other]) => unique(listOf(input).filter((item) => contains(listOf(other), item))),
  },
  {
    name: "difference",
    fresh: true,
    doc: "The items that the other list does not have, each once.",
    example: "[1, 2] | difference([2, 3])",
    params: "other",
    apply: (input, [other]) => unique(listOf(input).filter((item) => !contains(listOf(other), item))),
  },
  {
    name: "symmetric_difference",
    fresh: true,
    doc: "The items that only one of the lists has, each once.",
    example: "[1, 2] | symmetric_difference([2, 3])",
    params: "other",
    apply: (input, [other]) => {
      const [left, right] = [listOf(input), listOf(other)];
      return unique([...left, ...right].filter((item) => contains(left, item) !== contains(right, item)));
    },
  },
];
