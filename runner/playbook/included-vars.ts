// Files of variables that a task includes, as far as it is known before the run which they are.

import { findFile, searchPath } from "../files/find.ts";
import { literalText, type Play, type Task } from "./playbook.ts";

export interface IncludedVars {
  /** Undefined when none of the places has it. */
  readonly path: string | undefined;
  readonly tried: readonly string[];
  /** The variable that gets them as a mapping. */
  readonly name: string | undefined;
}

/** Of include_vars; undefined for other tasks, and where which it is depends on the run. */
export function includedVars(task: Task, play: Play): IncludedVars | undefined {
  if (task.module.name !== "include_vars") return undefined;
  const { file, dir, name } = Object.fromEntries(
    [...task.params].map(([key, { value }]) => [key, value.uses.length > 0 ? undefined : literalText(value)]),
  );
  const wanted = file ?? dir;
  if (wanted === undefined || (task.params.has("name") && name === undefined)) return undefined;
  const { path, tried } = findFile(String(wanted), "vars", searchPath(task, play));
  return { path, tried, name: name === undefined ? undefined : String(name) };
}
