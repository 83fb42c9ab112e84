// A layer is one origin's variables: a group's, a file's, a play's. Layers are put in order of precedence
// (precedence.ts) and looked up from the highest down.

import type { Problem } from "../source/problem.ts";
import type { MapEntry, SourceNode } from "../source/yaml.ts";
import { compileValue } from "../template/index.ts";
import type { Value } from "../template/value.ts";

export interface Layer {
  readonly values: ReadonlyMap<string, Value>;
  /** Where each variable is written, for problems; empty for layers that come from no file. */
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export const EMPTY_LAYER: Layer = { values: new Map(), entries: new Map() };

/** Of several the later ones win. */
export function joinLayers(layers: readonly Layer[]): Layer {
  if (layers.length === 0) return EMPTY_LAYER;
  return {
    values: new Map(layers.flatMap(({ values }) => [...values])),
    entries: new Map(layers.flatMap(({ entries }) => [...entries])),
  };
}

/** Names that expressions could not mention. */
const RESERVED = new Set([
  "and",
  "or",
  "not",
  "in",
  "is",
  "if",
  "else",
  "true",
  "false",
  "none",
  "True",
  "False",
  "None",
]);

/** Reads a mapping of variables; `what` names it in problems ("vars of the play"). */
export function readLayer(node: SourceNode | undefined, what: string, problems: Problem[]): Layer {
  if (node === undefined || (node.kind === "scalar" && node.value === null)) return EMPTY_LAYER;
  if (node.kind !== "map") {
    problems.push({
      code: "wrong-value",
      message: `${what}: a mapping of names to values is expected`,
      at: node.at,
    });
    return EMPTY_LAYER;
  }
  const values = new Map<string, Value>();
  for (const [name, entry] of node.entries) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || RESERVED.has(name)) {
      problems.push({
        code: "variable-name",
        message: `"${name}" cannot be the name of a variable: letters, digits and _ are, and no word of the language`,
        at: entry.keyAt,
        ...(name.includes("-") ? { hint: `write "${name.replace(/-/g, "_")}"` } : {}),
      });
      continue;
    }
    values.set(name, compileValue(entry.node, problems));
  }
  return { values, entries: node.entries };
}
