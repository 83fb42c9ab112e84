// One play on one host: its steps in order, blocks with their rescue, includes, and handlers at the flush points.

import {
  type Block,
  type End,
  type Handler,
  type Include,
  type Step,
  type Task,
  tasksIn,
  tasksStanding,
} from "../playbook/playbook.ts";
import type { TaskEvent } from "../report/events.ts";
import { formatPlace, Problems } from "../source/problem.ts";
import { toldOf } from "../source/render.ts";
import { ConnectionLost, Unreachable } from "../transport/transport.ts";
import { lockHost, recall } from "./begin.ts";
import { count, FAILED } from "./count.ts";
import { asTask, type IncludeItem, includeItems } from "./include.ts";
import { roleName } from "./notifications.ts";
import type { PlayOnHost } from "./on-host.ts";
import { failed } from "./outcome.ts";
import { explain, isTemplateMistake } from "./prepare.ts";
import { Progress } from "./progress.ts";
import { putBack } from "./put-back.ts";
import { RolesRun } from "./roles-run.ts";
import { CannotBecome } from "./session.ts";
import { type Performed, TaskRun } from "./task-run.ts";

export async function runPlayOn(on: PlayOnHost): Promise<void> {
  const run = new PlayRun(on);
  try {
    await run.toTheEnd();
  } catch (error) {
    if (error instanceof Unreachable || error instanceof ConnectionLost) run.lost(error);
    else if (isTemplateMistake(error)) run.mistaken(error.message, formatPlace(error.at));
    else if (error instanceof CannotBecome) run.mistaken(error.message, formatPlace(on.play.at));
    else throw error;
  } finally {
    const { gone } = on.host;
    on.batch.leave(on.host.name, gone ? (run.unreachable ? "unreachable" : "failed") : "well", run.fatal);
    on.watch({ host: on.host.name });
  }
}

/** How steps ended: the failure that stopped them, or nothing when they came to their end. */
type Ending = Performed | undefined;

class PlayRun {
  private readonly on: PlayOnHost;
  private readonly tasks: TaskRun;
  /** The host has left the play by meta: end_host. */
  private left = false;
  private readonly progress: Progress;
  private readonly roles = new RolesRun();
  /** It failed by a task whose failure ends the play for all. */
  fatal = false;
  unreachable = false;
  /** Of what is in hand: what a handler includes belongs to it. */
  private kind: TaskEvent["kind"] = "task";
  /** Blocks around whose `always` is to run first. */
  private cleaningUp = 0;

  constructor(on: PlayOnHost) {
    this.on = on;
    this.tasks = new TaskRun(on);
    this.progress = new Progress(on.batch, on.host);
  }

  async toTheEnd(): Promise<void> {
    const { steps, host, batch, forceHandlers, journal } = this.on;
    lockHost(this.on, this.tasks);
    await recall(this.on, this.tasks);
    for (const [index, step] of steps.entries()) {
      if (this.ended()) break;
      const failure = await this.progress.within(index, () =>
        this.perform(step, steps.slice(index + 1), false),
      );
      // What is done stands: the next run goes on from there.
      if (failure?.interrupted) break;
      if (failure) {
        host.gone = true;
        this.fatal = failure.task.settings.anyErrorsFatal;
        if (forceHandlers) await this.progress.within(steps.length, () => this.flush([], true));
        await putBack(this.on, this.tasks, failure);
        break;
      }
      if (!batch.inStep) continue;
      await batch.meet(host.name, [index + 1]);
      this.tasks.lookAhead.variablesChanged();
    }
    if (journal) {
      const how = host.gone ? "failed" : this.cameToItsEnd() ? "well" : "cut off";
      host.session.postpone(this.tasks.playUser(), await journal.end(how));
    }
    await host.session.sendPostponed();
  }

