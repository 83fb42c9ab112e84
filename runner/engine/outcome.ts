// What came of a task on a host: the result that `register` gets, and the status that people see, after
// changed_when, failed_when and ignore_errors have had their say.

import type { Diff, Result } from "../modules/module.ts";
import type { Loop, Task } from "../playbook/playbook.ts";
import type { Status } from "../report/events.ts";
import { layeredScope, literal, truthy } from "../template/index.ts";
import type { Value } from "../template/value.ts";
import { aboutItem } from "./loop.ts";
import { explain } from "./prepare.ts";

export interface Outcome {
  readonly status: Exclude<Status, "ignored" | "unreachable">;
  /** For register: always has changed, failed and skipped as far as they apply. */
  readonly result: Result;
  readonly message?: string;
  readonly diffs: readonly Diff[];
  /** That the host has from now on, beside facts of the result. */
  readonly variables?: ReadonlyMap<string, Value>;
  /** What a failed task was given, for people. */
  readonly params?: Result;
  /** It has not come to its end, since the run is to stop. */
  readonly interrupted?: true;
}

export interface ItemOutcome extends Outcome {
  readonly label: string | undefined;
  readonly item: unknown;
}

/** A loop without items has results all the same: none. */
export function emptyLoop(): Outcome {
  const { result, ...outcome } = skipped("the loop has no items");
  const { skip_reason: skipped_reason, msg: _, ...rest } = result;
  return { ...outcome, result: { ...rest, skipped_reason, results: [] } };
}

export function skipped(message: string): Outcome {
  const result = {
    changed: false,
    skipped: true,
    msg: message,
    skip_reason: SKIP_REASONS[message] ?? message,
  };
  return { status: "skipped", result, message, diffs: [] };
}

/** What playbooks may compare with: Ansible's words. */
const SKIP_REASONS: Readonly<Record<string, string>> = {
  "a condition is false": "Conditional result was False",
  "the loop has no items": "No items in the list",
};

export function failed(message: string, result: Result = {}): Outcome {
  const complete = { changed: false, ...result, failed: true, msg: result.msg ?? message };
  return { status: "failed", result: complete, message, diffs: [] };
}

export function interrupted(result: Result = {}): Outcome {
  return { ...failed("interrupted", { ...result, msg: "interrupted" }), interrupted: true };
}

/** The run is to stop before so many items of a loop. */
export function stopped(outcome: Outcome, left: number): Outcome {
  const { result, message } = interrupted(outcome.result);
  const rest = left === 1 ? "one item has" : `${left} items have`;
  return {
    ...outcome,
    status: "failed",
    result,
    message: `${message}: ${rest} not had a turn`,
    interrupted: true,
  };
}

export function done(changed: boolean, result: Result, diffs: readonly Diff[]): Outcome {
  const complete = { ...result, changed, failed: false };
  const message = typeof result.msg === "string" ? result.msg : undefined;
  return { status: changed ? "changed" : "ok", result: complete, diffs, ...(message ? { message } : {}) };
}

/** Applies changed_when and failed_when, which see the result under the name of register. */
export function judge(task: Task, outcome: Outcome, layers: readonly ReadonlyMap<string, Value>[]): Outcome {
  if (outcome.status === "skipped" || (!task.changedWhen && !task.failedWhen)) return outcome;
  const hold = (conditions: readonly Value[], result: Result): boolean => {
    const names = new Map<string, Value>();
    if (task.register) names.set(task.register, literal(result, task.at));
    for (const [name, value] of Object.entries(result)) {
      if (/^(rc|stdout|stderr)(_lines)?$/.test(name)) names.set(name, literal(value, task.at));
    }
    const scope = layeredScope([...layers, names]);
    return conditions.every((condition) => truthy(condition.render(scope)));
  };
  try {
    const changed = task.changedWhen
      ? hold(task.changedWhen, outcome.result)
      : outcome.result.changed === true;
    const result = { ...outcome.result, changed };
    const isFailed = task.failedWhen ? hold(task.failedWhen, result) : outcome.status === "failed";
    if (isFailed) {
      const message = outcome.status === "failed" ? outcome.message : "the condition of failed_when holds";
      const complete = task.failedWhen ? { ...result, failed_when_result: true } : result;
      return { ...outcome, ...failed(message ?? "failed", complete), diffs: outcome.diffs };
    }
    const { message, ...rest } = outcome;
    const kept = outcome.status === "failed" || message === undefined ? {} : { message };
    const judged = task.failedWhen ? { failed: false, failed_when_result: false } : { failed: false };
    return { ...rest, ...kept, status: changed ? "changed" : "ok", result: { ...result, ...judged } };
  } catch (error) {
    return failed(explain(error).message, outcome.result);
  }
}

/** The outcome of a whole loop: failed if any item failed, changed if any changed, skipped if all were. */
export function combine(items: readonly ItemOutcome[], loop: Loop): Outcome {
  const any = (status: Outcome["status"]): boolean => items.some((each) => each.status === status);
  const changed = items.some(({ result }) => result.changed === true);
  const all = items.map(({ item }) => item);
  const results = items.map(({ result, item }, index) => ({
    ...result,
    [loop.variable]: item,
    ...aboutItem(loop, all, index),
  }));
  const diffs = items.flatMap((each) => each.diffs);
  const result = { results, changed, skipped: false, msg: "All items completed" };
  if (any("failed")) {
    const message = "One or more items failed";
    return { status: "failed", result: { ...result, failed: true, msg: message }, message, diffs };
  }
  if (items.every(({ status }) => status === "skipped")) {
    const message = items[0]?.message ?? "all items were skipped";
    return {
      status: "skipped",
      result: { ...result, skipped: true, msg: "All items skipped" },
      message,
      diffs,
    };
  }
  return { status: changed ? "changed" : "ok", result: { ...result, failed: false }, diffs };
}
