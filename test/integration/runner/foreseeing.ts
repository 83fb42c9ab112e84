// --check tells what the next run does: on a host without anything, and on one that has drifted in many ways at once.
import assert from "node:assert/strict";
import { type Drift, deepDrifts, drifts, makeAll } from "./drifts.ts";
import { firstRun } from "./first-run.ts";
import { contradictions, leftOpen } from "./foreseen.ts";
import type { Site } from "./site.ts";

export function foreseeing(sites: () => readonly Site[]): void {
  const site = (): Site => sites()[1] as Site;

  /** Makes the drifts, asks, and runs. */
  async function drifted(list: readonly Drift[]) {
    await firstRun(site());
    await site().host.must(makeAll(list));
    const check = await site().run({}, ["--check", "--diff", "--exit-code"]);
    const run = await site().run({}, ["--diff"]);
    assert.deepEqual([check.exitCode, run.exitCode], [3, 0], check.trouble + run.trouble);
    const missed = list.filter(({ task }) => !check.changed.includes(task)).map(({ what }) => what);
    assert.deepEqual(missed, [], "every drift is announced");
    return { check, run };
  }

  it("On a host without anything: the same tasks, items and diffs as the first run", async () => {
    const { check, run } = await firstRun(site());
    assert.equal(check.exitCode, 0, check.trouble);
    assert.deepEqual(contradictions(check, run), []);
    assert.ok(leftOpen(check).includes("Make the certificate"), "what a command makes is left open");
  });

  it(`After ${drifts.length} drifts: each is announced, and nothing that does not come`, async () => {
    const { check, run } = await drifted(drifts);
    assert.deepEqual(contradictions(check, run), []);
    assert.deepEqual(leftOpen(check), []);
  });

  it("After packages and what commands make are lost: what cannot be known is announced as that", async () => {
    const { check, run } = await drifted(deepDrifts);
    assert.deepEqual(contradictions(check, run), []);
    assert.ok(leftOpen(check).length > 0);
  });

  it("After that run there is nothing left to do, which the exit code tells", async () => {
    const { exitCode, changed, trouble } = await site().run({}, ["--check", "--exit-code"]);
    assert.deepEqual([exitCode, changed], [0, []], trouble);
  });
}
