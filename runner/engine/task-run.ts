// One task on one host: rendered, carried out for each item, tried again where it says so, judged, remembered
// and reported. What happens when it fails is for the steps around it (play-run.ts).

import {
  type Handler,
  type Loop,
  type Rendered,
  type Step,
  type Task,
  tasksIn,
} from "../playbook/playbook.ts";
import type { Status, TaskEvent } from "../report/events.ts";
import { layeredScope, literal, truthy } from "../template/index.ts";
import type { Scope, Value } from "../template/value.ts";
import { asTask } from "./include.ts";
import { ItemRun } from "./item-run.ts";
import { learn } from "./learning.ts";
import { LookAhead } from "./look-ahead.ts";
import { Notifications } from "./notifications.ts";
import type { PlayOnHost } from "./on-host.ts";
import { combine, emptyLoop, failed, type ItemOutcome, type Outcome, skipped, stopped } from "./outcome.ts";
import { isTemplateMistake, type PreparedItem, prepareLoopItem, userOf } from "./prepare.ts";
import { taskEvent } from "./task-event.ts";
import { waitFor } from "./time.ts";

/** How a task is performed: `once` by one host for all. */
interface Way {
  readonly kind: TaskEvent["kind"];
  readonly once: boolean;
}

interface InHand {
  readonly task: Task;
  readonly kind: TaskEvent["kind"];
  readonly since: number;
}

interface Outcomes {
  readonly outcome: Outcome;
  /** Of a loop. */
  readonly items?: readonly ItemOutcome[];
  readonly notified: readonly string[];
}

export interface Performed {
  readonly task: Task;
  readonly status: Exclude<Status, "unreachable">;
  readonly result: Outcome["result"];
  /** The run is to stop, and it has stopped in the middle. */
  readonly interrupted?: boolean;
  /** Done here, and not by another host for all. */
  readonly own: boolean;
}

export class TaskRun {
  readonly lookAhead: LookAhead;
  readonly notifications: Notifications;
  private readonly on: PlayOnHost;
  private readonly items: ItemRun;
  private readonly included: ReadonlyMap<string, Value>[] = [];
  private inHand: InHand | undefined;

  constructor(on: PlayOnHost) {
    this.on = on;
    this.lookAhead = new LookAhead((task) => on.surroundings(task, this.included));
    const task = (handler: Handler) => (handler.kind === "include" ? asTask(handler) : handler);
    this.notifications = new Notifications(on.play, on.host.stateDirectory, {
      rendered: (handler) => this.renderedName(task(handler)),
      shown: (handler) => this.nameOf(task(handler)),
    });
    this.items = new ItemRun({
      on,
      lookAhead: this.lookAhead,
      notifications: this.notifications,
      playUser: () => this.playUser(),
      nameOf: (task) => this.nameOf(task),
    });
  }

  /** Runs a task; `after` is what probably follows. */
  async perform(task: Task, { kind, once }: Way, after: readonly Step[]): Promise<Performed> {
    const { host, watch, batch } = this.on;
    this.inHand = { task, kind, since: Date.now() };
    watch({ host: host.name, task: this.nameOf(task), ...(task.role ? { role: task.role.role.name } : {}) });
    let own = false;
    const work = async (): Promise<Outcomes> => {
      own = true;
      return this.outcomeOf(task, after);
    };
    const throttled = () => batch.throttled(task, this.throttleOf(task), work);
    const outcomes = once ? await batch.once(task, host.name, throttled) : await throttled();
    const { outcome, items, notified } = outcomes;
    if (!own && !task.settings.delegateFacts) for (const each of items ?? [outcome]) this.learn(task, each);
    if (task.register) this.set(task.register, outcome.result, task);
    if (own) this.notify(task, notified, outcome);
    const ignored = outcome.status === "failed" && this.isSet(task, task.settings.ignoreErrors, false);
    const status = ignored ? "ignored" : outcome.status;
    // What another host has done for all (run_once) is told once, as Ansible does.
    if (own) this.report(this.inHand, status, outcome, items);
    this.inHand = undefined;
    return { task, status, result: outcome.result, interrupted: outcome.interrupted === true, own };
  }

  /** Reports the task in hand as the one in which the host was lost; false when there is none. */
  lostInHand(message: string): boolean {
    if (!this.inHand) return false;
    this.report(this.inHand, "unreachable", failed(message));
    return true;
  }

  /** Whether the host stays in the play without this task, for which it cannot be reached; then that is its result. */
  goesOnWithout(task: Task, message: string): boolean {
    if (!this.isSet(task, task.settings.ignoreUnreachable, false)) return false;
    this.lostInHand(message);
    this.inHand = undefined;
    this.on.host.session.reset();
    if (task.register) this.set(task.register, { changed: false, unreachable: true, msg: message }, task);
    return true;
  }

  /** Reports the task in hand, or the one that would have been the first, for a host that cannot be reached. */
  unreachableIn(steps: readonly Step[], message: string): void {
    const [first] = tasksIn(steps);
    if (first) this.inHand ??= { task: first, kind: "task", since: Date.now() };
    this.lostInHand(message);
  }

  /** Items whose turn has not come but whose change has been made. */
  hasMade(): boolean {
    return this.items.hasMade();
  }

  /** Runs something with more variables around it: those of an include. */
  async within(variables: ReadonlyMap<string, Value>, work: () => Promise<void>): Promise<void> {
    this.included.push(variables);
    this.lookAhead.variablesChanged();
    try {
      await work();
    } finally {
      this.included.pop();
      this.lookAhead.variablesChanged();
    }
  }

  scope(task: Rendered): Scope {
    return layeredScope(this.layers(task));
  }

