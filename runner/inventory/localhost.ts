// The machine that the runner runs on, for plays and tasks that name localhost without an inventory that does.

import { readLayer } from "../variables/layer.ts";
import type { Host } from "./inventory.ts";

export function implicitLocalhost(): Host {
  const at = { file: "localhost", line: 1, column: 1 };
  const node = { kind: "scalar" as const, value: "local", at, inside: () => at };
  const entries = new Map([["ansible_connection", { key: "ansible_connection", keyAt: at, node }]]);
  const variables = { kind: "map" as const, entries, value: { ansible_connection: "local" }, at };
  return { name: "localhost", at, groups: [], layers: [readLayer(variables, "localhost", [])] };
}
