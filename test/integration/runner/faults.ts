// Runs that are stopped at exact places, in each way that a run can be stopped: one further run ends in the same state
// as an undisturbed one. A first run, and an update of a relay that mail goes through all the time. A few places, chosen
// by a seed, or by `npm run test:faults` every place, with the faults in turn, which takes two hours or more. Every place with
// every fault: `CHATMAIL_FAULTS=all npm run test:faults`; one of them, or a kind: `CHATMAIL_FAULTS=update/shell/12.3 ...`.
import assert from "node:assert/strict";
import type { Host } from "../../lab/index.ts";
import type { Running } from "./command.ts";
import { converges, type Reference } from "./converges.ts";
import { stateOf } from "./first-run.ts";
import { type Batch, held, openGate, type Place, putGate, removeGate } from "./gate.ts";
import { type Correspondents, correspondents, liveMail } from "./live-mail.ts";
import { randomFrom, seed } from "./random.ts";
import type { Site, Variables } from "./site.ts";

interface Fault {
  readonly name: string;
  /** Where it makes a difference. */
  readonly places: (batches: readonly Batch[]) => Place[];
  /** Stops a run that stands before the gate, and waits until it has ended. */
  readonly stop: (run: Running, host: Host) => Promise<unknown>;
}

const beforeEach = (batches: readonly Batch[]): Place[] =>
  batches.map((_, index) => ({ batch: index + 1, scripts: 0 }));

const FAULTS: readonly Fault[] = [
  {
    // What it has sent is carried out to its end.
    name: "runner",
    places: beforeEach,
    async stop(run, host) {
      run.signal("SIGKILL");
      await run.ended;
      await openGate(host);
    },
  },
  {
    // The host hears nothing of it, and keeps its shell. The next run would wait until nothing has been heard of it for long.
    name: "network",
    places: beforeEach,
    async stop(run, host) {
      await host.must("ip route show default >/run/cut && ip link set eth0 down");
      run.signal("SIGKILL");
      await run.ended;
      await openGate(host);
      await host.must("ip link set eth0 up && ip route add $(cat /run/cut)");
      await host.must("[ ! -e /run/chatmail-play/lock ] || touch -d '-60 seconds' /run/chatmail-play/lock");
    },
  },
  {
    // The batch ends between two of its scripts.
    name: "shell",
    places: (batches) =>
      batches.flatMap(({ scripts, changing }, index) =>
        Array.from({ length: Math.min(scripts - 1, Math.max(changing, 1)) }, (_, before) => ({
          batch: index + 1,
          scripts: before + 1,
        })),
      ),
    async stop(run, host) {
      await host.exec("kill -9 $(grep -ls '[r]eady-' /proc/[0-9]*/cmdline | cut -d / -f 3)");
      assert.notEqual((await run.ended).exitCode, 0);
      await openGate(host);
    },
  },
  {
    // All that is not on the disk is gone.
    name: "power",
    places: beforeEach,
    async stop(run, host) {
      await host.kill();
      await host.start();
      run.signal("SIGKILL");
      await run.ended;
    },
  },
];

/** What is interrupted. */
interface Scene {
  readonly name: string;
  readonly variables: Variables;
  /** Makes hosts that the run can begin on, which `reset` then gives again. */
  readonly prepare: (site: Site) => Promise<void>;
  /** Goes on while a case does; what it gives ends it, and looks whether all is well. */
  readonly meanwhile: (site: Site, over: AbortSignal) => Promise<(about: string) => Promise<unknown>>;
}

const first: Scene = {
  name: "first",
  variables: {},
  prepare: async () => {},
  meanwhile: async () => async () => {},
};

/** Alters what every service reads, and the ports by which they speak to each other. */
const OTHERWISE: Variables = {
  max_message_size: 20_000_000,
  max_smtp_connections: 500,
  max_mailbox_size: "300M",
  max_imap_connections: 500,
  delete_mails_after: 10,
  imap_compress: true,
  privacy_mail: "privacy@example.org",
  disable_ipv6: true,
  filtermail_smtp_port: 10180,
  filtermail_smtp_port_incoming: 10181,
  postfix_reinject_port: 10125,
  postfix_reinject_port_incoming: 10126,
};
/** A lab host has the load of the machine that the tests keep busy. */
const BUSY: Variables = { max_load_1m: 1000, max_user_send_per_minute: 6000, max_user_send_burst_size: 6000 };

function update(): Scene {
  const known = new Map<Site, Correspondents>();
  return {
    name: "update",
    variables: { ...BUSY, ...OTHERWISE },
    async prepare(site) {
      await site.host.reset();
      const run = await site.run(BUSY);
      assert.equal(run.exitCode, 0, run.trouble);
      known.set(site, await correspondents(site.host));
      await site.host.snapshot("relay");
    },
    async meanwhile(site, over) {
      const mail = await liveMail(site.host, known.get(site) as Correspondents, over);
      return mail.end;
    },
  };
}

