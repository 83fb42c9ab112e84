import assert from "node:assert/strict";
import { editBlock } from "../../../runner/modules/shared/block.ts";
import { editLines, type LineWish } from "../../../runner/modules/shared/lines.ts";
import { expandReplacement, pythonRegex } from "../../../runner/template/index.ts";

const base: LineWish = { remove: false, line: "new", hasLine: true, firstMatch: false, backrefs: false };

describe("lineinfile's rules", () => {
  const cases: readonly [title: string, text: string, wish: Partial<LineWish>, expected: string][] = [
    ["appends a line", "a\n", {}, "a\nnew\n"],
    ["adds a missing line end before it appends", "a", {}, "a\nnew\n"],
    ["fills an empty file", "", {}, "new\n"],
    ["finds the exact line anywhere", "new\nb\n", {}, "new\nb\n"],
    ["gives the exact line its end", "a\nnew", {}, "a\nnew\n"],
    ["replaces the last match", "x=1\nx=2\ny\n", { pattern: /^x=/ }, "x=1\nnew\ny\n"],
    ["replaces the first with firstmatch", "x=1\nx=2\n", { pattern: /^x=/, firstMatch: true }, "new\nx=2\n"],
    ["leaves a missing end of another line", "x=1\ny", { pattern: /^x=/ }, "new\ny"],
    ["appends when the pattern is nowhere", "y\n", { pattern: /^x=/ }, "y\nnew\n"],
    ["does not append what is there already", "new\ny\n", { pattern: /^x=/ }, "new\ny\n"],
    ["replaces by plain text", "a.b\naxb\n", { search: "a.b" }, "new\naxb\n"],
    ["matches to the end of a line", "x\nxy\n", { pattern: pythonRegex("x$") }, "new\nxy\n"],
    [
      "inserts after the last match",
      "a\nb\na\nc\n",
      { insert: { where: "after", pattern: /a/ } },
      "a\nb\na\nnew\nc\n",
    ],
    [
      "inserts before the last match",
      "a\nb\na\nc\n",
      { insert: { where: "before", pattern: /a/ } },
      "a\nb\nnew\na\nc\n",
    ],
    [
      "inserts after the first",
      "a\na\n",
      { insert: { where: "after", pattern: /a/ }, firstMatch: true },
      "a\nnew\na\n",
    ],
    ["inserts after a last line without end", "a", { insert: { where: "after", pattern: /a/ } }, "a\nnew\n"],
    ["appends when there is no place", "a\n", { insert: { where: "before", pattern: /q/ } }, "a\nnew\n"],
    ["inserts at the start", "a\n", { insert: "start" }, "new\na\n"],
    [
      "prefers the match to the place",
      "x\na\n",
      { pattern: /x/, insert: { where: "after", pattern: /a/ } },
      "new\na\n",
    ],
    [
      "does nothing with backrefs and no match",
      "a\n",
      { pattern: /(x)/, backrefs: true, line: "\\1" },
      "a\n",
    ],
    [
      "puts groups in",
      "x=1\n",
      { pattern: pythonRegex("^(x)=(.*)$"), backrefs: true, line: "\\1 = \\g<2>0" },
      "x = 10\n",
    ],
    ["takes \\1 as it is without backrefs", "x\n", { pattern: /(x)/, line: "\\1" }, "\\1\n"],
    ["removes all matches", "x\na\nx\n", { remove: true, pattern: /x/ }, "a\n"],
    ["removes the exact line", "new\nnew x\n", { remove: true }, "new x\n"],
    ["removes by plain text", "a new b\nc\n", { remove: true, search: "new" }, "c\n"],
    ["keeps other line ends", "a\r\nx\r\n", { pattern: pythonRegex("^x") }, "a\r\nnew\n"],
    [
      "sees a carriage return before the end, as Ansible does",
      "x\r\n",
      { pattern: pythonRegex("^x$") },
      "x\r\nnew\n",
    ],
  ];
  for (const [title, text, wish, expected] of cases) {
    it(title, () => {
      const edited = editLines(text, { ...base, ...wish });
      assert.equal(edited?.text ?? text, expected);
      assert.equal(edited === undefined, text === expected);
    });
  }

  it("need nothing more when they have been applied", () => {
    for (const [title, text, wish] of cases) {
      // Text with groups put in is no longer what the line says, and a second match may come to light.
      if (wish.pattern && !wish.remove) continue;
      const whole = { ...base, ...wish };
      const once = editLines(text, whole)?.text ?? text;
      assert.equal(editLines(once, whole), undefined, title);
    }
  });
});

describe("blockinfile's rules", () => {
  const wish = { block: "one\ntwo", begin: "# BEGIN", end: "# END" };
  const block = "# BEGIN\none\ntwo\n# END\n";
  const cases: readonly [
    title: string,
    text: string,
    wish: Partial<Parameters<typeof editBlock>[1]>,
    expected: string,
  ][] = [
    ["appends a block", "a\n", {}, `a\n${block}`],
    ["adds a missing line end first", "a", {}, `a\n${block}`],
    ["updates it in place", "a\n# BEGIN\nold\n# END\nb\n", {}, `a\n${block}b\n`],
    ["is content with what is right", `a\n${block}b\n`, {}, `a\n${block}b\n`],
    ["goes to the start", "a\n", { before: "start" }, `${block}a\n`],
    ["goes after the last match", "a\nb\na\nc\n", { after: /a/ }, `a\nb\na\n${block}c\n`],
    ["goes before the last match", "a\nb\na\n", { before: /a/ }, `a\nb\n${block}a\n`],
    ["goes when it is empty", `a\n${block}b\n`, { block: "" }, "a\nb\n"],
    ["leaves a file alone that never had it", "a\n", { block: "" }, "a\n"],
    [
      "ends an open last line even when there is nothing to remove, as Ansible does",
      "a",
      { block: "" },
      "a\n",
    ],
    ["needs both markers", "# BEGIN\nx\n", {}, `# BEGIN\nx\n${block}`],
  ];
  for (const [title, text, part, expected] of cases) {
    it(title, () => assert.equal(editBlock(text, { ...wish, ...part })?.text ?? text, expected));
  }
});

describe("regular expressions of Python", () => {
  it("are understood where JavaScript writes them otherwise", () => {
    assert.ok(pythonRegex("(?i)^permitrootlogin\\s").test("PermitRootLogin yes"));
    assert.deepEqual(pythonRegex("(?P<key>\\w+)=(?P=key)").exec("a=a")?.groups, {
      __proto__: null,
      key: "a",
    });
    assert.ok(pythonRegex("\\Aab\\Z").test("ab"));
    assert.ok(pythonRegex("[]x]").test("]"));
    assert.ok(pythonRegex("[^]x]").test("y") && !pythonRegex("^[^]x]").test("]"));
    assert.ok(pythonRegex("a\\-b\\_").test("a-b_"));
  });

  it("are refused when they are none", () => {
    assert.throws(() => pythonRegex("(a"), /"\(a" is no regular expression/);
    assert.throws(() => pythonRegex("(?x)a"), /"\(\?x\)" is not supported/);
    assert.throws(() => expandReplacement("\\2", /(a)/.exec("a") as RegExpExecArray), /no group 2/);
  });
});
