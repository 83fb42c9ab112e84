// A task's outcome as the event that reports see. What no_log hides is left out here, before it can get
// anywhere.

import type { Task } from "../playbook/playbook.ts";
import type { ItemResult, Status, TaskEvent } from "../report/events.ts";
import { formatPlace } from "../source/problem.ts";
import type { ItemOutcome, Outcome } from "./outcome.ts";

export interface Reported {
  readonly host: string;
  readonly play: string;
  readonly task: Task;
  /** The task's name, rendered. */
  readonly name: string;
  readonly kind: TaskEvent["kind"];
  readonly status: Status;
  readonly outcome: Partial<Outcome>;
  /** Of a loop. */
  readonly items?: readonly ItemOutcome[] | undefined;
  readonly hidden: boolean;
  readonly ms: number;
}

const HIDDEN = "hidden, as no_log asks";

export function taskEvent(of: Reported): TaskEvent {
  const { host, play, task, name, kind, status, outcome, items, hidden, ms } = of;
  const message = hidden ? HIDDEN : outcome.message;
  return {
    event: "task",
    host,
    play,
    ...(task.role ? { role: task.role.role.name } : {}),
    task: name,
    kind,
    status,
    module: task.module.name,
    at: formatPlace(task.at),
    ms,
    ...(items ? { items: items.map((item) => itemResult(item, hidden)) } : {}),
    ...(!hidden && outcome.diffs && outcome.diffs.length > 0 ? { diff: outcome.diffs } : {}),
    ...(message === undefined ? {} : { message }),
    ...(!hidden && outcome.params ? { params: outcome.params } : {}),
    ...(!hidden && outcome.result ? { result: outcome.result } : {}),
  };
}

function itemResult({ label, status, message, params }: ItemOutcome, hidden: boolean): ItemResult {
  if (hidden) return { item: HIDDEN, status };
  return {
    item: label ?? "",
    status,
    ...(message === undefined ? {} : { message }),
    ...(params === undefined ? {} : { params }),
  };
}
