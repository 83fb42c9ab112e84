// What can go in one batch with a change that is being made: items whose turn has not come. Each is planned on what will
// be known after all before it, and goes only if the host confirms that (foresight.ts): else the batch ends there, and
// the item is planned anew when its turn has come. So nobody can tell the difference to one after the other.

import type { Change } from "../modules/module.ts";
import type { Handler, Step, Task } from "../playbook/playbook.ts";
import type { Frame } from "../transport/transport.ts";
import { Foresight } from "./foresight.ts";
import type { Changing, Ready } from "./item.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Notifications } from "./notifications.ts";
import type { Prepared, PreparedItem } from "./prepare.ts";

/** So many changes at most: what is interrupted ends with a batch. */
const MOST = 25;
/** So many items one after the other that change nothing end a run of changes. */
const PAUSE = 8;

export interface Follower {
  readonly task: Task;
  readonly handler: boolean;
  readonly item: Ready;
  readonly plan: Changing;
  /** What must go well before it. */
  readonly guard: readonly Frame[];
  /** Those that its change notifies. */
  readonly handlers: readonly Handler[];
}

/** A change in hand, and what comes after it: other items of its task, then other steps. */
export interface From {
  readonly task: Task;
  readonly item: Ready;
  readonly changes: readonly Change[];
  readonly others: readonly PreparedItem[];
  readonly after: readonly Step[];
}

export interface Looking {
  readonly knowledge: Knowledge;
  readonly prepare: (task: Task) => Promise<Prepared>;
  readonly notifications: Notifications;
  /** Of the play. */
  readonly handlers: readonly Handler[];
  /** Which handlers run is known: all that has been notified before the change in hand. */
  readonly throughFlushes: boolean;
}

/** What comes of the task is told by its own reply alone, as soon as that is there. */
function isPlain(task: Task): boolean {
  const { register, changedWhen, failedWhen } = task;
  return !(register || changedWhen || failedWhen || takesTime(task));
}

/** It is tried until it is well, or its loop pauses between its items. */
function takesTime({ retry, loop }: Task): boolean {
  return Boolean(retry || loop?.pause);
}

/** Others have a say in when or where it is done, or the clock. */
export function standsAlone({ settings }: Task): boolean {
  const { delegateTo, runOnce, throttle, timeout, anyErrorsFatal } = settings;
  return Boolean(delegateTo || runOnce || throttle || timeout || anyErrorsFatal);
}

export async function followers(from: From, looking: Looking): Promise<Follower[]> {
  const { notifications, handlers: all } = looking;
  const foresight = new Foresight(looking.knowledge, from.item.user);
  foresight.add(from.changes);
  const waiting = new Set([...notifications.waiting(), ...notifications.handlersNamed(from.item.notify)]);
  const found: Follower[] = [];
  let changing = 0;
  for await (const { task, item } of following(from, waiting, looking)) {
    if (item.kind === "skipped") continue;
    if (item.kind === "failed" || item.user !== from.item.user || item.context.check) break;
    const named = item.notify.map((name) => notifications.handlersNamed([name]));
    const planned = named.some(({ length }) => length === 0) ? undefined : plan(task, item, foresight);
    if (!planned) break;
    const { changes } = planned.plan;
    const handlers = changes.length === 0 ? [] : named.flat();
    found.push({ task, handler: all.includes(task), item, handlers, ...planned });
    foresight.add(changes);
    for (const each of changes.length > 0 ? handlers : notifications.owedAmong(named.flat()))
      waiting.add(each);
    if (changes.length > 0) changing = found.length;
    if (changing >= MOST || found.length - changing >= PAUSE) break;
  }
  return found.slice(0, changing);
}

/** Items in the order of their turns, as far as that hangs on nothing but that none of them fails. */
async function* following(
  { task: first, others, after }: From,
  waiting: Set<Handler>,
  { prepare, handlers, throughFlushes }: Looking,
) {
  if (takesTime(first)) return;
  for (const item of others) yield { task: first, item };
  let last = first;
  for (const step of inNormalCourse(after)) {
    if (step.kind === "flush" ? !throughFlushes : step.kind !== "task") return;
    const next = step.kind === "task" ? [step] : handlers.filter((each) => waiting.has(each));
    for (const task of next) {
      if (task.kind === "include") return;
      // A handler may have notified another one, which is next then.
      if (!isPlain(last) || (last.notify.length > 0 && handlers.includes(last))) return;
      if (standsAlone(task)) return;
      waiting.delete(task);
      const prepared = await prepare(task);
      if (prepared.kind === "failed") return;
      const items = prepared.kind === "ready" ? prepared.items : [];
      for (const item of takesTime(task) ? items.slice(0, 1) : items) yield { task, item };
      last = task;
    }
  }
}

function* inNormalCourse(steps: readonly Step[]): Generator<Exclude<Step, { kind: "block" }>> {
  for (const step of steps) {
    if (step.kind === "block") yield* inNormalCourse([...step.body, ...step.always]);
    else yield step;
  }
}

function plan(
  { module }: Task,
  { params, local, context, facts }: Ready,
  foresight: Foresight,
): Pick<Follower, "plan" | "guard"> | undefined {
  const guard = foresight.guard(facts);
  if (!guard) return undefined;
  try {
    const plan = module.plan(params as never, foresight.state, local, context);
    // A command may take long, and what went before it is told only then. New variables may alter all that has been prepared.
    return plan.kind === "changes" && !plan.result?.ansible_facts ? { plan, guard } : undefined;
  } catch {
    // It is told when its turn has come.
    return undefined;
  }
}
