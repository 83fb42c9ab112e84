// Tests of what a task has registered.

import type { Test } from "../filters/filter.ts";
import { getKey, hasKey, isMapping, type Mapping } from "../python/mappings.ts";
import { truthy } from "../python/operators.ts";
import { Fault } from "../python/values.ts";

export const resultTests: readonly Test[] = [
  {
    name: "failed",
    aliases: ["failure"],
    doc: "The task failed.",
    example: "{'failed': true} is failed",
    apply: (value) => failed(result(value, "failed")),
  },
  {
    name: "succeeded",
    aliases: ["success", "successful"],
    doc: "The task did not fail.",
    example: "{'failed': true} is succeeded",
    apply: (value) => !failed(result(value, "succeeded")),
  },
  {
    name: "changed",
    aliases: ["change"],
    doc: "The task changed something, at one item at least.",
    example: "{'changed': true} is changed",
    apply: (value) => {
      const given = result(value, "changed");
      if (hasKey(given, "changed")) return truthy(getKey(given, "changed"));
      const items = hasKey(given, "results") ? getKey(given, "results") : undefined;
      return Array.isArray(items) && items.some((item) => isMapping(item) && flag(item, "changed"));
    },
  },
  {
    name: "skipped",
    aliases: ["skip"],
    doc: "The task was skipped.",
    example: "{'skipped': true} is skipped",
    apply: (value) => flag(result(value, "skipped"), "skipped"),
  },
  {
    name: "unreachable",
    doc: "The host could not be reached.",
    example: "{'unreachable': true} is unreachable",
    apply: (value) => flag(result(value, "unreachable"), "unreachable"),
  },
  {
    name: "reachable",
    doc: "The host could be reached.",
    example: "{'unreachable': true} is reachable",
    apply: (value) => !flag(result(value, "reachable"), "unreachable"),
  },
];

function result(value: unknown, test: string): Mapping {
  if (isMapping(value)) return value;
  throw new Fault(`the test ${test} takes the registered result of a task`);
}

function failed(value: Mapping): boolean {
  return flag(value, "failed");
}

function flag(value: Mapping, name: string): boolean {
  return hasKey(value, name) && truthy(getKey(value, name));
}
