// `--list-hosts`, `--list-tasks` and `--list-tags`, laid out as Ansible does.

import type { ListEvent } from "./events.ts";
import { taskLabel } from "./heading.ts";
import { visibleName } from "./visible.ts";

/** In the order in which they are told. */
export const LIST_KINDS = ["hosts", "tasks", "tags"] as const;

export type ListKind = (typeof LIST_KINDS)[number];

/** `number` counts the plays of a playbook from 1. */
export function listLines(event: ListEvent, kinds: readonly ListKind[], number: number): string[] {
  const head = `  play #${number} (${visibleName(event.play)})`;
  return [head, ...kinds.flatMap((kind) => linesOf(event, kind))];
}

function linesOf(event: ListEvent, kind: ListKind): string[] {
  switch (kind) {
    case "hosts":
      return [
        `    hosts (${event.hosts.length}):`,
        ...event.hosts.map((host) => `      ${visibleName(host)}`),
      ];
    case "tasks":
      return [
        "    tasks:",
        ...event.tasks.map((task) => `      ${taskLabel(task)}\tTAGS: ${tagList(task.tags)}`),
      ];
    case "tags":
      return [`      TASK TAGS: ${tagList([...event.tags, ...event.tasks.flatMap((task) => task.tags)])}`];
  }
}

function tagList(tags: readonly string[]): string {
  return `[${[...new Set(tags)].map(visibleName).sort().join(", ")}]`;
}
