// Playbooks mean what they mean to Ansible: the same tasks with the same statuses on each host, the same files in the
// end, the same class of exit code. What Ansible makes of them was written down by capture.ts.

import { Limit } from "../../runner/engine/limit.ts";
import { type Case, laidOut, readCases } from "./case.ts";
import { assertAsExpected } from "./expectation.ts";
import { type Observation, treeOf } from "./observation.ts";
import { runOurs } from "./ours.ts";

describe("Like Ansible", function () {
  this.timeout(60_000);
  const cases = readCases();
  const running = new Map<string, Promise<Observation>>();
  const umask = process.umask();

  before(() => {
    process.umask(0o022);
    const limit = new Limit(4);
    for (const each of cases) {
      const observed = limit.run(() => laidOut(each, (directory) => observe(each, directory)));
      running.set(each.name, observed);
      observed.catch(() => undefined);
    }
  });

  after(() => process.umask(umask));

  for (const { name, about } of cases) {
    it(`${name}: ${about}`, async () => {
      assertAsExpected(name, await running.get(name));
    });
  }
});

async function observe(of: Case, directory: string): Promise<Observation> {
  const { runs } = await runOurs(of, directory);
  return { runs, tree: treeOf(directory) };
}
