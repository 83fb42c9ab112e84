// Where `src` is looked up on the runner's own machine, as Ansible does: the role's folder, the role, then
// the playbook's folder and the playbook's directory.

import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Play, RoleUse } from "../playbook/playbook.ts";

export interface Found {
  /** Undefined when none of the places has it. */
  readonly path: string | undefined;
  readonly tried: readonly string[];
}

export function findFile(
  name: string,
  folder: "files" | "templates",
  role: RoleUse | undefined,
  play: Play,
): Found {
  const directories = [...(role ? [role.role.directory] : []), play.directory];
  const tried = isAbsolute(name)
    ? [name]
    : directories.flatMap((each) => [join(each, folder, name), join(each, name)]);
  return { path: tried.find((path) => existsSync(path)), tried };
}
