// Nothing that comes from a host can play tricks with the terminal that shows it.

import assert from "node:assert/strict";
import fc from "fast-check";
import { visible, visibleJson, visibleLines, visibleName } from "../../../runner/report/visible.ts";
import { cut, textWidth } from "../../../runner/report/width.ts";

describe("visible text", () => {
  const cases: readonly [title: string, hostile: string, shown: string][] = [
    ["escape sequences", "\u001b[2J\u001b]0;title\u0007", "\\x1b[2J\\x1b]0;title\\x07"],
    ["their one-byte forms", "\u009b31m", "\\x9b31m"],
    ["carriage returns and backspaces", "ok\r\b\bno", "ok\\r\\x08\\x08no"],
    ["text that runs the other way", "a\u202egpj.exe", "a\\u202egpj.exe"],
    ["characters without width", "a\u200bb\ufeff", "a\\u200bb\\ufeff"],
    ["halves of characters", "a\ud800b", "a\\ud800b"],
    ["tags", "a\u{e0041}", "a\\u{e0041}"],
    ["nothing else", "Grüße, 世界 🎉 \t(tab)", "Grüße, 世界 🎉 \t(tab)"],
  ];
  for (const [title, hostile, shown] of cases) {
    it(`escapes ${title}`, () => assert.equal(visible(hostile), shown));
  }

  it("keeps a name on its line", () => {
    assert.equal(visibleName("a\nok: [h2]\tb"), "a\\nok: [h2]\\tb");
  });

  it("takes lines apart as every system ends them", () => {
    assert.deepEqual(visibleLines("one\r\ntwo\n\nthree\n"), ["one", "two", "", "three"]);
    assert.deepEqual(visibleLines("10%\r20%\n"), ["10%\\r20%"]);
    assert.deepEqual(visibleLines(""), [""]);
  });

  it("leaves no control character, whatever comes in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.doesNotMatch(visibleName(text), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });

  it("leaves what a JSON text means as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const json = visibleJson(JSON.stringify({ text }));
        assert.deepEqual(JSON.parse(json), { text });
        assert.doesNotMatch(json, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
      }),
    );
  });
});

describe("the width of a text", () => {
  it("counts wide characters twice and combining marks not at all", () => {
    assert.equal(textWidth("abc"), 3);
    assert.equal(textWidth("世界"), 4);
    assert.equal(textWidth("🎉"), 2);
    assert.equal(textWidth("e\u0301"), 1);
  });

  it("is never more than asked for after a cut", () => {
    assert.equal(cut("abcdef", 6), "abcdef");
    assert.equal(cut("abcdef", 4), "abc…");
    assert.equal(cut("世界世界", 4), "世…");
    assert.equal(cut("abc", 0), "");
  });
});
