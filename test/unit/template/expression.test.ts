import assert from "node:assert/strict";
import type { Problem } from "../../../runner/source/problem.ts";
import { type Condition, compileExpression } from "../../../runner/template/index.ts";
import { scopeOf, told, yaml } from "./given.ts";

function compiled(text: string): { value: Condition; problems: Problem[] } {
  const problems: Problem[] = [];
  return { value: compileExpression(yaml(text), problems), problems };
}

describe("a bare expression", () => {
  const variables = { a: 1, l: [1], s: "text", t: true };
  const cases: readonly [title: string, yaml: string, expected: unknown][] = [
    ["is evaluated", "a == 1 and s is string", true],
    ["keeps its type", "l + [2]", [1, 2]],
    ["may be a boolean", "yes", true],
    ["may be a number", "0", 0],
    ["may stand in {{ }}", '"{{ a == 1 }}"', true],
    ["may run over lines", "|\n  a == 1\n  and t\n", true],
    ["may be a list: all must hold", "[a == 1, s]", true],
    ["may be a list in which one does not hold", "[a == 1, a == 2]", false],
    ["stops a list at what does not hold", "[b is defined, b.c]", false],
    ["knows Python's escapes", String.raw`'"\n" | length'`, 1],
  ];
  for (const [title, text, expected] of cases) {
    it(title, () => {
      const { value, problems } = compiled(text);
      assert.deepEqual(problems, []);
      assert.deepEqual(value.render(scopeOf(variables)), expected);
    });
  }

  const refused: readonly [title: string, yaml: string, expected: string][] = [
    ["an empty one", "''", "1:1: an expression is expected here"],
    ["a mapping", "{a: 1}", "1:1: an expression is expected here"],
    ["a mapping in a list", "[a, {b: 1}]", "1:5: an expression is expected here"],
    ["an assignment", "a = 1", '1:3: unexpected = after the expression (write "==" to compare)'],
    ["an unknown filter", "a | inte", '1:5: unknown filter "inte" (did you mean "int"?)'],
    [
      "{{ }} inside",
      `'a == "{{ b }}"'`,
      '1:1: an expression is expected here, and {{ }} cannot stand inside of one (write names bare: path == base ~ "/etc", not path == "{{ base }}/etc")',
    ],
    ["what follows", "a b", "1:3: unexpected b after the expression"],
    ["what ends too early", "a and", "1:6: an expression is expected here"],
  ];
  for (const [title, text, expected] of refused) {
    it(`refuses ${title}`, () => assert.deepEqual(compiled(text).problems.map(told), [expected]));
  }

  it("in {{ }} that gives a text is evaluated once more, and looks nothing up then", () => {
    const render = (given: string): unknown =>
      compiled('"{{ given }}"').value.render(scopeOf({ given, n: 1, lookup: () => "looked up" }));
    assert.equal(render("n == 1"), true);
    assert.throws(() => render("lookup('pipe', 'id')"), /lookup/);
    assert.throws(() => render("n =="), /"n ==" is no expression/);
  });

  it("tells which names it asks for, and takes them for guarded behind", () => {
    const { value } = compiled("[a is defined and b.c is not undefined, a == d]");
    assert.deepEqual(value.asksFor, ["a", "b"]);
    assert.deepEqual(
      value.uses.map(({ name, guarded, at }) => `${name}${guarded ? "?" : ""}@${at.column}`),
      ["a?@2", "b?@19", "a?@41", "d@46"],
    );
  });
});
