// Where `src` is looked up on the runner's own machine, as Ansible does: in the role and those that depend on it,
// beside the file of the task, beside the playbook; in each first in its folder files/ or templates/.

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Folder } from "../modules/module.ts";
import type { Play, Task } from "../playbook/playbook.ts";

export interface Found {
  /** Undefined when none of the places has it. */
  readonly path: string | undefined;
  readonly tried: readonly string[];
}

/** The directories in which the files of a task are looked up. */
export function searchPath({ role, directory }: Pick<Task, "role" | "directory">, play: Play): string[] {
  const uses = role ? [role, ...role.dependents.toReversed()] : [];
  return [...new Set([...uses.map((use) => use.role.directory), directory, play.directory])];
}

export function findFile(name: string, folder: Folder, directories: readonly string[]): Found {
  const whole = name.startsWith("~/") ? join(homedir(), name.slice(2)) : name;
  const tried = isAbsolute(whole)
    ? [whole]
    : directories.flatMap((each) => [join(each, folder, name), join(each, name)]);
  return { path: tried.find((path) => existsSync(path)), tried };
}
