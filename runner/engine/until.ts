// The tries of a task with `until`: again, with a pause between, until its conditions hold.

import type { Task } from "../playbook/playbook.ts";
import { layeredScope, literal, truthy } from "../template/index.ts";
import type { Value } from "../template/value.ts";
import { failed, interrupted, type Outcome } from "./outcome.ts";
import type { PreparedItem } from "./prepare.ts";
import { waitFor } from "./time.ts";

/** Ansible's defaults. */
const RETRIES = 3;
const DELAY = 5;

export interface Tries {
  readonly once: () => Promise<Outcome>;
  /** What is known of the host may have changed meanwhile, by itself. */
  readonly forget: () => void;
  readonly signal: AbortSignal;
}

/** One try in check mode, where nothing changes by waiting. */
export async function tryUntil(
  task: Task,
  item: PreparedItem,
  { once, forget, signal }: Tries,
): Promise<Outcome> {
  const { retry } = task;
  if (!retry || item.kind !== "ready" || item.context.check) return once();
  const number = (value: Value | undefined, otherwise: number): number =>
    value ? Number(value.render(item.scope)) : otherwise;
  const tries = 1 + number(retry.retries, RETRIES);
  for (let attempt = 1; ; attempt++) {
    const outcome = await once();
    const result = { ...outcome.result, attempts: attempt };
    if (holds(retry.until, task, result, item.layers)) return { ...outcome, result };
    if (attempt >= tries) {
      // Ansible does not count the first try when it gives up.
      const attempts = Math.max(1, attempt - 1);
      const message = `until does not hold after ${attempt} tries`;
      return { ...outcome, ...failed(message, { ...result, attempts }), diffs: outcome.diffs };
    }
    await waitFor(number(retry.delay, DELAY), signal);
    if (signal.aborted) return interrupted(result);
    forget();
  }
}

function holds(
  conditions: readonly Value[],
  task: Task,
  result: Outcome["result"],
  layers: PreparedItem["layers"],
): boolean {
  const own = new Map<string, Value>(task.register ? [[task.register, literal(result, task.at)]] : []);
  const scope = layeredScope([...layers, own]);
  return conditions.every((condition) => truthy(condition.render(scope)));
}
