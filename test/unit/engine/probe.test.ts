import assert from "node:assert/strict";
import { probeFor } from "../../../runner/engine/probe.ts";
import { defineFact } from "../../../runner/facts/index.ts";
import { Unreachable } from "../../../runner/transport/transport.ts";

const number = defineFact<string, number>({
  name: "number",
  script: () => "echo 1",
  parse(stdout) {
    const text = String(Buffer.from(stdout)).trim();
    if (!/^[0-9]+$/.test(text)) throw new Error(`"${text}" is no number`);
    return [Number(text)];
  },
  subject: () => ({ kind: "machine" }),
  key: (name) => name,
});

describe("the answers of a host", () => {
  const read = (status: number, stdout: string, stderr = "") => {
    const reply = { status, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) };
    return probeFor([number("a")]).read([reply]);
  };

  it("are read kind by kind", () => {
    assert.deepEqual(
      read(0, "7\n").map(({ answer }) => answer),
      [7],
    );
  });

  it("make that host count as unreachable when they cannot be read, and no other", () => {
    const told = (message: RegExp) => (error: unknown) =>
      error instanceof Unreachable && message.test(error.message);
    assert.throws(() => read(0, "seven"), told(/answers for number cannot be read: "seven" is no number/));
    assert.throws(() => read(127, "", "no such tool\n"), told(/facts of the kind number: no such tool/));
    assert.throws(() => probeFor([number("a")]).read([]), told(/facts of the kind number/));
  });
});
