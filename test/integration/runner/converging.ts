// What runs of site.yaml do to a host, and what they leave alone.
import assert from "node:assert/strict";
import type { Ended } from "./command.ts";
import { firstRun } from "./first-run.ts";
import type { Site } from "./site.ts";
import { differences, files, packages, starts, units } from "./state.ts";

export function converging(sites: () => readonly Site[]): void {
  const site = (): Site => sites()[0] as Site;

  /** What differs on the host after a run. */
  async function effects(variables: Readonly<Record<string, unknown>> = {}, args: readonly string[] = []) {
    const { host } = site();
    const before = [await files(host), await starts(host), await units(host)] as const;
    const installed = await packages(host);
    const run: Ended = await site().run(variables, args);
    assert.equal(run.exitCode, 0, run.trouble);
    return {
      run,
      files: differences(before[0], await files(host)),
      services: differences(before[1], await starts(host)),
      units: differences(before[2], await units(host)),
      packages: (await packages(host)) === installed ? "the same" : "others",
    };
  }

  it("First runs end well, and leave no Python and no traces of themselves behind", async () => {
    const python = ({ host }: Site) => host.exec("command -v python3 || command -v python");
    assert.notEqual((await python(site())).status, 0);
    await Promise.all(sites().map(firstRun));
    assert.notEqual((await python(site())).status, 0);
    // What they have changed is kept, so that it can be put back.
    const traces = await site().host.exec("ls -d /run/chatmail-play* /var/lib/chatmail-play/*");
    assert.equal(traces.stdout, "/var/lib/chatmail-play/runs\n");
  });

  it("The second run changes nothing, restarts nothing and asks once", async () => {
    const { run, ...rest } = await effects();
    assert.deepEqual(run.changed, []);
    assert.deepEqual(rest, { files: [], services: [], units: [], packages: "the same" });
    const recap = run.events.find(({ event }) => event === "recap");
    assert.ok(recap?.roundTrips === 1 || recap?.roundTrips === 2, `${recap?.roundTrips} round trips`);
  });

  it("Another value of one variable changes one file and restarts the services that read it", async () => {
    const there = await effects({ max_smtp_connections: 500 });
    assert.deepEqual(there.files, ["/etc/postfix/master.cf"]);
    assert.deepEqual(there.services, ["postfix.service", "postfix@-.service"]);
    assert.deepEqual(there.units, []);
  });

  it("--check --diff names the one file that has drifted and shows how; the run repairs it", async () => {
    const { host } = site();
    await site().run();
    await host.must("sed -i 's/^compatibility_level = .*/compatibility_level = 2/' /etc/postfix/main.cf");
    const check = await effects({}, ["--check", "--diff"]);
    assert.deepEqual([check.files, check.services], [[], []]);
    const diffs = check.run.events.flatMap(({ event, diff }) => (event === "task" && diff) || []);
    // The restart that would follow is told as a change of its unit.
    const [only, ...others] = diffs.filter(({ path }) => path.startsWith("/"));
    assert.deepEqual([only?.path, others], ["/etc/postfix/main.cf", []]);
    const lines = only?.before.split("\n").filter((line, at) => line !== only.after.split("\n")[at]);
    assert.deepEqual(lines, ["compatibility_level = 2"]);
    const repair = await effects();
    assert.deepEqual(
      [repair.files, repair.services],
      [["/etc/postfix/main.cf"], ["postfix.service", "postfix@-.service"]],
    );
  });
}
