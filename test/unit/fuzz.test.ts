import { fuzz } from "../fuzz/run.ts";
import { targets } from "../fuzz/targets/index.ts";

/** Few enough for every run of the tests; `npm run fuzz` tries as many as there is time for. */
const INPUTS: Readonly<Record<string, number>> = {
  framing: 20_000,
  mime: 3000,
  openpgp: 5000,
  smtp: 300,
  dict: 300,
  config: 5000,
  inventory: 200,
  playbook: 300,
  known_hosts: 10_000,
  ssh_config: 1000,
  reply: 2000,
  facts: 4000,
  vault: 200,
};

describe("what strangers send, changed at random", function () {
  this.timeout(60_000);

  for (const [name, make] of Object.entries(targets))
    it(`does no harm: ${name}`, async () => {
      const target = await make();
      try {
        await fuzz(target, { seed: 1, goOn: (done) => done < INPUTS[name]! });
      } finally {
        await target.end?.();
      }
    });
});
