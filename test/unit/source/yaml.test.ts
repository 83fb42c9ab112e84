import assert from "node:assert/strict";
import type { Problem } from "../../../runner/source/problem.ts";
import { renderProblem } from "../../../runner/source/render.ts";
import { type MapNode, parseYaml, type ScalarNode } from "../../../runner/source/yaml.ts";

function parse(text: string) {
  const problems: Problem[] = [];
  const node = parseYaml({ file: "f.yaml", text }, problems);
  return { node, value: node?.value, told: problems.map((problem) => renderProblem(problem, () => text)) };
}

describe("YAML", () => {
  const values: [string, string, unknown][] = [
    ["an unquoted 0644 is octal", "0644", 0o644],
    ["yes and off are booleans", "[yes, off]", [true, false]],
    ["a single y is a text, as for PyYAML", "[y, N]", ["y", "N"]],
    ["a date stays the text that was written", "2024-01-01", "2024-01-01"],
    ["sixty-based numbers are numbers", "1:30", 90],
    ["a power of ten has a point and a sign, or is a text", "[1e3, 1.5e3, 1.5e+3]", ["1e3", "1.5e3", 1500]],
    ["a name like e2 is a text, and so is 0o14", "[e2, .e1, 0o14, 1__]", ["e2", ".e1", "0o14", 1]],
    ["a number that would lose digits stays as written", "12345678901234567890", "12345678901234567890"],
    [
      "Windows line ends and a byte order mark play no part",
      "a: 1\r\nb: |\r\n  x\r\n  y\r\n",
      { a: 1, b: "x\ny\n" },
    ],
    ["keys are texts as written", "{80: a, on: b}", { 80: "a", on: "b" }],
    [
      "merged keys do not win over own ones",
      "a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}",
      { a: { p: 1, q: 2 }, b: { q: 3, p: 1 } },
    ],
  ];
  for (const [title, text, value] of values) it(`${title}`, () => assert.deepEqual(parse(text).value, value));

  it("tells a tab with its place, what is expected and the line", () => {
    assert.deepEqual(parse("a: 1\nb:\n\tc: 2\n").told, [
      [
        "f.yaml:3:1: YAML: a tab stands where spaces are expected (indent with spaces; most editors can convert tabs)",
        "  3 | \u2192c: 2",
        "    | ^",
      ].join("\n"),
    ]);
  });

  it("refuses a key that stands twice, a second document, unknown tags and aliases without end", () => {
    assert.match(parse("a: 1\na: 2").told[0] ?? "", /^f.yaml:2:1: YAML: this key stands twice/);
    assert.match(parse("a: 1\n---\nb: 2").told[0] ?? "", /^f.yaml:2:1: one YAML document/);
    assert.match(parse("a: !vault x").told[0] ?? "", /the tag !vault is not supported/);
    const bomb = [
      "a0: &a0 [x, x]",
      ...Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`),
    ];
    assert.match(parse(bomb.join("\n")).told[0] ?? "", /expand to too much/);
  });

  const mistakes: [title: string, text: string, told: RegExp][] = [
    [
      "a value that begins with {{ without quotes",
      "- a: {{ x }}\n- b: 1\n",
      /^f.yaml:1:7: .*put quotes around/,
    ],
    ["text after a template without quotes", "- a: {{ x }}/y\n- b: 1\n", /^f.yaml:1:13: .*put quotes around/],
    ["a quote inside quotes", "- a: 'it's'\n- b: 1\n", /^f.yaml:1:10: .*put quotes around the whole value/],
    ["a list that is left open", "- a: {b: not in [0,1], c: 1}\n- d: e\n", /^f.yaml:1:17: /],
    [
      "a glob without quotes",
      "a: *.conf\n",
      /^f.yaml:1:4: .*\(put quotes around a text that begins with "\*"\)/,
    ],
    ["a missing colon", "- hosts all\n  tasks: []\n", /^f.yaml:1:3: .*is a colon missing/],
    ["a control character", "a: b\n\u0000", /^f.yaml:2:1: YAML: a control character stands here/],
    [
      "nesting beyond any measure",
      `a: ${"[".repeat(20_000)}`,
      /^f.yaml:1:504: YAML: this is nested too deeply/,
    ],
    [
      "nested blocks beyond any measure",
      "- ".repeat(20_000),
      /^f.yaml:1:500: YAML: this is nested too deeply/,
    ],
  ];
  for (const [title, text, told] of mistakes) {
    it(`tells ${title} once, and nothing of what follows from it`, () => {
      const { told: all } = parse(text);
      assert.equal(all.length, 1, all.join("\n"));
      assert.match(all[0] ?? "", told);
    });
  }

  it("tells all keys that stand twice", () => assert.equal(parse("a: 1\nb: 1\na: 2\nb: 2\n").told.length, 2));

  it("knows the place of a character inside plain, quoted and block texts", () => {
    const { node } = parse("plain: hello\nquoted: 'hello'\nblock: |\n  hello\n  there\n");
    const inside = (key: string, line: number, column: number) => {
      const scalar = (node as MapNode).entries.get(key)?.node as ScalarNode | undefined;
      const at = scalar?.inside(line, column);
      return `${at?.line}:${at?.column}`;
    };
    assert.deepEqual(
      [inside("plain", 0, 2), inside("quoted", 0, 2), inside("block", 1, 2)],
      ["1:10", "2:12", "5:5"],
    );
  });
});
