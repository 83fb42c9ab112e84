// The reference of filters and tests: their tables, with what their examples give.

import { allFilters, allTests, type Filter, type Test, valueOfExample } from "../template/index.ts";
import type { Entry, Page } from "./page.ts";

export function filtersPage(): Page {
  return {
    title: "Filters and tests",
    text:
      "Filters stand behind a value and `|` in an expression, tests behind `is` or `is not`. They mean what they mean " +
      "to Jinja2 and Ansible.",
    parts: [
      { title: "Filters", entries: allFilters.map(entry) },
      { title: "Tests", entries: allTests.map(entry) },
    ],
  };
}

function entry({ name, aliases = [], doc, params, example }: Filter | Test): Entry {
  return {
    name,
    facts: [
      ...(params ? [`with ${params.split(" ").map(parameter).join(", ")}`] : []),
      ...(aliases.length > 0 ? [`also called ${aliases.map((each) => `\`${each}\``).join(", ")}`] : []),
    ],
    text: doc,
    example: { expression: example, value: valueOfExample(example) },
  };
}

/** See signature.ts: what ends with ? may be left out. */
function parameter(word: string): string {
  return word.endsWith("?") ? `[\`${word.slice(0, -1)}\`]` : `\`${word}\``;
}
