// Reads lists of tasks and handlers. Imports, includes and blocks are read by special.ts; a task's own
// keywords and parameters by task.ts.

import { show } from "../source/schema.ts";
import type { MapNode, SourceNode } from "../source/yaml.ts";
import { HANDLER_KEYWORDS, TASK_KEYWORDS } from "./keywords.ts";
import type { Loading, Surroundings } from "./loading.ts";
import type { Handler, Step } from "./playbook.ts";
import { specialHandlerNamed, specialNamed } from "./special.ts";
import { readTask } from "./task.ts";

/** The steps of a list of tasks; undefined and empty lists give none. */
export function readTasks(node: SourceNode | undefined, around: Surroundings, loading: Loading): Step[] {
  return mappings(node, "tasks", loading).flatMap((map) => readStep(map, around, loading));
}

export function readHandlers(
  node: SourceNode | undefined,
  around: Surroundings,
  loading: Loading,
): Handler[] {
  const notified = { ...around, notified: true as const };
  return mappings(node, "handlers", loading).flatMap((map): Handler[] => {
    const special = [...map.entries.values()].find(({ key }) => specialNamed(key));
    if (special) {
      const read = specialHandlerNamed(special.key);
      if (read) return read(special, map, notified, loading);
      const message = `a handler is a task, include_tasks or import_tasks; ${special.key} cannot be one`;
      loading.problems.push({ code: "wrong-value", message, at: special.keyAt });
      return [];
    }
    const task = readTask(map, notified, HANDLER_KEYWORDS, loading);
    return task ? [task] : [];
  });
}

function readStep(map: MapNode, around: Surroundings, loading: Loading): Step[] {
  for (const entry of map.entries.values()) {
    const read = specialNamed(entry.key);
    if (read) return read(entry, map, around, loading);
  }
  const task = readTask(map, around, TASK_KEYWORDS, loading);
  return task ? [task] : [];
}

function mappings(node: SourceNode | undefined, what: string, loading: Loading): MapNode[] {
  if (!node || (node.kind === "scalar" && node.value === null)) return [];
  if (node.kind !== "list") {
    loading.problems.push({
      code: "wrong-value",
      message: `${what}: a list is expected, not ${show(node.value)}`,
      at: node.at,
      ...(node.kind === "map" ? { hint: 'begin each of its items with "- "' } : {}),
    });
    return [];
  }
  return node.items.flatMap((item) => {
    if (item.kind === "map") return [item];
    loading.problems.push({
      code: "wrong-value",
      message: `${what}: each item is a mapping (name: ..., MODULE: ...), not ${show(item.value)}`,
      at: item.at,
    });
    return [];
  });
}
