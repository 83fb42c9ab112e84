import assert from "node:assert/strict";
import { TemplateError, UndefinedVariable } from "../../../runner/template/index.ts";
import { file, scopeOf, told } from "./given.ts";

const files = {
  "bad.j2": "one\n{{ a | nofilter }}\n",
  "late.j2": "one\n two {{ a.b.c }}\n",
  "open.j2": "{% if a %}",
  "macros.j2": "\n{% macro m(x) %}{{ x.y }}{% endmacro %}\n",
};

describe("a mistake found in a template before it is rendered", () => {
  const cases: readonly [text: string, expected: string][] = [
    ["a\n  {{ b |  c }}", '2:11: unknown filter "c" (did you mean "d"?)'],
    ["{{ a }} {{ b is odd(1) }}", "1:17: the test odd takes no arguments"],
    [
      "{% if a %}\n{% for b in c %}\n{% endif %}",
      "3:4: {% endif %} closes nothing here ({% for %} of line 2 is closed by {% endfor %})",
    ],
    [
      "x\n{% if a = 1 %}{% endif %}",
      '2:9: the end of {% if %} is expected here, not = (write "==" to compare)',
    ],
    ["{{ a b }}", "1:6: unexpected b after the expression"],
    ["{{ (a }}", '1:7: ")" is expected here, not "}"'],
    ["{% set x %}", "1:4: {% set %} is not closed ({% endset %} is missing)"],
    ["{% block b %}", "1:4: {% block %} is not closed ({% endblock %} is missing)"],
    ["{% macro m() %}", "1:4: {% macro %} is not closed ({% endmacro %} is missing)"],
    ["{% for x in l %}{% else %}", "1:4: {% for %} is not closed ({% endfor %} is missing)"],
    [
      "{% for x in l recursive %}{% endfor %}",
      "1:4: a recursive loop is not supported (use a macro that calls itself)",
    ],
    ["{% include 'no.j2' %}", '1:12: there is no template "no.j2"'],
    ["{% include 'bad.j2' %}", '2:8: unknown filter "nofilter"'],
    ["{% include 'open.j2' %}", "1:4: {% if %} is not closed ({% endif %} is missing)"],
    ["{{ a }}{{ b | nofilter }}{{ c | noother }}", '1:15: unknown filter "nofilter"'],
    [
      "#jinja2: lstrip_block: True\n",
      '1:10: "lstrip_block: True" is not supported in #jinja2: (did you mean "lstrip_blocks"?)',
    ],
    ["#jinja2: trim_blocks: False\n{{ a | nofilter }}", '2:8: unknown filter "nofilter"'],
    ["{% if a %}{% extends 'late.j2' %}{% endif %}", "1:14: {% extends %} must stand outside of other tags"],
    ["{{ 9007199254740993 }}", "1:4: the whole number is too large to be exact (2^53)"],
    [`{{ ${"(".repeat(500)}1${")".repeat(500)} }}`, "1:204: the expression is nested too deeply"],
  ];
  for (const [text, expected] of cases) {
    it(`${expected} for ${text.slice(0, 60).replaceAll("\n", "\\n")}`, () => {
      assert.equal(file(text, files).problems.map(told)[0], expected);
    });
  }

  it("does not hide the next one", () => {
    const { problems } = file("{{ a | nofilter }}\n{{ b is notest }}\n{{ now() }}");
    assert.deepEqual(
      problems.map(({ code, at }) => `${code}@${at?.line}:${at?.column}`),
      ["unknown-filter@1:8", "unknown-test@2:9", "unsupported-function@3:4"],
    );
  });
});

describe("an error while a template is rendered", () => {
  const cases: readonly [text: string, name: string, expected: string][] = [
    ["a\n {{ m.x }} {{ m.no }}", "UndefinedVariable", '2:17: "m.no" is undefined'],
    ["{{ nothing }}", "UndefinedVariable", '1:4: "nothing" is undefined'],
    ["{% if 1 == nothing.a %}{% endif %}", "UndefinedVariable", '1:12: "nothing" is undefined'],
    ["{{ m['no'].x }}", "UndefinedVariable", "1:6: \"m['no']\" is undefined"],
    ["{{ l[7] }}", "UndefinedVariable", '1:6: "l[7]" is undefined'],
    ["{{ [m] | map(attribute='no') | join }}", "UndefinedVariable", '1:32: "no" is undefined'],
    ["{{ [] | first }}", "UndefinedVariable", '1:9: "the first item of an empty list" is undefined'],
    ["{{ 1 + ('a' | upper) }}", "TemplateError", '1:6: "+" cannot take a number and a text'],
    ["{{ 1 < 'a' }}", "TemplateError", '1:4: "<" cannot compare a number and a text'],
    [
      "\n{{ l | from_yaml | length + 1 + m }}",
      "TemplateError",
      '2:31: "+" cannot take a number and a mapping',
    ],
    ["{{ 5 | join }}", "TemplateError", "1:8: a list is expected, not a number"],
    ["{{ m() }}", "TemplateError", "1:4: m is not a function"],
    ["{{ m.items }}", "TemplateError", "1:6: items is a function: call it with ()"],
    ["{% for a, b in l %}{% endfor %}", "TemplateError", "1:8: a list is expected, not a number"],
    ["{% for x in 5 %}{% endfor %}", "TemplateError", "1:13: a list is expected, not a number"],
    ["{% set m.x = 1 %}", "TemplateError", "1:8: m is not a namespace: only its fields can be set"],
    [
      "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
      "TemplateError",
      "1:20: this is nested too deeply, or calls itself for ever",
    ],
    ["{{ 'x' | regex_replace('(', '') }}", "TemplateError", '1:10: "(" is no regular expression'],
    ["{{ 'x' | mandatory }}{{ gone | mandatory('set gone') }}", "TemplateError", "1:32: set gone"],
  ];
  for (const [text, name, expected] of cases) {
    it(`is ${expected} for ${text.replaceAll("\n", "\\n")}`, () => {
      const { value, problems } = file(text, files);
      assert.deepEqual(problems, []);
      assert.throws(
        () => value.render(scopeOf({ m: { x: 1 }, l: [1, 2] })),
        (error: UndefinedVariable | TemplateError) => {
          assert.equal(
            `${error.name} ${error.at.line}:${error.at.column}: ${error.message}`,
            `${name} ${expected}`,
          );
          return true;
        },
      );
    });
  }

  it("points into the included file", () => {
    for (const text of ["{% include 'late.j2' %}", "{% set n = 'late.j2' %}\n\n{% include n %}"]) {
      assert.throws(
        () => file(text, files).value.render(scopeOf({ a: { b: {} } })),
        (error) =>
          error instanceof UndefinedVariable &&
          assert.deepEqual(error.at, { file: "templates/late.j2", line: 2, column: 13 }) === undefined,
      );
    }
  });

  it("points into the file of the macro", () => {
    assert.throws(
      () => file("{% from 'macros.j2' import m %}{{ m({}) }}", files).value.render(scopeOf({})),
      (error) =>
        error instanceof UndefinedVariable &&
        assert.deepEqual(error.at, { file: "templates/macros.j2", line: 2, column: 22 }) === undefined,
    );
  });

  it("stops templates that include themselves", () => {
    const { value } = file("{% include 'self.j2' %}", { "self.j2": "x{% include 'self.j2' %}" });
    assert.throws(() => value.render(scopeOf({})), TemplateError);
  });
});
