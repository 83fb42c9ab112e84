// The parameters of a task that failed, as people gave them: without defaults, expressions as they are written.

import type { Task } from "../playbook/playbook.ts";

export function shownParams(
  { params: given }: Task,
  params: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const entries = [...given].filter(([name]) => Object.hasOwn(params, name));
  return Object.fromEntries(
    entries.map(([name, { expression, node }]) => [name, expression ? node.value : params[name]]),
  );
}