  set(name: string, value: unknown, task: Pick<Task, "at">): void {
    this.on.secrets.note(name, value);
    this.on.host.set.set(name, literal(value, task.at));
    this.lookAhead.variablesChanged();
  }

  /** Whom the play becomes: notifications are written down as this user. */
  playUser(): string {
    const { play } = this.on;
    return userOf(play, this.scope({ ...play, role: undefined }));
  }

  /** Whether the conditions of what is no task of a module hold. */
  holds(meta: Rendered): boolean {
    const scope = this.scope(meta);
    return meta.settings.when.every((condition) => truthy(condition.render(scope)));
  }

  /** One host does it for all. */
  isOnce(of: Rendered): boolean {
    const { runOnce } = of.settings;
    return typeof runOnce === "object" ? this.isSet(of, runOnce, false) : runOnce;
  }

  private throttleOf(task: Task): number {
    try {
      return Number(task.settings.throttle?.render(this.scope(task)) ?? 0);
    } catch (error) {
      if (isTemplateMistake(error)) return 0;
      throw error;
    }
  }

  private async outcomeOf(task: Task, after: readonly Step[]): Promise<Outcomes> {
    const prepared = await this.lookAhead.prepare(task);
    if (prepared.kind === "skipped") return { outcome: skipped(prepared.message), notified: [] };
    if (prepared.kind === "empty") return { outcome: emptyLoop(), notified: [] };
    if (prepared.kind === "failed") return { outcome: failed(prepared.message), notified: [] };
    const items: ItemOutcome[] = [];
    const notified: string[] = [];
    const turn = { task, after, handler: this.on.play.handlers.includes(task) };
    let learnt = false;
    const all = prepared.items.map(({ item }) => item);
    for (const [index, before] of prepared.items.entries()) {
      if (index > 0) await this.pause(task, before);
      // What has been done ahead is told, too.
      if (index > 0 && this.on.signal.aborted && !this.items.hasMade()) {
        const left = prepared.items.length - index;
        return { outcome: stopped(combine(items, task.loop as Loop), left), items, notified };
      }
      const around = this.lookAhead.around(task);
      const item: PreparedItem =
        learnt && task.loop ? await prepareLoopItem(task, task.loop, around, all, index) : before;
      // As in Ansible: an item that cannot be rendered ends the loop, one that fails does not.
      if (prepared.looped && item.kind === "failed")
        return { outcome: failed(item.message), items, notified };
      const others = prepared.items.slice(index + 1);
      const outcome = await this.items.outcomeOf(item, { ...turn, first: index === 0, others });
      if (item.kind === "ready") this.lookAhead.went(outcome.result.changed === true);
      learnt = this.learn(task, outcome, this.items.learns(task, item)) || learnt;
      items.push({ ...outcome, label: item.label, item: item.item });
      if (item.kind === "ready" && outcome.status !== "skipped") notified.push(...item.notify);
    }
    const [only] = items;
    if (!prepared.looped && only) return { outcome: only, notified };
    return { outcome: task.loop ? combine(items, task.loop) : emptyLoop(), items, notified };
  }

  /** Between two items of a loop, where it asks for that. */
  private async pause({ loop }: Task, { scope }: PreparedItem): Promise<void> {
    if (!loop?.pause || this.on.check) return;
    await waitFor(Number(loop.pause.render(scope)), this.on.signal);
  }

  private notify(task: Task, names: readonly string[], { status, result }: Outcome): void {
    if (status === "failed" || status === "skipped") return;
    const handlers = this.notifications.handlersNamed(names);
    const { notifications } = this;
    notifications.notify(result.changed === true ? handlers : notifications.owedAmong(handlers), task);
  }

  /** Takes up the facts and variables that an outcome brings; false when it brings none. */
  private learn(task: Task, outcome: Outcome, host = this.on.host): boolean {
    if (!learn(task, outcome, { host, secrets: this.on.secrets })) return false;
    this.lookAhead.variablesChanged();
    return true;
  }

  layers(task: Rendered): readonly ReadonlyMap<string, Value>[] {
    return this.lookAhead.around(task).layers;
  }

  /** `otherwise`: what holds when that cannot be told, which has made the task fail before (prepare.ts). */
  private isSet(task: Rendered, value: Value | undefined, otherwise: boolean): boolean {
    try {
      return value !== undefined && truthy(value.render(this.scope(task)));
    } catch (error) {
      if (isTemplateMistake(error)) return otherwise;
      throw error;
    }
  }

  report(
    { task, kind, since }: InHand,
    status: Status,
    outcome: Outcome,
    items?: readonly ItemOutcome[],
  ): void {
    const { host, play, emit } = this.on;
    const hidden = this.isSet(task, task.settings.noLog, true);
    if (hidden) this.on.secrets.noteResult(outcome.result);
    const name = this.nameOf(task);
    const ms = Math.max(0, Date.now() - since + this.items.takeElsewhere());
    const of = { host: host.name, play: play.name, task, name, kind, status, outcome, items, hidden, ms };
    emit(taskEvent(of));
  }

  /** What `rescue` knows of a task that failed. */
  described(task: Task): Readonly<Record<string, unknown>> {
    const { module, params, settings, register } = task;
    const args = Object.fromEntries([...params].map(([name, { node }]) => [name, node.value]));
    return {
      name: this.nameOf(task),
      action: module.name,
      args,
      tags: settings.tags,
      register: register ?? null,
    };
  }

  nameOf(task: Task): string {
    // Names are also written down on the host.
    return this.on.secrets.mask(this.renderedName(task));
  }

  private renderedName(task: Task): string {
    return task.name ? String(task.name.render(this.scope(task))) : task.module.name;
  }
}
