// Runs loaded plays: batches of hosts, who is out of the run, the recap and the exit code.

import { filesFor } from "../files/files.ts";
import { searchPath } from "../files/find.ts";
import type { Host } from "../inventory/inventory.ts";
import { namesMentioned } from "../playbook/check-undefined.ts";
import type { Play, RoleUse } from "../playbook/playbook.ts";
import type { TagFilter } from "../playbook/tags.ts";
import type { Emit, Watch } from "../report/events.ts";
import { magicVariables, type PlayHosts, taskVariables } from "../variables/magic.ts";
import { layersOf } from "../variables/precedence.ts";
import { Batch } from "./batch.ts";
import { FAILED } from "./count.ts";
import { Hosts, type HostsOf } from "./hosts.ts";
import type { PlayOnHost } from "./on-host.ts";
import { runPlayOn } from "./play-run.ts";
import { CannotDelegate } from "./session.ts";
import { chosenSteps, stepsOf } from "./steps.ts";

export interface Run extends HostsOf {
  readonly plays: readonly { readonly play: Play; readonly hosts: readonly Host[] }[];
  readonly tags: TagFilter;
  /** The task that the first play begins with. */
  readonly startAt?: string;
  /** Handlers run on hosts that have failed, whatever their play says. */
  readonly forceHandlers: boolean;
  /** As it was asked for. */
  readonly limit: string | undefined;
  readonly check: boolean;
  readonly diff: boolean;
  readonly verbosity: number;
  readonly lockTimeout: number;
  readonly emit: Emit;
  readonly watch: Watch;
  /** Aborted: the tasks in hand are finished, and nothing after them is begun. */
  readonly signal: AbortSignal;
}

/**
 * 0: all is well; 2: a task failed on some host; 4: a host could not be reached, and none failed. Another number:
 * all that failed were tasks that asked for it (fail with exit_code); of several, the highest.
 */
export async function run(of: Run): Promise<number> {
  const since = Date.now();
  const hosts = new Hosts(of, of.plays[0]?.play.directory ?? ".");
  const all = [...new Set(of.plays.flatMap((each) => each.hosts))].map(({ name }) => hosts.named(name));
  const contents: Contents = new Map();
  const isGone = ({ name }: Host): boolean => hosts.named(name).gone;
  let over = false;
  try {
    for (const { play, hosts: chosen } of of.plays) {
      for (const some of batches(play.serial, chosen)) {
        const there = some.filter((host) => !isGone(host));
        const names = there.map(({ name }) => name);
        const active = chosen.filter((host) => !isGone(host)).map(({ name }) => name);
        const still = (each: readonly string[]): string[] => each.filter((name) => !hosts.named(name).gone);
        const playHosts = {
          all: chosen.map(({ name }) => name),
          get active() {
            return still(active);
          },
          get batch() {
            return still(names);
          },
        };
        const batch = new Batch(play, names, there.length > 1 && mentionsOthers(play, there, of));
        of.emit({ event: "play", play: play.name, hosts: names });
        const on = { play, batch, playHosts, hosts, contents };
        await Promise.all(there.map((host) => runPlayOn(onHost(host, on, of))));
        // Ansible ends the whole run when a whole batch has failed.
        over = batch.fatal || (there.length === some.length && there.length > 0 && there.every(isGone));
        if (batch.ended || over) break;
      }
      if (over || of.signal.aborted) break;
    }
  } finally {
    await hosts.close();
  }
  for (const { name, counts, session } of all) {
    const { roundTrips } = session;
    of.emit({ event: "recap", host: name, ...counts, roundTrips, ms: Date.now() - since });
  }
  const codes = all.flatMap(({ exitCodes }) => exitCodes);
  if (codes.length > 0) return codes.includes(FAILED) ? FAILED : Math.max(...codes);
  return all.some(({ counts }) => counts.unreachable > 0) ? 4 : 0;
}

/** Tasks that ask about other hosts expect these to have done all that stands before. */
function mentionsOthers(
  play: Play,
  hosts: readonly Host[],
  { inventory, extra, sources, secrets }: Run,
): boolean {
  const checked = { plays: [{ play, hosts }], inventory, extra, sources, secrets, problems: [] };
  const names = namesMentioned(checked);
  return ABOUT_OTHERS.some((name) => names.has(name));
}

const ABOUT_OTHERS = ["hostvars", "play_hosts", "ansible_play_hosts", "ansible_play_batch"];

/** Files of the runner's own machine by path, read once for a run. */
type Contents = Map<string, Promise<Uint8Array>>;

interface On {
  readonly play: Play;
  readonly batch: Batch;
  readonly playHosts: PlayHosts;
  readonly hosts: Hosts;
  readonly contents: Contents;
}

function onHost(host: Host, { play, batch, playHosts, hosts, contents }: On, of: Run): PlayOnHost {
  const state = hosts.named(host.name);
  const { extra, sources, secrets, tags, check, diff, verbosity, holder, lockTimeout, emit, watch, signal } =
    of;
  const published: RoleUse[] = [];
  const others = { learnt: (name: string) => hosts.named(name), extra };
  const magic = magicVariables({ ...of, host, play, hosts: playHosts, others });
  return {
    play,
    host: state,
    batch,
    steps: stepsOf(play, tags, play === of.plays[0]?.play ? of.startAt : undefined),
    chosen: (steps) => chosenSteps(steps, tags),
    publish: (uses) => published.push(...uses.filter((use) => !published.includes(use))),
    surroundings: (task, included) => {
      const learnt = { ...state, roles: published };
      const own = new Map([...magic, ...taskVariables(task, play, sources)]);
      const from = { host, play, task, learnt, extra, magic: own, secrets };
      const layers = layersOf(from).map(({ values }) => values);
      const files = { directories: searchPath(task, play), sources, contents };
      return {
        layers: [...layers, ...included],
        files: (scope) => filesFor(files, scope),
        check,
        diff,
        verbosity,
      };
    },
    hostNamed: (name) => {
      try {
        return hosts.named(name);
      } catch (error) {
        throw new CannotDelegate((error as Error).message);
      }
    },
    secrets,
    check,
    journal: play.onFailure === "restore" && !check ? state.journal : undefined,
    forceHandlers: play.forceHandlers || of.forceHandlers,
    holder,
    lockTimeout,
    emit,
    watch,
    signal,
  };
}

/** The last size repeats until no host is left. */
function batches(serial: readonly (number | string)[], hosts: readonly Host[]): Host[][] {
  if (serial.length === 0 || hosts.length === 0) return [[...hosts]];
  const result: Host[][] = [];
  for (let from = 0; from < hosts.length; ) {
    const size = serial[Math.min(result.length, serial.length - 1)] ?? hosts.length;
    const percent = typeof size === "string" ? Number.parseInt(size, 10) : 0;
    const share = typeof size === "number" ? size : Math.floor((hosts.length * percent) / 100);
    const count = Math.max(1, share);
    result.push(hosts.slice(from, from + count));
    from += count;
  }
  return result;
}
