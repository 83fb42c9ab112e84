import assert from "node:assert/strict";
import { chmodWord, defaultBits, modeBits, octal } from "../../../runner/modules/shared/mode.ts";
import { MODE } from "../../../runner/modules/shared/schema.ts";
import { schemaErrors } from "../../../runner/source/schema.ts";

describe("modes", () => {
  const cases: readonly [mode: string | number, from: number, directory: boolean, expected: number][] = [
    ["0644", 0o600, false, 0o644],
    ["644", 0o600, false, 0o644],
    ["0o750", 0, true, 0o750],
    ["4755", 0, false, 0o4755],
    [420, 0o600, false, 0o644],
    ["u=rw,go=r", 0o777, false, 0o644],
    ["u=rwX,g=rX,o=", 0o666, false, 0o640],
    ["u=rwX,g=rX,o=", 0o666, true, 0o750],
    ["a+X", 0o744, false, 0o755],
    ["a+X", 0o644, false, 0o644],
    ["g-w,o-rwx", 0o777, true, 0o750],
    ["u+s,g+s", 0o755, false, 0o6755],
    ["+t", 0o777, true, 0o1777],
    ["o=", 0o1777, true, 0o770],
    ["g=u", 0o640, false, 0o660],
    ["go=u-w", 0o700, false, 0o755],
    ["+w", 0o444, false, 0o644],
    ["=rx", 0o777, false, 0o555],
    ["u=rw-x", 0o777, false, 0o677],
  ];
  for (const [mode, from, directory, expected] of cases) {
    it(`${mode} of a ${directory ? "directory" : "file"} with ${octal(from)} is ${octal(expected)}`, () => {
      assert.equal(octal(modeBits(mode, { mode: from, directory, umask: 0o022 })), octal(expected));
    });
  }

  it("are written for people with four digits, for chmod with five, and start from the umask", () => {
    assert.deepEqual([octal(0o644), octal(0o4755), octal(0)], ["0644", "04755", "0000"]);
    assert.equal(chmodWord(0o755), "00755");
    assert.deepEqual([defaultBits(true, 0o022), defaultBits(false, 0o077)], [0o755, 0o600]);
  });

  it("that cannot be meant are refused, with what to write", () => {
    for (const wrong of [644, 755, "rw-r--r--", "0999", "u=q", -1, 4096, "", "preserve"]) {
      assert.match(
        schemaErrors({ ...MODE }, wrong, "coercing")[0]?.message ?? "",
        /"0644" \(in quotes/,
        String(wrong),
      );
    }
    for (const right of ["0644", 420, "u=rw,g=r,o=", "a+rx", "0", 0]) {
      assert.deepEqual(schemaErrors({ ...MODE }, right, "coercing"), [], String(right));
    }
  });
});
