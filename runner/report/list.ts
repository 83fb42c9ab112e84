// `--list-hosts`, `--list-tasks` and `--list-tags`, laid out as Ansible does.

import type { ListEvent } from "./events.ts";
import { taskLabel } from "./heading.ts";
import { visibleName } from "./visible.ts";

export type ListKind = "hosts" | "tasks" | "tags";

/** `number` counts the plays of a playbook from 1. */
export function listLines(event: ListEvent, kind: ListKind, number: number): string[] {
  const head = `  play #${number} (${visibleName(event.play)})`;
  switch (kind) {
    case "hosts":
      return [
        head,
        `    hosts (${event.hosts.length}):`,
        ...event.hosts.map((host) => `      ${visibleName(host)}`),
      ];
    case "tasks":
      return [
        head,
        "    tasks:",
        ...event.tasks.map((task) => `      ${taskLabel(task)}\tTAGS: ${tagList(task.tags)}`),
      ];
    case "tags":
      return [
        head,
        `      TASK TAGS: ${tagList([...event.tags, ...event.tasks.flatMap((task) => task.tags)])}`,
      ];
  }
}

function tagList(tags: readonly string[]): string {
  return `[${[...new Set(tags)].map(visibleName).sort().join(", ")}]`;
}
