// When a program began and ended, as its result tells it.

import assert from "node:assert/strict";
import { moments } from "../../../runner/modules/shared/moments.ts";

describe("the result of a program", () => {
  const told = (ms: number) => {
    const at = new Date(2026, 0, 2, 3, 4, 5, 60).getTime();
    return moments({ status: 0, stdout: new Uint8Array(), stderr: new Uint8Array(), ms, at });
  };
  it("tells in local time when it began and ended", () =>
    assert.deepEqual(told(1070), {
      start: "2026-01-02 03:04:03.990000",
      end: "2026-01-02 03:04:05.060000",
      delta: "0:00:01.070000",
    }));
  it("tells how long it took as Python does", () =>
    assert.deepEqual(
      [0, 61_000, 3_600_005, 86_400_000, 2 * 86_400_000 + 1].map((ms) => told(ms).delta),
      ["0:00:00", "0:01:01", "1:00:00.005000", "1 day, 0:00:00", "2 days, 0:00:00.001000"],
    ));
});
