// --start-at-task: of the steps that tags choose, those from the first task that is called so; what stands before
// vanishes. Tasks of includes are not known yet, but an include itself may be the one.

import { globToRegExp } from "../inventory/pattern.ts";
import type { Include, Step, Task } from "./playbook.ts";
import { literalText } from "./playbook.ts";

/** Undefined when none of them is called so. */
export function stepsFrom(steps: readonly Step[], pattern: string): Step[] | undefined {
  const wanted = globToRegExp(pattern);
  return fromFirst(steps, (step) => namesOf(step).some((name) => wanted.test(name)));
}

type Named = Task | Include;

/** Within a block as without: of one that is begun in the middle, rescue and always stay. */
function fromFirst(steps: readonly Step[], isIt: (step: Named) => boolean): Step[] | undefined {
  for (const [index, step] of steps.entries()) {
    const rest = steps.slice(index + 1);
    if (step.kind === "block") {
      const body = fromFirst(step.body, isIt);
      if (body) return [{ ...step, body }, ...rest];
      const always = fromFirst(step.always, isIt);
      if (always) return [{ ...step, body: [], always }, ...rest];
    }
    if ((step.kind === "task" || step.kind === "include") && isIt(step)) return [step, ...rest];
  }
  return undefined;
}

/** A task is called by its name, alone or behind that of its role, or else by its module. */
export function namesOf({ name, module, role }: Named): string[] {
  if (name && name.uses.length > 0) return [];
  const own = name ? String(literalText(name)) : typeof module === "string" ? module : module.name;
  return role ? [own, `${role.role.name} : ${own}`] : [own];
}
