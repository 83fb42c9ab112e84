import assert from "node:assert/strict";
import { rateLimit } from "../../../roles/chatmaild/daemons/lib/filter/rate-limit.ts";

describe("the rate limit", () => {
  let now: number;
  const limit = (perMinute: number, burst: number) => rateLimit({ perMinute, burst, now: () => now });
  beforeEach(() => {
    now = 1000;
  });

  it("allows the burst at once and then the rate", () => {
    const { allows } = limit(60, 10);
    assert.deepEqual(
      Array.from({ length: 12 }, () => allows("a")),
      [...Array(10).fill(true), false, false],
    );
    now += 999;
    assert.ok(!allows("a"));
    now += 1;
    assert.ok(allows("a"));
    assert.ok(!allows("a"));
  });

  it("does not count what it refuses, so that waiting helps", () => {
    const { allows } = limit(60, 1);
    assert.ok(allows("a"));
    for (let i = 0; i < 100; i++) assert.ok(!allows("a"));
    now += 1000;
    assert.ok(allows("a"));
  });

  it("fills up to the burst and no further", () => {
    const { allows } = limit(60, 3);
    now += 1_000_000;
    assert.deepEqual(
      Array.from({ length: 4 }, () => allows("a")),
      [true, true, true, false],
    );
  });

  it("counts each sender alone and forgets those who are idle", () => {
    const one = limit(60, 10);
    for (let i = 0; i < 1000; i++) assert.ok(one.allows(`user${i}`));
    assert.equal(one.size, 1000);
    now += 61_000;
    one.allows("a");
    assert.equal(one.size, 1);
  });

  it("never lets more through in a time than burst and rate together", () => {
    const { allows } = limit(60, 10);
    let passed = 0;
    for (let i = 0; i < 6000; i++) {
      now += 10;
      if (allows("a")) passed++;
    }
    assert.ok(passed <= 70 && passed >= 69, String(passed));
  });
});