interface Case {
  readonly name: string;
  readonly fault: Fault;
  readonly place: Place;
}

/** One case for each place: of several the next one's fault is another. */
function inTurn(cases: readonly Case[]): Case[] {
  const byPlace = new Map<string, Case[]>();
  for (const each of cases) {
    const place = `${each.place.batch}.${each.place.scripts}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), each]);
  }
  return [...byPlace.values()].flatMap((same, index) => same[index % same.length] ?? []);
}

/** `wanted`: "" for one place with each fault, or with two of them, "turn" for every place with one of them, "all", either with the name of a scene, or how the names of the cases begin. */
export function faults(sites: () => readonly Site[], wanted: string): void {
  const references = new Map<Site, Reference>();
  const whole = wanted !== "";
  const [how = "", ofIt] = wanted.split("/");
  const whichScene = ["all", "turn"].includes(how) ? ofIt : how;

  /** An undisturbed run: what it leaves, and the batches that it sends. */
  async function measure(site: Site, { variables }: Scene): Promise<Batch[]> {
    await site.host.reset();
    await putGate(site.host);
    const run = await site.run(variables);
    assert.equal(run.exitCode, 0, run.trouble);
    const batches = await removeGate(site.host);
    references.set(site, await stateOf(site.host));
    return batches;
  }

  /** False when the run came to its end without coming to the place. */
  async function stopAt(site: Site, scene: Scene, { name, fault, place }: Case): Promise<boolean> {
    const about = `CHATMAIL_FAULTS=${name}`;
    const { host } = site;
    const over = new AbortController();
    await host.reset();
    try {
      const end = await scene.meanwhile(site, over.signal);
      await putGate(host, place);
      const run = await site.begin(scene.variables);
      if (!(await held(host, run))) return false;
      await fault.stop(run, host);
      await removeGate(host);
      await converges(site, references.get(site) as Reference, about, scene.variables);
      await end(about);
      return true;
    } finally {
      over.abort();
    }
  }

  /** What went wrong; nothing when all is well. A run that had to try something once more has its places elsewhere. */
  async function troubleAt(site: Site, scene: Scene, each: Case): Promise<string> {
    try {
      for (let tries = 0; tries < 3; tries++) if (await stopAt(site, scene, each)) return "";
      return `CHATMAIL_FAULTS=${each.name}: no run came to the place`;
    } catch (error) {
      return (error as Error).message;
    }
  }

  function casesOf(scene: Scene, batches: readonly Batch[]): Case[] {
    const random = randomFrom(seed);
    const perFault = FAULTS.map((fault) =>
      fault.places(batches).map((place): Case => {
        const within = place.scripts === 0 ? "" : `.${place.scripts}`;
        return { name: `${scene.name}/${fault.name}/${place.batch}${within}`, fault, place };
      }),
    );
    if (!whole) {
      const some = scene.name === "first" ? perFault : [...perFault].sort(() => random() - 0.5).slice(0, 2);
      return some.flatMap((all) => all[Math.floor(random() * all.length)] ?? []);
    }
    const cases = perFault.flat();
    if (how === "all") return cases;
    if (how === "turn") return inTurn(cases);
    return cases.filter(
      ({ name }) => name === wanted || (name.startsWith(wanted) && /[/.]/.test(name.charAt(wanted.length))),
    );
  }

  for (const scene of [first, update()]) {
    it(`Stopped at exact places of ${scene === first ? "a first run" : "an update, while mail goes through"}, the next run ends as an undisturbed one (seed ${seed})`, async function () {
      if (whichScene && whichScene !== scene.name) this.skip();
      this.timeout(whole ? 0 : 480_000);
      const measured = await Promise.all(
        sites().map(async (site) => {
          await scene.prepare(site);
          return measure(site, scene);
        }),
      );
      const cases = casesOf(scene, measured[0] ?? []);
      const wrong: string[] = [];
      const left = [...cases];
      await Promise.all(
        sites().map(async (site) => {
          for (let next = left.shift(); next; next = left.shift()) {
            const since = performance.now();
            const trouble = await troubleAt(site, scene, next);
            if (trouble) wrong.push(trouble);
            if (whole) {
              const seconds = Math.round((performance.now() - since) / 100) / 10;
              console.log(`      ${next.name}: ${trouble || "well"} (${seconds} s, ${left.length} left)`);
            }
          }
        }),
      );
      assert.deepEqual(wrong, [], wrong.join("\n"));
    });
  }
}
