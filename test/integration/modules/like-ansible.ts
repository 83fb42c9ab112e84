// Accounts, packages, units and becoming other users, each case on a host of its own: the same statuses and the same
// state as ansible-playbook leaves behind (test/differential/cases-on-hosts).

import { Limit } from "../../../runner/engine/limit.ts";
import { readCasesOnHosts } from "../../differential/case.ts";
import { assertAsExpected } from "../../differential/expectation.ts";
import type { Observation } from "../../differential/observation.ts";
import { onHost } from "../../differential/on-host.ts";
import { runOurs } from "../../differential/ours.ts";
import type { Lab } from "../../lab/index.ts";

export function likeAnsible(lab: () => Lab): void {
  const cases = readCasesOnHosts();
  const running = new Map<string, Promise<Observation>>();

  before(() => {
    const limit = new Limit(2);
    for (const each of cases) {
      const observed = limit.run(async () => {
        const host = await lab().host(`${each.name}.example`);
        const seen = await onHost(each, host, runOurs);
        await host.down();
        return seen;
      });
      running.set(each.name, observed);
      observed.catch(() => undefined);
    }
  });

  for (const { name, about } of cases) {
    it(`${name}: ${about}`, async () => assertAsExpected(name, await running.get(name)));
  }
}
