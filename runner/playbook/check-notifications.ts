// Every `notify` must name a handler of the play. Ansible says so only when the task has changed something.

import type { Problem } from "../source/problem.ts";
import { didYouMean } from "../source/suggest.ts";
import { type Handler, literalText, type Play, tasksIn } from "./playbook.ts";
import { partsKnown, patternOf } from "./unknown-parts.ts";

export function checkNotifications(play: Play, problems: Problem[]): void {
  // Reading the includes that are known before the run adds the handlers of their roles.
  const tasks = tasksIn([...play.steps, ...play.handlers]);
  const known = new Set(play.handlers.flatMap(namesOf));
  const patterns = play.handlers.flatMap(patternsOf);
  for (const each of tasks.flatMap(({ notify }) => notify)) {
    if (each.uses.length > 0) continue;
    for (const name of [literalText(each)].flat(2)) {
      if (known.has(String(name)) || patterns.some((pattern) => pattern.test(String(name)))) continue;
      const hint =
        didYouMean(String(name), known) ?? "handlers stand under handlers: of the play or of its roles";
      problems.push({
        code: "unknown-handler",
        message: `there is no handler "${name}"`,
        at: each.at,
        hint,
      });
    }
  }
}

/** What names a handler may have whose name depends on variables; the run looks closer. */
function patternsOf({ name, role }: Handler): RegExp[] {
  if (!name || name.uses.length === 0) return [];
  const parts = partsKnown(name);
  if (!parts) return [/^/];
  const qualified = role ? [patternOf([`${role.role.name} : ${parts[0]}`, ...parts.slice(1)])] : [];
  return [patternOf(parts), ...qualified];
}

/** What a notification may call a handler: its name, `role : name`, and its topics. */
export function namesOf(handler: Handler): string[] {
  const name = handler.name && handler.name.uses.length === 0 ? String(literalText(handler.name)) : undefined;
  const qualified = name && handler.role ? [`${handler.role.role.name} : ${name}`] : [];
  return [...(name ? [name] : []), ...qualified, ...handler.listen];
}
