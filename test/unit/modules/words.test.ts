import assert from "node:assert/strict";
import { splitWords } from "../../../runner/modules/shared/words.ts";

describe("a command line is split into words as Python's shlex does", () => {
  const cases: readonly [line: string, words: readonly string[]][] = [
    ["ls -l /tmp", ["ls", "-l", "/tmp"]],
    ["  a\t b\nc ", ["a", "b", "c"]],
    ["echo 'a b' \"c d\"", ["echo", "a b", "c d"]],
    ["a'b'\"c\"d", ["abcd"]],
    ["'' \"\"", ["", ""]],
    ["a\\ b \\'", ["a b", "'"]],
    ['"a\\"b\\\\c\\n"', ['a"b\\c\\n']],
    ["'a\\b'", ["a\\b"]],
    ["echo $HOME `id` $(id) * # x", ["echo", "$HOME", "`id`", "$(id)", "*", "#", "x"]],
    ["", []],
  ];
  for (const [line, words] of cases) {
    it(JSON.stringify(line), () => assert.deepEqual(splitWords(line), words));
  }

  for (const line of ["'a", '"a', "a\\", '"a\\"']) {
    it(`refuses ${JSON.stringify(line)}`, () =>
      assert.throws(() => splitWords(line), /not closed|stands alone/));
  }
});
