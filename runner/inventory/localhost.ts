// The machine that the runner runs on, for plays and tasks that name localhost without an inventory that does. It is in no
// group, not even in `all`, but has the variables of `all`.

import { type Layer, readLayer } from "../variables/layer.ts";
import type { Host } from "./inventory.ts";

export const LOCALHOST: readonly string[] = ["localhost", "127.0.0.1", "::1"];

/** `layersWith` gives all its variables, with those in the place of the inventory's own for the host. */
export function implicitHost(name: string, layersWith: (own: readonly Layer[]) => readonly Layer[]): Host {
  const at = { file: name, line: 1, column: 1 };
  const node = { kind: "scalar" as const, value: "local", at, inside: () => at };
  const entries = new Map([["ansible_connection", { key: "ansible_connection", keyAt: at, node }]]);
  const variables = { kind: "map" as const, entries, value: { ansible_connection: "local" }, at };
  return { name, at, groups: [], layers: layersWith([readLayer(variables, name, [])]) };
}