  /** What belongs to no task went wrong: whom the play becomes, the condition of a meta. */
  mistaken(message: string, at: string): void {
    const { host, emit } = this.on;
    host.gone = true;
    host.counts.failed += 1;
    host.exitCodes.push(FAILED);
    emit({ event: "error", phase: "run", host: host.name, message, at });
  }

  lost(error: Unreachable | ConnectionLost): void {
    const { host, emit } = this.on;
    host.gone = true;
    this.unreachable = true;
    host.counts.unreachable += 1;
    if (error instanceof ConnectionLost && this.tasks.lostInHand(error.message)) return;
    const hint = error instanceof Unreachable && error.hint ? { hint: error.hint } : {};
    emit({ event: "error", phase: "connect", host: host.name, message: error.message, ...hint });
    this.tasks.unreachableIn(this.on.steps, error.message);
  }

  private cameToItsEnd(): boolean {
    return !this.on.signal.aborted && !this.on.batch.fatal;
  }

  private ended(): boolean {
    // What has been done is told, too.
    if (this.tasks.hasMade()) return false;
    return this.left || this.on.batch.ended || this.on.signal.aborted;
  }

  /** `rescued`: a failure within will be rescued by a block around it. */
  private async performAll(
    steps: readonly Step[],
    after: readonly Step[],
    rescued: boolean,
  ): Promise<Ending> {
    for (const [index, step] of steps.entries()) {
      if (this.ended()) return undefined;
      const following = [...steps.slice(index + 1), ...after];
      const failure = await this.progress.within(index, () => this.perform(step, following, rescued));
      if (failure) return failure;
    }
    return undefined;
  }

  private async perform(step: Step, after: readonly Step[], rescued: boolean): Promise<Ending> {
    if ((step.kind === "task" || step.kind === "include") && this.roles.leavesOut(step.role))
      return undefined;
    switch (step.kind) {
      case "task":
        return this.task(step, after, rescued);
      case "flush":
        return !step.meta || this.tasks.holds(step.meta) ? this.flush(after, rescued) : undefined;
      case "block":
        return this.block(step, after, rescued);
      case "include":
        return this.include(step, after, rescued);
      case "end":
        await this.end(step);
        return undefined;
    }
  }

  private async task(task: Task, after: readonly Step[], rescued: boolean): Promise<Ending> {
    const once = this.isOnce(task);
    const performed = await this.progress.inOrder(task, once, async () => {
      const result = await this.reached(task, once, after);
      if (result?.status === "failed" && task.settings.anyErrorsFatal && !rescued && !this.cleaningUp)
        this.on.batch.fail();
      return result;
    });
    // A handler that is run early, by meta, is not yet its role.
    if (performed && performed.status !== "skipped" && this.kind === "task") this.roles.hasRun(task.role);
    const ending = performed && count(this.on.host, performed, rescued);
    if (!ending) this.on.journal?.comeTo(roleName(task));
    return ending;
  }

  /** Nothing comes of a task whose host cannot be reached, where that is ignored. */
  private async reached(task: Task, once: boolean, after: readonly Step[]): Promise<Performed | undefined> {
    try {
      return await this.tasks.perform(task, { kind: this.kind, once }, after);
    } catch (error) {
      const lost = error instanceof Unreachable || error instanceof ConnectionLost;
      if (!lost || !this.tasks.goesOnWithout(task, error.message)) throw error;
      this.on.host.counts.ignored += 1;
      return undefined;
    }
  }

  private async block(
    { body, rescue, always, at }: Block,
    after: readonly Step[],
    rescued: boolean,
  ): Promise<Ending> {
    const following = [...always, ...after];
    const canRescue = rescue.length > 0;
    if (always.length > 0) this.cleaningUp += 1;
    let ending = await this.progress.within(0, () => this.performAll(body, following, canRescue || rescued));
    if (ending && canRescue) {
      this.tasks.set("ansible_failed_task", this.tasks.described(ending.task), { at });
      this.tasks.set("ansible_failed_result", ending.result, { at });
      ending = await this.progress.within(1, () => this.performAll(rescue, following, rescued));
    }
    if (always.length > 0) this.cleaningUp -= 1;
    // After a failure it does not go on with what comes after the block.
    const next = ending ? [] : after;
    return (await this.progress.within(2, () => this.performAll(always, next, rescued))) ?? ending;
  }

