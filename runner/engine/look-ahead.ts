// Prepares tasks before their turn and collects the facts that they will need, so that these can be asked
// for together with those of the task in hand.

import { setImmediate } from "node:timers/promises";
import type { Fact } from "../facts/fact.ts";
import type { Rendered, Step, Task } from "../playbook/playbook.ts";
import { type Prepared, type PreparedItem, prepare, type Surroundings } from "./prepare.ts";

/** So many changes of late are a run of changes, and then this is how far to look. */
const LONG_STREAK = 3;
const NEAR = 40;
/** After so many tasks connections get their turn: they are being made meanwhile, other hosts are answering. */
const BREATH = 8;

export class LookAhead {
  private readonly surroundings: (task: Rendered) => Surroundings;
  /** A task in hand is asked about several times. */
  private latest:
    | { readonly task: Rendered; readonly version: number; readonly around: Surroundings }
    | undefined;
  private readonly prepared = new Map<
    Task,
    { readonly version: number; readonly outcome: Promise<Prepared> }
  >();
  private version = 0;
  /** Changes of late: one more with each, half as many with each task that changes nothing. */
  private streak = 0;

  constructor(surroundings: (task: Rendered) => Surroundings) {
    this.surroundings = surroundings;
  }

  /** A variable has changed: what was prepared before may be outdated. */
  variablesChanged(): void {
    this.version += 1;
  }

  /** How a task is rendered by now. */
  around(task: Rendered): Surroundings {
    if (this.latest?.task === task && this.latest.version === this.version) return this.latest.around;
    const around = this.surroundings(task);
    this.latest = { task, version: this.version, around };
    return around;
  }

  prepare(task: Task): Promise<Prepared> {
    const known = this.prepared.get(task);
    if (known?.version === this.version) return known.outcome;
    const outcome = prepare(task, this.around(task));
    this.prepared.set(task, { version: this.version, outcome });
    return outcome;
  }

  /** Tells how a task went. */
  went(changed: boolean): void {
    this.streak = changed ? this.streak + 1 : Math.floor(this.streak / 2);
  }

  /**
   * Of how many items to ask in a batch that makes a change. Mostly of all: then one change costs one round trip.
   * But changes come in runs, on a bare host above all, and each makes most of what was asked outdated.
   */
  reach(): number {
    return this.streak < LONG_STREAK ? Number.POSITIVE_INFINITY : NEAR;
  }

  /**
   * Facts that a user's coming tasks need, as far as these can be rendered now, up to one that alters everything;
   * and no more than those of so many items; nor those of items that are done already.
   */
  async facts(
    steps: readonly Step[],
    user: string,
    most: number,
    done: ReadonlySet<PreparedItem> = new Set(),
  ): Promise<Fact<unknown>[]> {
    const facts: Fact<unknown>[] = [];
    let left = most;
    let seen = 0;
    for (const task of inNormalCourse(steps)) {
      if (left <= 0) break;
      if (++seen % BREATH === 0) await setImmediate();
      // What others do, or do first, cannot be foreseen from here.
      if (task.settings.delegateTo || task.settings.runOnce) continue;
      const prepared = await this.prepare(task);
      if (prepared.kind !== "ready") continue;
      for (const item of prepared.items) {
        if (left <= 0) break;
        if (item.kind !== "ready" || item.user !== user || done.has(item)) continue;
        left -= 1;
        facts.push(...item.facts);
        if (item.facts.length === 0 && altersEverything(task, item)) return facts;
      }
    }
    return facts;
  }
}

/** The tasks that run when nothing fails, up to an include, whose tasks are chosen only then. */
function* inNormalCourse(steps: readonly Step[]): Generator<Task> {
  for (const step of steps) {
    if (step.kind === "task") yield step;
    if (step.kind === "block") yield* inNormalCourse([...step.body, ...step.always]);
  }
}

/** Whatever is asked before such a task would have to be asked again after it. */
function altersEverything(task: Task, item: Extract<PreparedItem, { kind: "ready" }>): boolean {
  if (item.context.check) return false;
  const nothing = {
    get: () => undefined as never,
    certain: () => true,
    brought: () => false,
    mayGo: () => false,
  };
  const plan = task.module.plan(item.params as never, nothing, item.local, item.context);
  return plan.kind === "run" && plan.touches === "everything";
}
