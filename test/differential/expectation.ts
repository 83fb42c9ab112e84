// What was written down of a case by capture.ts, and how a run of ours is held against it.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { expectedFile } from "./case.ts";
import type { Observation } from "./observation.ts";

interface Expectation {
  readonly ansible: Observation;
  /** Why we differ on purpose, and how. */
  readonly because?: string;
  readonly ours?: Observation;
}

export function assertAsExpected(name: string, observed: Observation | undefined): void {
  const { ansible, because, ours } = expectationOf(name);
  assert.deepEqual(observed, ours ?? ansible);
  if (because !== undefined) assert.notDeepEqual(observed, ansible, "there is no difference left to explain");
}

function expectationOf(name: string): Expectation {
  const file = expectedFile(name);
  assert(existsSync(file), `what Ansible does is not captured yet: npm run test:capture -- ${name}`);
  return JSON.parse(readFileSync(file, "utf8"));
}