  private async include(include: Include, after: readonly Step[], rescued: boolean): Promise<Ending> {
    const { name } = this.on.host;
    if (this.isOnce(include) && (await this.progress.once(include, async () => name)) !== name)
      return undefined;
    let items: readonly IncludeItem[];
    try {
      items = includeItems(include, this.tasks.layers(include));
    } catch (error) {
      return this.includeFailed(include, explain(error).message, rescued);
    }
    for (const [index, { variables, what }] of items.entries()) {
      let steps: readonly Step[];
      try {
        steps = this.on.chosen(include.steps(what));
        for (const { role } of tasksIn(steps)) if (role) this.on.secrets.addRole(role.role);
      } catch (error) {
        if (!(error instanceof Problems)) throw error;
        return this.includeFailed(include, toldOf(error.list), rescued);
      }
      const inner = include.module.endsWith("include_role") ? steps : [];
      this.roles.again(inner);
      if (include.isPublic) this.on.publish(tasksStanding(inner).flatMap(({ role }) => role ?? []));
      let ending: Ending;
      await this.tasks.within(variables, async () => {
        // The include itself stands between: what is after it does not see its variables.
        ending = await this.progress.within(index, () =>
          this.performAll(steps, [include, ...after], rescued),
        );
      });
      if (ending) return ending;
    }
    return undefined;
  }

  private includeFailed(include: Include, message: string, rescued: boolean): Ending {
    const task = asTask(include);
    const outcome = failed(message);
    this.tasks.report({ task, kind: this.kind, since: Date.now() }, "failed", outcome);
    return count(this.on.host, { task, status: "failed", result: outcome.result, own: true }, rescued);
  }

  /** Whether a play ends is asked of the first host that is still in it, as in Ansible. */
  private async end(end: End): Promise<void> {
    if (end.scope === "host") this.left = this.tasks.holds(end);
    else if (await this.progress.once(end, async () => this.tasks.holds(end))) this.on.batch.end();
  }

  /** A handler may notify a later one, which then runs in the same flush. */
  private async flush(after: readonly Step[], rescued: boolean): Promise<Ending> {
    const { play, host } = this.on;
    const { notifications } = this.tasks;
    const user = this.tasks.playUser();
    for (let next = notifications.take(0); next; next = notifications.take(next.index + 1)) {
      if (this.ended()) return undefined;
      const others = notifications.among(play.handlers.slice(next.index + 1));
      const following = [...others, ...after];
      const work = () => this.handle(next.handler, following, rescued);
      const failure = await this.progress.within(next.index, work);
      if (failure) return failure;
      // Whether an interruption has left some of its tasks is not known.
      if (next.handler.kind === "include" && this.ended()) return undefined;
      notifications.settle(next.handler);
      // It may be written down again by now, for what comes after it and has been made already.
      if (!this.tasks.hasMade()) host.session.postpone(user, notifications.strike(next.handler));
    }
    // A handler that was notified by a later one has its turn at the next flush, if there is one.
    const isLast = !after.some(({ kind }) => kind === "flush");
    if (!this.tasks.hasMade()) host.session.postpone(user, notifications.strikeRest(isLast));
    return undefined;
  }

  private async handle(handler: Handler, after: readonly Step[], rescued: boolean): Promise<Ending> {
    this.kind = "handler";
    try {
      return await (handler.kind === "include"
        ? this.include(handler, after, rescued)
        : this.task(handler, after, rescued));
    } finally {
      this.kind = "task";
    }
  }

  /** As in Ansible each host runs a handler that it has notified itself. */
  private isOnce(of: Task | Include): boolean {
    return !this.on.play.handlers.includes(of) && this.tasks.isOnce(of);
  }
}
