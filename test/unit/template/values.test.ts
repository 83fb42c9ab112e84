import assert from "node:assert/strict";
import type { Problem } from "../../../runner/source/problem.ts";
import { compileValue, type Value } from "../../../runner/template/index.ts";
import { scopeOf, told, type Variables, yaml } from "./given.ts";

function compiled(text: string): { value: Value; problems: Problem[] } {
  const problems: Problem[] = [];
  return { value: compileValue(yaml(text), problems), problems };
}

function rendered(text: string, variables: Variables = {}): unknown {
  const { value, problems } = compiled(text);
  assert.deepEqual(problems, []);
  return value.render(scopeOf(variables));
}

describe("a value of a YAML file", () => {
  const variables = { list: [1, 2], map: { a: 1 }, n: 5, t: true, nothing: null, text: "[1, 2]", half: 0.5 };
  const cases: readonly [title: string, yaml: string, expected: unknown][] = [
    ["without a template is itself", "{a: [1, yes, 0644, text]}", { a: [1, true, 420, "text"] }],
    [
      "keeps the type of a single expression",
      '["{{ n }}", "{{ list }}", "{{ map }}", "{{ t }}"]',
      [5, [1, 2], { a: 1 }, true],
    ],
    ["is none when its single expression is", '"{{ nothing }}"', null],
    ["keeps a text that looks like a list", '"{{ text }}"', "[1, 2]"],
    ["may have white space around its single expression", "|\n  {{ list }}\n", [1, 2]],
    ["keeps the white space around a single expression that is a text", '" {{ text }}\\n"', " [1, 2]\n"],
    ["is text as soon as something stands beside the expression", '"{{ n }}!"', "5!"],
    ["is text with two expressions", '"{{ n }}{{ n }}"', "55"],
    [
      "prints as Python does inside a text",
      '"{{ t }} {{ nothing }} {{ list }} {{ map }} {{ 10 / 2 }}"',
      "True  [1, 2] {'a': 1} 5.0",
    ],
    ["is rendered deep", '{a: [{b: "{{ n }}"}], c: "x{{ n }}"}', { a: [{ b: 5 }], c: "x5" }],
    ["leaves keys alone", '{"{{ n }}": "{{ n }}"}', { "{{ n }}": 5 }],
    ["gives whole floats as plain numbers", '"{{ 10 / 2 }}"', 5],
    ["gives tuples as plain lists", '"{{ map.items() }}"', [["a", 1]]],
    ["keeps its final newline", "|\n  a {{ n }}\n", "a 5\n"],
    ["knows blocks as well", '"{% if t %}yes{% else %}no{% endif %}"', "yes"],
    [
      "takes backslashes in {{ }} for themselves",
      String.raw`'{{ "a\n1" | length }} {{ "x1" | regex_replace("(\d)", "[\1]") }}'`,
      "4 x[1]",
    ],
    [
      "takes backslashes in {% %} as Python does",
      String.raw`'{% if "\n" | length == 1 %}one{% endif %}'`,
      "one",
    ],
    ["may hold a comment only", '"a{# b #}"', "a"],
    ["may hold raw text", '"{% raw %}{{ x }}{% endraw %}"', "{{ x }}"],
    ["gives nothing for an if without else that does not hold", `"{{ 'x' if not t }}"`, ""],
  ];
  for (const [title, text, expected] of cases) {
    it(title, () => assert.deepEqual(rendered(text, variables), expected));
  }

  it("keeps the order of keys that are numbers inside templates", () => {
    const problems: Problem[] = [];
    const value = compileValue(yaml('{"80": a, "25": b}'), problems);
    assert.deepEqual(value.uses, []);
    assert.deepEqual(value.render(scopeOf({})), { 25: "b", 80: "a" });
  });
});

describe("a mistake in a value is told with its place", () => {
  const cases: readonly [title: string, yaml: string, expected: string][] = [
    ["in a plain text", "key: a {{ x | uper }}", '1:15: unknown filter "uper" (did you mean "upper"?)'],
    ["in a quoted text", 'key: "{{ x | uper }}"', '1:14: unknown filter "uper" (did you mean "upper"?)'],
    [
      "in a block text",
      "key: |\n  one\n  {{ x | uper }}\n",
      '3:10: unknown filter "uper" (did you mean "upper"?)',
    ],
    ["deep inside", 'a:\n  - b: "{{ x | uper }}"', '2:16: unknown filter "uper" (did you mean "upper"?)'],
    ["for a test", 'a: "{{ x is defned }}"', '1:13: unknown test "defned" (did you mean "defined"?)'],
    [
      "for the filter that map names",
      `a: "{{ x | map('uper') }}"`,
      '1:16: unknown filter "uper" (did you mean "upper"?)',
    ],
    [
      "for the test that selectattr names",
      `a: "{{ x | selectattr('k', 'eqal', 1) }}"`,
      '1:28: unknown test "eqal" (did you mean "eq"?)',
    ],
    [
      "for wrong arguments",
      `a: "{{ x | replace('a') }}"`,
      '1:12: the filter replace needs the argument "new"',
    ],
    ["for what is not closed", 'a: "{{ x"', "1:5: {{ is not closed: }} is missing"],
    [
      "for a block that is not closed",
      'a: "{% if x %}"',
      "1:8: {% if %} is not closed ({% endif %} is missing)",
    ],
    [
      "for an escaped quote",
      `a: '{{ "\\"" }}'`,
      "1:8: a quote after a backslash is not supported inside {{ }} of a playbook (a backslash means itself there; use the other kind of quotes)",
    ],
    [
      "for other templates",
      `a: "{% include 'x' %}"`,
      "1:16: other templates can be used in template files only",
    ],
    [
      "for functions that are left out",
      'a: "{{ now() }}"',
      "1:8: the function now() is not supported (what a template gives must not depend on the time)",
    ],
    [
      "for lookups that are left out",
      `a: "{{ lookup('url', 'http://a') }}"`,
      '1:8: the lookup "url" is not supported (env, file, pipe, vars are)',
    ],
    [
      "for keys that are no texts",
      'a: "{{ {1: 2} }}"',
      "1:9: a key of a mapping must be a text here (put it between quotes)",
    ],
  ];
  for (const [title, text, expected] of cases) {
    it(title, () => assert.deepEqual(compiled(text).problems.map(told), [expected]));
  }
});
