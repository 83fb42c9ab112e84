// The hosts that run a play together: what they have to wait for each other for, and how the play ends for
// all of them at once.

import type { Play, Task } from "../playbook/playbook.ts";
import type { Outcome } from "./outcome.ts";

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
  /** What came of tasks that one host does for all, by the place: an include in a loop comes to a task several times. */
  private readonly results = new Map<Task, Map<string, Outcome>>();
  private waiting: (() => void)[] = [];

  /** `together`: hosts look at each other's variables. */
  constructor(play: Play, hosts: readonly string[], together: boolean) {
    this.play = play;
    this.inStep = together || play.anyErrorsFatal || play.maxFailPercentage !== undefined;
    this.hosts = hosts;
    this.there = new Set(hosts);
  }

  /** The host has come to the end of the play, or is out of the run. */
  leave(host: string, failed: boolean): void {
    this.there.delete(host);
    if (failed) this.failed.add(host);
    const { anyErrorsFatal, maxFailPercentage } = this.play;
    const share = (100 * this.failed.size) / this.hosts.length;
    if ((failed && anyErrorsFatal) || (maxFailPercentage !== undefined && share > maxFailPercentage))
      this.fatal = true;
    this.ended ||= this.fatal;
    this.wake();
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

  /** Of the hosts that have met here the first does it; the others get its outcome. */
  async once(task: Task, host: string, work: () => Promise<Outcome>): Promise<Outcome> {
    const here = this.reached.get(host) ?? [];
    const results = this.results.get(task) ?? new Map<string, Outcome>();
    this.results.set(task, results);
    const place = here.join(".");
    const first = () => this.hosts.find((each) => this.there.has(each) && this.isAt(each, here));
    await this.until(() => results.has(place) || first() === host);
    const known = results.get(place);
    if (known) return known;
    const outcome = await work();
    results.set(place, outcome);
    this.wake();
    return outcome;
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

/** What stands within a step comes after where it begins. */
function isBefore(place: readonly number[], other: readonly number[]): boolean {
  for (const [index, number] of other.entries()) {
    const own = place[index];
    if (own === undefined || own < number) return true;
    if (own > number) return false;
  }
  return false;
}
