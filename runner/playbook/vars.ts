// The variables of plays, roles, blocks, imports and tasks. How a host is reached is not among them: its connection is
// opened once for a run, by what the inventory says.

import { CONNECTION_VARIABLES } from "../inventory/connection.ts";
import type { Place, Problem } from "../source/problem.ts";
import type { SourceNode } from "../source/yaml.ts";
import { type Layer, readLayer } from "../variables/layer.ts";

/** Who a task becomes is asked of its own variables; of the interpreter nothing depends. */
const MEANT = new Set(["ansible_become", "ansible_become_user", "ansible_python_interpreter"]);
const UNHEARD = new Set(CONNECTION_VARIABLES.filter((name) => !MEANT.has(name)));

export function readVars(node: SourceNode | undefined, what: string, problems: Problem[]): Layer {
  const layer = readLayer(node, what, problems);
  for (const [name, { keyAt }] of layer.entries) refuseConnection({ name, at: keyAt, what }, problems);
  return layer;
}

interface Set {
  readonly name: string;
  readonly at: Place;
  /** Where it is set. */
  readonly what: string;
}

export function refuseConnection({ name, at, what }: Set, problems: Problem[]): void {
  if (!UNHEARD.has(name)) return;
  problems.push({
    code: "connection-variable",
    message: `${name} has no effect in ${what}: a host is reached as the inventory says`,
    at,
    hint: "set it in the inventory, in group_vars/ or host_vars/, or by --extra-vars",
  });
}
