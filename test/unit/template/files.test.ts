import assert from "node:assert/strict";
import { rendered } from "./given.ts";

const files = {
  "inc.j2": "inc {{ a }} {{ x | default('-') }}\n",
  "two.j2": "one\ntwo\n\n",
  "macros.j2": "{% macro hi(n, greet='Hi') %}{{ greet }} {{ n }}{% endmacro %}\n{% set version = 3 %}\n",
  "base.j2": "<{% block head %}base{% endblock %}>\n{% block body %}{% endblock %}\n",
  "tree.j2": "{{ n.name }}{% for n in n.below %}({% include 'tree.j2' %}){% endfor %}",
};

describe("a template file", () => {
  const cases: readonly [title: string, text: string, expected: string][] = [
    ["keeps its one final newline", "a\n", "a\n"],
    ["gets none that it does not have", "a", "a"],
    ["keeps a final newline behind a tag", "{% if a %}\nx\n{% endif %}\n", "x\n"],
    ["keeps white space before a tag", "  {% if a %}\nx\n  {% endif %}\n", "  x\n  \n"],
    [
      "may set lstrip_blocks in its first line",
      "#jinja2: lstrip_blocks: True\n  {% if a %}\nx\n  {% endif %}\n",
      "x\n",
    ],
    [
      "may set trim_blocks in its first line",
      "#jinja2:trim_blocks:False, lstrip_blocks: True\n  {% if a %}\nx\n{% endif %}",
      "\nx\n",
    ],
    ["loses the final newline of what it includes", "[{% include 'inc.j2' %}]", "[inc 1 -]"],
    ["loses only one", "[{% include 'two.j2' %}]", "[one\ntwo\n]"],
    [
      "shows its loop's variables to what it includes",
      "{% for x in [1, 2] %}{% include 'inc.j2' %};{% endfor %}",
      "inc 1 1;inc 1 2;",
    ],
    ["may include a file that includes itself", "{% set n = tree %}{% include 'tree.j2' %}", "a(b)(c(d))"],
    ["imports macros", "{% import 'macros.j2' as m %}{{ m.hi('x') }}{{ m.version }}", "Hi x3"],
    [
      "imports macros by name",
      "{% from 'macros.j2' import hi as hello %}{{ hello('x', greet='Yo') }}",
      "Yo x",
    ],
    [
      "fills blocks of another",
      "{% extends 'base.j2' %}{% block head %}[{{ super() }}]{% endblock %}",
      "<[base]>\n",
    ],
    ["skips what is missing if told so", "a{% include 'no.j2' ignore missing %}b", "ab"],
    ["takes the first of several that exists", "{% include ['no.j2', 'inc.j2'] %}", "inc 1 -"],
  ];
  const tree = {
    name: "a",
    below: [
      { name: "b", below: [] },
      { name: "c", below: [{ name: "d", below: [] }] },
    ],
  };
  for (const [title, text, expected] of cases) {
    it(title, () => assert.equal(rendered(text, { a: 1, tree }, files), expected));
  }
});
