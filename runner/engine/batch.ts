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
  /** No host is ahead of the others. */
  readonly inStep: boolean;
  private readonly there: Set<string>;
  private readonly failed = new Set<string>();
  private readonly reached = new Map<string, number>();
  private readonly results = new Map<Task, Outcome>();
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

  /**
   * Where a failure on one host ends the play on others, and where hosts look at each other's variables, no host may
   * be ahead of the others by more than a step. Tells whether others may have learnt something meanwhile.
   */
  async meet(host: string, step: number): Promise<boolean> {
    if (!this.inStep) return false;
    this.reached.set(host, step);
    this.wake();
    await this.until(() => [...this.there].every((each) => (this.reached.get(each) ?? -1) >= step));
    return true;
  }

  /** The first host that is still there does it; the others get its outcome. */
  async once(task: Task, host: string, work: () => Promise<Outcome>): Promise<Outcome> {
    await this.until(() => this.results.has(task) || this.first() === host);
    const known = this.results.get(task);
    if (known) return known;
    const outcome = await work();
    this.results.set(task, outcome);
    this.wake();
    return outcome;
  }

  private first(): string | undefined {
    return this.hosts.find((host) => this.there.has(host));
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
