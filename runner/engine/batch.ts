// The hosts that run a play together: what they have to wait for each other for, and how the play ends for
// all of them at once.

import type { Play, Task } from "../playbook/playbook.ts";
import { Limit } from "./limit.ts";

export class Batch {
  /** The play has ended for all hosts. */
  ended = false;
  /** ... because hosts have failed: that ends the whole run. */
  fatal = false;
  private readonly play: Play;
  readonly hosts: readonly string[];
  /** No host is ahead of the others by more than a step: a failure on one ends the play on others, or hosts look at each
   * other's variables. */
  readonly inStep: boolean;
  private readonly there: Set<string>;
  private readonly failed = new Set<string>();
  /** Where each host is: the number of its step, then that of a step within, and so on. */
  private readonly reached = new Map<string, readonly number[]>();
  /** What came of what one host does for all, by the place: an include in a loop comes to a task several times. */
  private readonly results = new Map<object, Map<string, unknown>>();
  private readonly limits = new Map<Task, Limit>();
  private waiting: (() => void)[] = [];

  /** `together`: hosts look at each other's variables. */
  constructor(play: Play, hosts: readonly string[], together: boolean) {
    this.play = play;
    this.inStep = together || play.settings.anyErrorsFatal || play.maxFailPercentage !== undefined;
    this.hosts = hosts;
    this.there = new Set(hosts);
  }

  /** The host has come to the end of the play, or is out of the run; by a failure that may be fatal to all. */
  leave(host: string, how: "well" | "failed" | "unreachable", fatal: boolean): void {
    this.there.delete(host);
    // As in Ansible the share is that of hosts that failed; those that cannot be reached are none of it.
    if (how === "failed") this.failed.add(host);
    const { settings, maxFailPercentage } = this.play;
    const share = (100 * this.failed.size) / this.hosts.length;
    const fatalHere = how !== "well" && (fatal || settings.anyErrorsFatal);
    if (fatalHere || (maxFailPercentage !== undefined && share > maxFailPercentage)) this.fatal = true;
    this.ended ||= this.fatal;
    this.wake();
  }

  /** Hosts have failed, and the play with it on all. */
  fail(): void {
    this.fatal = true;
    this.end();
  }

  end(): void {
    this.ended = true;
    this.wake();
  }

  /** A host has come to some place in the play: others may wait for that. */
  reach(host: string, place: readonly number[]): void {
    this.reached.set(host, [...place]);
    this.wake();
  }

  /** Comes to a place and waits there until no host is before it. */
  async meet(host: string, place: readonly number[]): Promise<void> {
    this.reach(host, place);
    await this.until(() => [...this.there].every((each) => !isBefore(this.reached.get(each) ?? [], place)));
  }

  /** Hosts that have met begin one after the other, in their order. */
  async begin(host: string): Promise<void> {
    const here = this.reached.get(host) ?? [];
    await this.until(() => this.hosts.find((each) => this.there.has(each) && this.isAt(each, here)) === host);
    this.reach(host, [...here, BEGUN]);
  }

  /** Of the hosts that have met here the first does it; the others get its result. */
  async once<Result>(what: object, host: string, work: () => Promise<Result>): Promise<Result> {
    const here = this.reached.get(host) ?? [];
    const results = (this.results.get(what) ?? new Map()) as Map<string, Result>;
    this.results.set(what, results);
    const place = here.join(".");
    const first = () => this.hosts.find((each) => this.there.has(each) && this.isAt(each, here));
    await this.until(() => results.has(place) || first() === host);
    const known = results.get(place);
    if (results.has(place)) return known as Result;
    const result = await work();
    results.set(place, result);
    this.wake();
    return result;
  }

  /** No more than `most` hosts do it at the same time; 0 is no limit. */
  throttled<Result>(task: Task, most: number, work: () => Promise<Result>): Promise<Result> {
    if (!(most > 0)) return work();
    const limit = this.limits.get(task) ?? new Limit(most);
    this.limits.set(task, limit);
    return limit.run(work);
  }

  private isAt(host: string, place: readonly number[]): boolean {
    const own = this.reached.get(host) ?? [];
    return own.length === place.length && own.every((number, index) => number === place[index]);
  }

  private async until(holds: () => boolean): Promise<void> {
    while (!holds() && !this.ended) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private wake(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** Within a step, before all that stands there. */
const BEGUN = -1;

/** What stands within a step comes after where it begins. */
function isBefore(place: readonly number[], other: readonly number[]): boolean {
  for (const [index, number] of other.entries()) {
    const own = place[index];
    if (own === undefined || own < number) return true;
    if (own > number) return false;
  }
  return false;
}
