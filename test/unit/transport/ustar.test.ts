import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { Bytes } from "../../../runner/transport/bytes.ts";
import { pack, unpack } from "../../../runner/transport/ustar.ts";

const members = fc.uniqueArray(
  fc.record({
    name: fc.stringMatching(/^[a-z0-9]{1,20}\.[a-z]$/),
    bytes: fc.uint8Array({ maxLength: 3000 }),
  }),
  { selector: (member) => member.name, maxLength: 10 },
);

describe("archives of batches and replies", () => {
  it("are read as they were written, however the bytes arrive, and not a byte further", async () => {
    await fc.assert(
      fc.asyncProperty(members, fc.array(fc.integer({ min: 1, max: 700 })), async (list, cuts) => {
        const bytes = new Bytes();
        const reading = unpack(bytes);
        let rest = Buffer.concat([pack(list), Buffer.from("after\n")]);
        for (const cut of cuts) {
          bytes.push(rest.subarray(0, cut));
          rest = rest.subarray(cut);
          await Promise.resolve();
        }
        bytes.push(rest);
        const found = await reading;
        deepStrictEqual(
          [...found].map(([name, content]) => ({ name, bytes: new Uint8Array(content) })),
          list.map(({ name, bytes }) => ({ name, bytes: new Uint8Array(bytes) })),
        );
        strictEqual(await bytes.line(100), "after");
      }),
    );
  });

  it("are what tar understands", () => {
    const archive = pack([
      { name: "0.s", bytes: Buffer.from("hello") },
      { name: "end", bytes: Buffer.alloc(0) },
    ]);
    const { stdout, stderr } = spawnSync("tar", ["-tf", "-"], { input: archive });
    strictEqual(stdout.toString(), "0.s\nend\n");
    strictEqual(stderr.toString(), "");
  });

  it("that are something else are refused, without a crash or endless reading", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 512, maxLength: 2000 }), async (garbage) => {
        const bytes = new Bytes();
        bytes.push(Buffer.concat([Buffer.from([1]), garbage]));
        bytes.fail(new Error("ended"));
        await rejects(unpack(bytes));
      }),
    );
  });
});

describe("bytes", () => {
  it("that have come can still be read when no more will come", async () => {
    const bytes = new Bytes();
    bytes.push(Buffer.from("one\ntwo"));
    bytes.fail(new Error("ended"));
    strictEqual(await bytes.line(10), "one");
    strictEqual(String(await bytes.take(3)), "two");
    await rejects(bytes.take(1), /ended/);
  });

  it("without a line end are given up at the limit", async () => {
    const bytes = new Bytes();
    const line = bytes.line(8);
    bytes.push(Buffer.from("123456789"));
    await rejects(line, /no line end/);
  });
});
