// What a failed play had changed is put back, and the services that ran before are asked whether they answer.

import { keptRuns } from "../journal/runs.ts";
import type { Task } from "../playbook/playbook.ts";
import { literal } from "../template/index.ts";
import { isCheck } from "./item-run.ts";
import type { Author } from "./journal.ts";
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
  const checks = play.handlers.flatMap((each) =>
    each.kind === "task" && isCheck(each) && restoration.serving.has(roleName(each)) ? [each] : [],
  );
  for (const check of await asTheyWere(on, tasks, checks)) {
    host.counts[(await tasks.perform(check, AS_HANDLER, [])).status] += 1;
  }
}

const AS_HANDLER = { kind: "handler", once: false } as const;

/**
 * The checks as the last run has made them whose configuration is there again: the one that failed may have looked at
 * another port. Where the host has kept none they are made as they stand.
 */
async function asTheyWere({ host }: PlayOnHost, tasks: TaskRun, checks: readonly Task[]): Promise<Task[]> {
  if (checks.length === 0) return [];
  const user = tasks.playUser();
  const kept = keptRuns(host.stateDirectory);
  await host.session.exchange({ user, frames: [], touches: [], facts: [kept] });
  const runs = host.session.knowledge.stateFor(user).get(kept);
  return checks.flatMap((check): Task[] => {
    const is = (entry: Author) => entry.role === roleName(check) && entry.task === tasks.nameOf(check);
    const answered = runs.map((run) => run.answered.filter(is)).find((each) => each.length > 0) ?? [];
    const [any] = check.params.values();
    if (!any || answered.length === 0) return [check];
    return answered.map(({ params }) => ({
      ...check,
      settings: { ...check.settings, when: [] },
      loop: undefined,
      params: new Map(
        Object.entries(params).map(([name, value]) => [
          name,
          { node: any.node, value: literal(value, check.at), expression: false },
        ]),
      ),
    }));
  });
}
