// Playbooks mean what they mean to Ansible: the same tasks with the same statuses on each host, the same files in the
// end, the same class of exit code. What Ansible makes of them was written down by capture.ts.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { Limit } from "../../runner/engine/limit.ts";
import { expectedFile, laidOut, readCases } from "./case.ts";
import type { Observation } from "./observation.ts";
import { runOurs } from "./ours.ts";

interface Expectation {
  readonly ansible: Observation;
  /** Why we differ on purpose, and how. */
  readonly because?: string;
  readonly ours?: Observation;
}

describe("Like Ansible", function () {
  this.timeout(60_000);
  const cases = readCases();
  const running = new Map<string, Promise<Observation>>();
  const umask = process.umask();

  before(() => {
    process.umask(0o022);
    const limit = new Limit(4);
    for (const each of cases) {
      const observed = limit.run(() => laidOut(each, (directory) => runOurs(each, directory)));
      running.set(
        each.name,
        observed.then((of) => of.observed),
      );
      observed.catch(() => undefined);
    }
  });

  after(() => process.umask(umask));

  for (const { name, about } of cases) {
    it(`${name}: ${about}`, async () => {
      const { ansible, because, ours } = expectationOf(name);
      const observed = await running.get(name);
      assert.deepEqual(observed, ours ?? ansible);
      if (because !== undefined)
        assert.notDeepEqual(observed, ansible, "there is no difference left to explain");
    });
  }
});

function expectationOf(name: string): Expectation {
  const file = expectedFile(name);
  assert(existsSync(file), `what Ansible does is not captured yet: npm run test:capture -- ${name}`);
  return JSON.parse(readFileSync(file, "utf8"));
}
