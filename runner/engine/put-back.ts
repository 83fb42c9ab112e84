// What a failed play had changed is put back, and the services that ran before are asked whether they answer.

import type { Task } from "../playbook/playbook.ts";
import { roleName } from "./notifications.ts";
import type { PlayOnHost } from "./on-host.ts";
import { restoredOutcome, restoringTask } from "./restoring.ts";
import type { Performed, TaskRun } from "./task-run.ts";

/**
 * Puts back what the role has changed in which the play failed, and what others have whose handlers have not come to
 * run: of the rest the services are known to work with it. Of runs that were cut off all goes back that this one has
 * not come through.
 */
export async function putBack(on: PlayOnHost, tasks: TaskRun, { task }: Performed): Promise<void> {
  const { host, play, journal } = on;
  const { notifications } = tasks;
  const why = `"${tasks.nameOf(task)}" failed`;
  const roles = notifications.unsettled().add(roleName(task));
  const restoration = journal?.restore(roles, why);
  if (!restoration) return;
  const since = Date.now();
  const user = tasks.playUser();
  const rest = (await journal?.rest()) ?? [];
  const frames = [...rest, restoration.frame];
  const replies = await host.session.exchange({ user, frames, touches: "everything", facts: [] });
  const outcome = restoredOutcome(restoration, replies, why);
  if (outcome.status === "changed") host.session.postpone(user, notifications.withdraw(restoration.ofCutOff));
  if (outcome.idle) return;
  const restoring = restoringTask(play, task, why);
  tasks.report({ task: restoring, kind: "task", since }, outcome.status, outcome, outcome.items);
  host.counts[outcome.status] += 1;
  if (outcome.status === "changed") host.counts.ok += 1;
  for (const check of play.handlers.filter((each) => restoration.serving.has(roleName(each)))) {
    if (check.kind === "task" && asks(check))
      host.counts[(await tasks.perform(check, AS_HANDLER, [])).status] += 1;
  }
}

const AS_HANDLER = { kind: "handler", once: false } as const;

/** A handler that only looks: whether a service answers. */
function asks({ module }: Task): boolean {
  return module.readOnly === true;
}
