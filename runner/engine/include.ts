// What an include includes on one host: for each item of its loop, or once, the name of a file or role and
// the variables that its tasks see. An include whose condition is false leaves no trace.

import type { Module } from "../modules/module.ts";
import type { Include, Task } from "../playbook/playbook.ts";
import { layeredScope, truthy } from "../template/index.ts";
import type { Scope, Value } from "../template/value.ts";
import { bareTask } from "./bare-task.ts";
import { loopItems, loopVariables } from "./loop.ts";

export interface IncludeItem {
  readonly what: string;
  readonly variables: ReadonlyMap<string, Value>;
}

/** Throws what rendering throws. */
export function includeItems(
  include: Include,
  layers: readonly ReadonlyMap<string, Value>[],
): readonly IncludeItem[] {
  const { loop, settings, what, at } = include;
  const chosen = (scope: Scope): boolean =>
    settings.when.every((condition) => truthy(condition.render(scope)));
  const item = (variables: ReadonlyMap<string, Value>): IncludeItem[] => {
    const scope = layeredScope([...layers, variables]);
    return chosen(scope) ? [{ what: String(what.render(scope)), variables }] : [];
  };
  if (!loop) return item(new Map());
  const items = loopItems(loop, layeredScope(layers));
  return items.flatMap((_, index) => {
    return item(loopVariables(loop, items, index, at));
  });
}

/** An include that failed, as the task that it is in the playbook. */
export function asTask({ name, at, module, settings, role, directory }: Include): Task {
  return bareTask({ name, at, module: { name: module } as Module, settings, role, directory });
}
