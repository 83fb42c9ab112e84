// The variables of plays, blocks, imports and tasks. How a host is reached is not among them: its connection is
// opened once for a run, by what the inventory says.

import { CONNECTION_VARIABLES } from "../inventory/connection.ts";
import type { Problem } from "../source/problem.ts";
import type { SourceNode } from "../source/yaml.ts";
import { type Layer, readLayer } from "../variables/layer.ts";

/** Who a task becomes is asked of its own variables; of the interpreter nothing depends. */
const MEANT = new Set(["ansible_become", "ansible_become_user", "ansible_python_interpreter"]);
const UNHEARD = new Set(CONNECTION_VARIABLES.filter((name) => !MEANT.has(name)));

export function readVars(node: SourceNode | undefined, what: string, problems: Problem[]): Layer {
  const layer = readLayer(node, what, problems);
  for (const [name, { keyAt }] of layer.entries) {
    if (!UNHEARD.has(name)) continue;
    problems.push({
      code: "connection-variable",
      message: `${name} has no effect in ${what}: a host is reached as the inventory says`,
      at: keyAt,
      hint: "set it in the inventory, in group_vars/ or host_vars/, or by --extra-vars",
    });
  }
  return layer;
}
