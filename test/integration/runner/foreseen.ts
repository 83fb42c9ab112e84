// What --check has told, beside what the next run did: task by task, item by item, diff by diff.
import assert from "node:assert/strict";
import type { Ended, RunEvent } from "./command.ts";

/** It said that it cannot know: what the run does is then no contradiction. */
const OPEN = /^(may change: |check mode: may run )/;
/** What runs and is no change: commands that say so by changed_when, waiting. */
const WOULD = /^check mode: would /;

export function contradictions(check: Ended, run: Ended): string[] {
  const done = tasksOf(run);
  const ran = new Set(done.map(nameOf));
  // Of a task that perhaps changes something, perhaps a handler runs.
  const mayRun = leftOpen(check).length > 0;
  const told = tasksOf(check).filter((task) => task.kind === "task" || !mayRun || ran.has(nameOf(task)));
  assert.deepEqual(told.map(nameOf), done.map(nameOf), "the same tasks in the same order");
  return told.flatMap((foreseen, index) => contradiction(foreseen, done[index] as RunEvent));
}

function contradiction(foreseen: RunEvent, done: RunEvent): string[] {
  const name = nameOf(foreseen);
  if (foreseen.items || done.items) return itemContradictions(foreseen, done);
  if (OPEN.test(foreseen.message ?? "")) return [];
  if (expectedOf(foreseen) !== done.status) return [`${name}: told ${foreseen.status}, was ${done.status}`];
  const [before, after] = [foreseen, done].map(({ diff = [] }) => JSON.stringify(diff));
  return before === after ? [] : [`${name}: told ${before}, was ${after}`];
}

function itemContradictions(foreseen: RunEvent, done: RunEvent): string[] {
  const name = nameOf(foreseen);
  const [told = [], was = []] = [foreseen.items, done.items];
  const wrong = told.flatMap((each, index) => {
    const { item, status, message } = each;
    const now = was[index];
    if (OPEN.test(message ?? "") || (now?.item === item && now.status === expectedOf(each))) return [];
    return [`${name}, item ${item}: told ${status}, was ${now?.status}`];
  });
  const open = told.some(({ message }) => OPEN.test(message ?? ""));
  const [before, after] = [foreseen, done].map(({ diff = [] }) => JSON.stringify(diff));
  return open || before === after ? wrong : [...wrong, `${name}: told ${before}, was ${after}`];
}

function expectedOf({ status, message }: Pick<RunEvent, "status" | "message">): string | undefined {
  return WOULD.test(message ?? "") ? "ok" : status;
}

function tasksOf({ events }: Ended): RunEvent[] {
  return events.filter(({ event }) => event === "task");
}

function nameOf({ kind, role, task }: RunEvent): string {
  return `${kind} ${role} : ${task}`;
}

/** The tasks that said they cannot know. */
export function leftOpen(check: Ended): string[] {
  return tasksOf(check).flatMap((event) => {
    const messages = [event.message, ...(event.items ?? []).map(({ message }) => message)];
    return messages.some((message) => OPEN.test(message ?? "")) ? [event.task ?? ""] : [];
  });
}
