// How far a host has come in a play, by which hosts wait for each other where a task concerns several of them.

import type { Task } from "../playbook/playbook.ts";
import type { Batch } from "./batch.ts";
import type { HostState } from "./on-host.ts";

export class Progress {
  private readonly batch: Batch;
  private readonly host: HostState;
  private readonly place: number[] = [];

  constructor(batch: Batch, host: HostState) {
    this.batch = batch;
    this.host = host;
  }

  /** A step, or a part of one, with all that is within. */
  async within<Result>(step: number, work: () => Promise<Result>): Promise<Result> {
    this.place.push(step);
    try {
      return await work();
    } finally {
      this.place.pop();
    }
  }

  /**
   * Where one host does something for all or on another, hosts are in step as in Ansible: all have done what stands
   * before, and none goes on before it is done. Nothing comes of it when the play has ended meanwhile.
   */
  async inOrder<Result>(task: Task, once: boolean, work: () => Promise<Result>): Promise<Result | undefined> {
    const { place } = this;
    const batch = this.batch;
    const host = this.host;
    const { delegateTo, anyErrorsFatal, throttle } = task.settings;
    const inTurn = delegateTo !== undefined || throttle !== undefined;
    const concernsOthers = batch.hosts.length > 1 && (once || anyErrorsFatal || inTurn);
    if (!concernsOthers) {
      batch.reach(host.name, place);
      return work();
    }
    await batch.meet(host.name, place);
    if (batch.ended) return undefined;
    if (inTurn && !once) await batch.begin(host.name);
    const result = await work();
    await batch.meet(host.name, [...place, 0]);
    // What was done elsewhere may be seen from here: hosts may be one machine, or share a disk.
    await host.session.inTurn(async () => host.session.knowledge.forget("everything"));
    return result;
  }

  /** The first host does it for all that come here; nothing comes of it when the play has ended meanwhile. */
  async once<Result>(what: object, work: () => Promise<Result>): Promise<Result | undefined> {
    const { batch, host, place } = this;
    if (batch.hosts.length <= 1) return work();
    await batch.meet(host.name, place);
    if (batch.ended) return undefined;
    const result = await batch.once(what, host.name, work);
    await batch.meet(host.name, [...place, 0]);
    return result;
  }
}
