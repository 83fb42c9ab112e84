import assert from "node:assert/strict";
import { file } from "./given.ts";

const files = {
  "inc.j2": "{{ inner }}{{ x }}",
  "macros.j2": "{% macro m(a) %}{{ a }}{{ unseen }}{% endmacro %}",
  "base.j2": "{{ base }}{% block b %}{% endblock %}",
};

describe("the free variables of a template", () => {
  // A question mark: guarded, so that it need not exist.
  const cases: readonly [text: string, expected: string][] = [
    ["a {{ b }}\n{{ c.d }}", "b@1:6 c@2:4"],
    ["{{ a[b] | replace(c, d) }}", "a@1:4 b@1:6 c@1:19 d@1:22"],
    ["{{ a | default(b) }}", "a?@1:4 b?@1:16"],
    ["{{ a.b.c | default('x') | upper ~ d }}", "a?@1:4 d@1:35"],
    ["{{ a is defined }} {{ b is not defined }} {{ c is undefined }}", "a?@1:4 b?@1:23 c?@1:46"],
    ["{{ a is defined and a.b and c }}", "a?@1:4 a?@1:21 c@1:29"],
    ["{{ a is undefined or a == 1 }}", "a?@1:4 a?@1:22"],
    ["{{ a if a is defined else b }}", "a?@1:9 a?@1:4 b@1:27"],
    ["{% if a is defined %}{{ a }}{% endif %}{{ a }}", "a?@1:7 a?@1:25 a@1:43"],
    ["{% for x in l if x != y %}{{ x }}{{ loop.index }}{% endfor %}{{ x }}", "l@1:13 y@1:23 x@1:65"],
    ["{% for k, v in m.items() %}{{ k }}{{ v }}{% endfor %}", "m@1:16"],
    ["{% set x = y %}{{ x }}", "y@1:12"],
    ["{{ x }}{% set x = 1 %}", "x?@1:4"],
    ["{% if a %}{% set x = 1 %}{% endif %}{{ x }}", "a@1:7 x?@1:40"],
    ["{% set x %}{{ y }}{% endset %}{{ x }}", "y@1:15"],
    ["{% with x = 1 %}{{ x }}{% endwith %}{{ x }}", "x@1:40"],
    [
      "{% macro m(a, b=c) %}{{ a }}{{ b }}{{ d }}{{ varargs }}{% endmacro %}{{ m(e) }}",
      "c@1:17 d@1:39 e@1:75",
    ],
    ["{% call(a) m() %}{{ a }}{% endcall %}", "m@1:12"],
    ["{{ range(3) }}{{ dict(a=b) }}{{ lookup('env', c) }}{{ True }}", "b@1:25 lookup?@1:33 c@1:47"],
    ["{% for x in l %}{% include 'inc.j2' %}{% endfor %}", "l@1:13 inner@1:4"],
    ["{% include 'inc.j2' %}", "inner@1:4 x@1:15"],
    ["{% import 'macros.j2' as m %}{{ m.m(b) }}", "b@1:37"],
    ["{% from 'macros.j2' import m with context %}{{ m(1) }}", "unseen@1:27"],
    ["{% extends 'base.j2' %}{% block b %}{{ x }}{% endblock %}", "x@1:40 base@1:4"],
    ["{% raw %}{{ x }}{% endraw %}{# {{ y }} #}", ""],
    ["{{ {'a': b, c: 1} }}", "b@1:10 c@1:13"],
    ["{{ users | selectattr('a', 'in', b) | map(attribute='c') }}", "users@1:4 b@1:34"],
  ];
  for (const [text, expected] of cases) {
    it(`of ${text.replace("\n", "\\n")} are ${expected || "none"}`, () => {
      const { value, problems } = file(text, files);
      assert.deepEqual(problems, []);
      const uses = value.uses.map(
        ({ name, guarded, at }) => `${name}${guarded ? "?" : ""}@${at.line}:${at.column}`,
      );
      assert.equal(uses.join(" "), expected);
    });
  }

  it("know the file that they stand in", () => {
    assert.deepEqual(
      file("{% include 'inc.j2' %}", files).value.uses.map(({ at }) => at.file),
      ["templates/inc.j2", "templates/inc.j2"],
    );
  });
});
