// The order in which variables win over each other: Ansible's, for what we carry (docs/language.md).

import type { Host } from "../inventory/inventory.ts";
import type { Play, RoleUse, Task } from "../playbook/playbook.ts";
import { layeredScope } from "../template/index.ts";
import type { Value } from "../template/value.ts";
import { EMPTY_LAYER, type Layer } from "./layer.ts";
import type { SecretVariables } from "./secret-variables.ts";

/** What a host has learnt in the course of a run: plain data, never taken for templates, but for what it has included. */
export interface Learnt {
  readonly facts: ReadonlyMap<string, Value>;
  /** include_vars. */
  readonly included: ReadonlyMap<string, Value>;
  /** set_fact and register. */
  readonly set: ReadonlyMap<string, Value>;
  /** Roles whose variables the play sees since they were included. */
  readonly roles?: readonly RoleUse[];
}

export const NOTHING_LEARNT: Learnt = { facts: new Map(), included: new Map(), set: new Map() };

export interface VariableSources {
  readonly host: Host;
  readonly play: Play;
  /** Undefined for what belongs to the play itself. */
  readonly task: Pick<Task, "role" | "settings"> | undefined;
  readonly learnt: Learnt;
  /** --extra-vars */
  readonly extra: Layer;
  /** inventory_hostname, group_names ...: see magic.ts. */
  readonly magic: ReadonlyMap<string, Value>;
  readonly secrets: SecretVariables;
}

/** Layers with the places of their variables, lowest precedence first. */
export function layersOf({
  host,
  play,
  task,
  learnt,
  extra,
  magic,
  secrets,
}: VariableSources): readonly Layer[] {
  const own = task?.role ? [...task.role.dependents, task.role] : [];
  const others = [...play.roles, ...(learnt.roles ?? [])].filter((use) => !own.includes(use));
  const uses = [...others, ...own];
  const lower = [...uses.map(({ role }) => role.defaults), ...host.layers, unplaced(learnt.facts), play.vars];
  const upper = [
    ...uses.flatMap(({ vars, role }) => [vars, role.vars]),
    ...(task?.settings.vars ?? []),
    unplaced(learnt.included),
    unplaced(learnt.set),
    ...own.map(({ params }) => params),
    ...(task?.settings.includeVars ?? []),
    extra,
    unplaced(magic),
  ];
  const known = () => layeredScope([...lower, ...upper].map(({ values }) => values));
  const files = play.varsFiles.map((file) =>
    "chosen" in file ? (file.chosen(known()) ?? EMPTY_LAYER) : file,
  );
  return [...lower, ...files, ...upper].flatMap((layer) =>
    layer.values.size > 0 ? [secrets.watch(layer)] : [],
  );
}

function unplaced(values: ReadonlyMap<string, Value>): Layer {
  return { values, entries: EMPTY_LAYER.entries };
}
