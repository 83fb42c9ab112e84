// How a play begins on a host: it is locked against other runs, and asked what earlier ones have left.

import { unfinishedRuns } from "../journal/runs.ts";
import { tasksIn } from "../playbook/playbook.ts";
import { Unreachable } from "../transport/transport.ts";
import { HostLock, mayChange } from "./lock.ts";
import type { PlayOnHost } from "./on-host.ts";
import { pendingHandlers } from "./pending.ts";
import { isTemplateMistake } from "./prepare.ts";
import type { TaskRun } from "./task-run.ts";

export function lockHost(on: PlayOnHost, tasks: TaskRun): void {
  const { host, steps, check, holder, lockTimeout: patience, emit, signal } = on;
  if (check || !host.lockable || !mayChange(steps)) return;
  const user = lockUser(tasks);
  // Not an error of the host's, which would be out of the run.
  const waiting = (message: string) =>
    emit({ event: "error", phase: "connect", message: `${host.name}: ${message}` });
  host.session.lockFirst(
    new HostLock({ ...holder, user, directory: host.stateDirectory, patience, waiting, signal }),
  );
}

/** Who the play becomes may be known only later, and may never be needed. */
function lockUser(tasks: TaskRun): string {
  try {
    return tasks.playUser();
  } catch (error) {
    if (isTemplateMistake(error)) return "";
    throw error;
  }
}

/**
 * Handlers that an earlier run has notified and not run are owed: the tasks that notify them will do so again. And what
 * it had changed when it was cut off belongs to what is put back when this one fails.
 */
export async function recall({ play, host, steps, journal }: PlayOnHost, tasks: TaskRun): Promise<void> {
  if (play.handlers.length === 0 && !journal) return;
  const handlers = pendingHandlers(host.stateDirectory);
  const runs = unfinishedRuns(host.stateDirectory);
  const user = tasks.playUser();
  host.session.open(user);
  const ahead = await tasks.lookAhead.facts(steps, user, Number.POSITIVE_INFINITY);
  const facts = [handlers, ...(journal ? [runs] : []), ...ahead];
  try {
    await host.session.exchange({ user, frames: [], touches: [], facts });
  } catch (error) {
    // The first task that needs the host tells it.
    const ignored = tasksIn(steps).some(({ settings }) => settings.ignoreUnreachable);
    if (!(error instanceof Unreachable) || !ignored) throw error;
    return host.session.reset();
  }
  const state = host.session.knowledge.stateFor(user);
  tasks.notifications.recall(state.get(handlers));
  if (journal) await journal.recall(state.get(runs));
}
