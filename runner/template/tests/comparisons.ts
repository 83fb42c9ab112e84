// Tests that compare, and tests of numbers, texts and versions.

import type { Test } from "../filters/filter.ts";
import { number, text, whole } from "../python/convert.ts";
import { binary, contains, equal, order, truthy } from "../python/operators.ts";
import { pythonRegex } from "../python/regex.ts";
import { Fault } from "../python/values.ts";
import { compareVersions } from "./versions.ts";

export const comparisonTests: readonly Test[] = [
  {
    name: "eq",
    aliases: ["==", "equalto"],
    doc: "It is equal.",
    example: "1 is eq(1)",
    params: "other",
    apply: (value, [other]) => equal(value, other),
  },
  {
    name: "ne",
    aliases: ["!="],
    doc: "It is not equal.",
    example: "1 is ne(1)",
    params: "other",
    apply: (value, [other]) => !equal(value, other),
  },
  {
    name: "lt",
    aliases: ["<", "lessthan"],
    doc: "It is smaller.",
    example: "1 is lt(2)",
    params: "other",
    apply: (value, [other]) => order(value, other, "<") < 0,
  },
  {
    name: "le",
    aliases: ["<="],
    doc: "It is not larger.",
    example: "2 is le(2)",
    params: "other",
    apply: (value, [other]) => order(value, other, "<=") <= 0,
  },
  {
    name: "gt",
    aliases: [">", "greaterthan"],
    doc: "It is larger.",
    example: "1 is gt(2)",
    params: "other",
    apply: (value, [other]) => order(value, other, ">") > 0,
  },
  {
    name: "ge",
    aliases: [">="],
    doc: "It is not smaller.",
    example: "2 is ge(2)",
    params: "other",
    apply: (value, [other]) => order(value, other, ">=") >= 0,
  },
  {
    name: "in",
    doc: "It stands in a list, a text or the keys of a mapping.",
    example: "'a' is in(['a', 'b'])",
    params: "container",
    apply: (value, [container]) => contains(container, value),
  },
  {
    name: "even",
    doc: "It is an even number.",
    example: "2 is even",
    apply: (value) => equal(binary("%", number(value), 2), 0),
  },
  {
    name: "odd",
    doc: "It is an odd number.",
    example: "2 is odd",
    apply: (value) => equal(binary("%", number(value), 2), 1),
  },
  {
    name: "divisibleby",
    doc: "It can be divided by a number.",
    example: "6 is divisibleby(3)",
    params: "num",
    apply: (value, [by]) => equal(binary("%", whole(value), whole(by)), 0),
  },
  {
    name: "nan",
    aliases: ["isnan"],
    doc: "It is no number (nan).",
    example: "('nan' | float) is nan",
    apply: (value) => Number.isNaN(number(value)),
  },
  {
    name: "lower",
    doc: "Its letters are all small.",
    example: "'mail' is lower",
    apply: (value) => text(value) === text(value).toLowerCase() && text(value) !== text(value).toUpperCase(),
  },
  {
    name: "upper",
    doc: "Its letters are all capital.",
    example: "'mail' is upper",
    apply: (value) => text(value) === text(value).toUpperCase() && text(value) !== text(value).toLowerCase(),
  },
  {
    name: "match",
    doc: "A regular expression matches at its start.",
    example: "'mail-1' is match('[a-z]+')",
    params: "pattern ignorecase? multiline?",
    apply: (value, [pattern, ignorecase, multiline]) =>
      pythonRegex(text(pattern), { ...flags(ignorecase, multiline), mode: "y" }).test(text(value)),
  },
  {
    name: "search",
    doc: "A regular expression matches somewhere.",
    example: "'mail-1' is search('-1')",
    params: "pattern ignorecase? multiline?",
    apply: (value, [pattern, ignorecase, multiline]) =>
      pythonRegex(text(pattern), flags(ignorecase, multiline)).test(text(value)),
  },
  {
    name: "regex",
    doc: "A regular expression matches somewhere, or at its start with match_type='match'.",
    example: "'mail-1' is regex('^m', match_type='match')",
    params: "pattern ignorecase? multiline? match_type?",
    apply: (value, [pattern, ignorecase, multiline, type = "search"]) => {
      if (type === "fullmatch") {
        const [found] =
          pythonRegex(`(?:${text(pattern)})\\Z`, { ...flags(ignorecase, multiline), mode: "y" }).exec(
            text(value),
          ) ?? [];
        return found !== undefined;
      }
      if (type !== "search" && type !== "match")
        throw new Fault('match_type takes "search", "match" or "fullmatch"');
      const mode = type === "match" ? { mode: "y" as const } : {};
      return pythonRegex(text(pattern), { ...flags(ignorecase, multiline), ...mode }).test(text(value));
    },
  },
  {
    name: "version",
    aliases: ["version_compare"],
    doc: "It is a version that compares so to another: version('1.2', '>=').",
    example: "'12.7' is version('12', '>=')",
    params: "version operator? strict? version_type?",
    apply: (value, [version, operator = "eq", strict, type]) => {
      if (truthy(strict ?? false) || (type !== undefined && type !== null && type !== "loose")) {
        throw new Fault("the test version compares loosely only: leave out strict and version_type");
      }
      return holds(compareVersions(text(value), text(version)), text(operator));
    },
  },
];

function flags(ignorecase: unknown, multiline: unknown) {
  return { ignorecase: truthy(ignorecase), multiline: truthy(multiline) };
}

function holds(compared: number, operator: string): boolean {
  switch (operator) {
    case "==":
    case "=":
    case "eq":
      return compared === 0;
    case "!=":
    case "<>":
    case "ne":
      return compared !== 0;
    case "<":
    case "lt":
      return compared < 0;
    case "<=":
    case "le":
      return compared <= 0;
    case ">":
    case "gt":
      return compared > 0;
    case ">=":
    case "ge":
      return compared >= 0;
    default:
      throw new Fault(`"${operator}" is no way to compare versions: ==, !=, <, <=, >, >= are`);
  }
}
