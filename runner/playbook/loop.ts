// Reads loops: loop and with_items, and what loop_control says about them.

import type { Problem } from "../source/problem.ts";
import { show } from "../source/schema.ts";
import type { MapEntry, MapNode, SourceNode } from "../source/yaml.ts";
import { compileValue } from "../template/index.ts";
import { unknownKeyword } from "./keywords.ts";
import type { Loop } from "./playbook.ts";
import { isTemplate, readBoolean } from "./settings.ts";

const CONTROLS = ["loop_var", "index_var", "label", "extended", "extended_allitems", "pause"];

export function readLoop(map: MapNode, problems: Problem[]): Loop | undefined {
  const entry = map.entries.get("loop") ?? map.entries.get("with_items");
  const control = map.entries.get("loop_control");
  if (!entry) {
    if (control)
      problems.push({ code: "no-loop", message: "loop_control without a loop", at: control.keyAt });
    return undefined;
  }
  if (map.entries.has("loop") && map.entries.has("with_items")) {
    problems.push({
      code: "two-loops",
      message: "a task has one loop: either loop or with_items",
      at: entry.keyAt,
    });
  }
  const { node } = entry;
  const fixed = node.kind === "map" || (node.kind === "scalar" && !isTemplate(node));
  if (entry.key === "loop" && fixed) {
    const message = `loop: a list is expected, not ${show(node.value)}`;
    const hint =
      node.kind === "map" ? 'write loop: "{{ NAME | dict2items }}"' : 'a variable is written "{{ NAME }}"';
    problems.push({ code: "wrong-value", message, at: node.at, hint });
  }
  if (control && control.node.kind !== "map") {
    const message = `loop_control: a mapping is expected, not ${show(control.node.value)}`;
    problems.push({ code: "wrong-value", message, at: control.node.at });
  }
  const entries = control?.node.kind === "map" ? control.node.entries : new Map<string, MapEntry>();
  for (const other of entries.values()) {
    if (!CONTROLS.includes(other.key))
      problems.push(unknownKeyword(other, "keyword of loop_control", CONTROLS));
  }
  const label = entries.get("label")?.node;
  const pause = entries.get("pause")?.node;
  const flag = (key: string, otherwise: boolean): boolean =>
    readBoolean(entries.get(key)?.node, key, otherwise, problems);
  return {
    items: compileValue(entry.node, problems),
    flatten: entry.key === "with_items",
    variable: readVariableName(entries.get("loop_var")?.node, "loop_var", problems) ?? "item",
    indexVariable: readVariableName(entries.get("index_var")?.node, "index_var", problems),
    extended: flag("extended", false),
    allItems: flag("extended_allitems", true),
    pause: pause && compileValue(pause, problems),
    label: label && compileValue(label, problems),
  };
}

export function readVariableName(
  node: SourceNode | undefined,
  what: string,
  problems: Problem[],
): string | undefined {
  if (!node) return undefined;
  if (typeof node.value === "string" && /^[A-Za-z_]\w*$/.test(node.value)) return node.value;
  const message = `${what}: the name of a variable is expected (letters, digits and _), not ${show(node.value)}`;
  problems.push({ code: "variable-name", message, at: node.at });
  return undefined;
}
