// What --list-hosts, --list-tasks and --list-tags tell of each play.

import { chosenSteps } from "../engine/steps.ts";
import type { Host } from "../inventory/inventory.ts";
import { literalText, type Play, tasksIn } from "../playbook/playbook.ts";
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
      task: name
        ? name.uses.length === 0
          ? String(literalText(name))
          : nameAsWritten(name.at.file, module.name)
        : module.name,
      tags: settings.tags,
    })),
    tags: [...new Set(tasks.flatMap(({ settings }) => settings.tags))].sort(),
  };
}

/** A name that depends on variables is only known in a run. */
function nameAsWritten(file: string, module: string): string {
  return `${module} (named in the run, ${file})`;
}
