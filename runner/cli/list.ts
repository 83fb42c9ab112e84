// What --list-hosts, --list-tasks and --list-tags tell of each play.

import { chosenSteps } from "../engine/steps.ts";
import type { Host } from "../inventory/inventory.ts";
import { NO_VARIABLES, type Play, tasksIn } from "../playbook/playbook.ts";
import type { TagFilter } from "../playbook/tags.ts";
import type { ListEvent } from "../report/events.ts";

export function listPlay(play: Play, hosts: readonly Host[], filter: TagFilter): ListEvent {
  const tasks = tasksIn(chosenSteps(play.steps, filter));
  return {
    event: "list",
    play: play.name,
    hosts: hosts.map(({ name }) => name),
    tasks: tasks.map(({ name, module, role, settings }) => ({
      ...(role ? { role: role.role.name } : {}),
      task: name ? String(name.render(NO_VARIABLES)) : module.name,
      tags: settings.tags,
    })),
    tags: [...new Set(tasks.flatMap(({ settings }) => settings.tags))].sort(),
  };
}
