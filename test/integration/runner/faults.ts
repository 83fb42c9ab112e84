// Runs that are stopped at the boundary between two tasks, in each way that a run can be stopped: one further run
// ends in the same state as an undisturbed one. A few boundaries, chosen by a seed; all of them by `npm run test:faults`.
import assert from "node:assert/strict";
import type { Host } from "../../lab/index.ts";
import type { Running } from "./command.ts";
import { type FirstRun, firstRun, stateOf } from "./first-run.ts";
import { randomFrom, seed } from "./random.ts";
import type { Site } from "./site.ts";
import { differences } from "./state.ts";

/** Random by nature, and so different on every host. */
const RANDOM =
  /\/(machine-id|mailserver\.(key|pem)|opendkim\.private|[^/]*dhparam[^/]*|chatmail-turn\/secret)$|^\/var\/lib\/(acme|unbound|dhparam)\//;

/** A service, and the file that it has read when it has been started since. */
const READERS = {
  dovecot: "/etc/dovecot/dovecot.conf",
  "postfix@-": "/etc/postfix/main.cf",
  doveauth: "/usr/local/lib/chatmaild/chatmail.ini",
  "filtermail-incoming": "/usr/local/lib/chatmaild/chatmail.ini",
  opendkim: "/etc/opendkim.conf",
  unbound: "/etc/unbound/unbound.conf.d/chatmail.conf",
};

export interface Fault {
  readonly name: string;
  /** Stops the run, and waits until it has ended. */
  readonly stop: (run: Running, host: Host) => Promise<unknown>;
}

const killed: Fault = {
  name: "the runner is killed",
  stop: (run) => {
    run.signal("SIGKILL");
    return run.ended;
  },
};

export const FAULTS: readonly Fault[] = [
  killed,
  {
    name: "the remote shell is killed",
    async stop(run, host) {
      // What it has begun goes on to its end.
      const loops = "grep -Ls '[r]eady-[0-9a-f-]*-at-work' $(grep -ls '[r]eady-' /proc/[0-9]*/cmdline)";
      await host.exec(`kill -9 $(${loops} | cut -d / -f 3)`);
      assert.notEqual((await run.ended).exitCode, 0);
    },
  },
  {
    // The host hears nothing of it, and keeps its shell, until the network is there again.
    name: "the network is cut, and the runner ends",
    async stop(run, host) {
      await host.must("ip route show default >/run/cut && ip link set eth0 down");
      run.signal("SIGKILL");
      await run.ended;
      await host.must("ip link set eth0 up && ip route add $(cat /run/cut)");
    },
  },
];

/** One further run after a run that was stopped, with all that must hold then. */
export async function converges(site: Site, reference: FirstRun, about: string): Promise<void> {
  const run = await site.run({}, ["--lock-timeout", "90"]);
  assert.equal(run.exitCode, 0, `${about}: ${run.trouble}`);
  const state = await stateOf(site.host);
  const others = differences(reference.files, state.files).filter((path) => !RANDOM.test(path));
  assert.deepEqual(others, [], about);
  assert.deepEqual(differences(reference.units, state.units), [], about);
  assert.equal(state.packages, reference.packages, about);
  for (const [service, file] of Object.entries(READERS)) {
    const late = `test "$(date -d "$(systemctl show -P ActiveEnterTimestamp ${service})" +%s)" -ge "$(stat -c %Y ${file})"`;
    assert.equal((await site.host.exec(late)).status, 0, `${about}: ${service} has not read ${file}`);
  }
  const rest = await site.run();
  assert.deepEqual([rest.exitCode, rest.changed], [0, []], `${about}: ${rest.trouble}`);
}

/** `all`: every boundary with every fault, which takes hours; else each fault once. */
export function faults(sites: () => readonly Site[], all: boolean): void {
  async function stopAt(site: Site, boundary: number, fault: Fault): Promise<void> {
    const reference = await firstRun(site);
    const about = `CHATMAIL_SEED=${seed}, after task ${boundary} ${fault.name}`;
    await site.host.reset();
    const run = await site.begin();
    await run.passed(boundary);
    await fault.stop(run, site.host);
    await converges(site, reference, about);
  }

  it(`Stopped between two tasks of a first run in each way, the next run ends as an undisturbed one (seed ${seed})`, async function () {
    this.timeout(all ? 0 : 480_000);
    const random = randomFrom(seed);
    const tasks = (await firstRun(sites()[0] as Site)).run.events.filter(({ event }) => event === "task");
    const boundaries = tasks.map((_, index) => index + 1);
    const chosen = FAULTS.flatMap((fault) =>
      (all ? boundaries : [1 + Math.floor(random() * (tasks.length - 1))]).map((boundary) => ({
        fault,
        boundary,
      })),
    );
    await Promise.all(
      sites().map(async (site, number) => {
        for (const { fault, boundary } of chosen.filter((_, index) => index % sites().length === number))
          await stopAt(site, boundary, fault);
      }),
    );
  });
}
