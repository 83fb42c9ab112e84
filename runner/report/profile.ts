// Where the time of a run went: `--profile` sums up the task events, by task and by role.

import { duration } from "./duration.ts";
import type { ProfiledTask, ProfileEvent, TaskEvent } from "./events.ts";
import { starred, taskLabel } from "./heading.ts";
import type { Paint } from "./paint.ts";
import { plural } from "./plural.ts";
import { visibleName } from "./visible.ts";
import { cut } from "./width.ts";

export function profileOf(events: readonly TaskEvent[]): ProfileEvent {
  const tasks = [...grouped(events, ({ kind, role, task, at }) => [kind, role, task, at].join("\0"))];
  const roles = [...grouped(events, ({ role }) => role ?? "")];
  return {
    event: "profile",
    ms: total(events),
    roles: longestFirst(
      roles.map(([role, own]) => ({ ...(role ? { role } : {}), ms: total(own), tasks: own.length })),
    ),
    tasks: longestFirst(tasks.map(([, own]) => profiled(own))),
  };
}

function profiled(events: readonly TaskEvent[]): ProfiledTask {
  const { role, task, kind, module, at } = events[0] as TaskEvent;
  const [slowest] = longestFirst(events) as [TaskEvent];
  return {
    ...(role === undefined ? {} : { role }),
    ...{ task, kind, module, at, ms: total(events) },
    hosts: new Set(events.map(({ host }) => host)).size,
    slowest: { host: slowest.host, ms: slowest.ms },
  };
}

function grouped(events: readonly TaskEvent[], keyOf: (event: TaskEvent) => string) {
  const groups = new Map<string, TaskEvent[]>();
  for (const event of events) {
    const key = keyOf(event);
    const group = groups.get(key);
    if (group) group.push(event);
    else groups.set(key, [event]);
  }
  return groups;
}

const total = (events: readonly { readonly ms: number }[]): number =>
  events.reduce((sum, { ms }) => sum + ms, 0);

function longestFirst<Entry extends { readonly ms: number }>(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => b.ms - a.ms);
}

/** Tasks beyond these took next to nothing; `--json` has all. */
const MOST_TASKS = 20;
const TIME_WIDTH = 13;

export function profileLines(
  { ms, roles, tasks }: ProfileEvent,
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): string[] {
  const line = (time: number, text: string): string =>
    cut(`${duration(time).padStart(TIME_WIDTH)}  ${text}`, columns);
  const shown = tasks.slice(0, MOST_TASKS);
  const rest = tasks.slice(MOST_TASKS);
  return [
    paint("bold", starred("PROFILE", columns)),
    ...roles.map((each) =>
      line(each.ms, `${roleName(each.role)}, ${plural(each.tasks, "task")}, ${share(each.ms, ms)}`),
    ),
    "",
    ...shown.map((task) => line(task.ms, `${taskLabel(task)}${ofHosts(task)}`)),
    ...(rest.length > 0 ? [line(total(rest), `${plural(rest.length, "other task")}`)] : []),
  ];
}

function roleName(role: string | undefined): string {
  return role === undefined ? "(no role)" : visibleName(role);
}

function share(part: number, whole: number): string {
  return `${whole === 0 ? 0 : Math.round((100 * part) / whole)} %`;
}

function ofHosts({ hosts, slowest }: ProfiledTask): string {
  if (hosts === 1) return "";
  return ` (${hosts} hosts, ${visibleName(slowest.host)} ${duration(slowest.ms)})`;
}
