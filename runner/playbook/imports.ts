// import_tasks and import_role: read where they stand, while the playbook is loaded. The name may depend on what is known
// by then.

import { show } from "../source/schema.ts";
import type { MapEntry, MapNode, SourceNode } from "../source/yaml.ts";
import { INHERITED } from "./keywords.ts";
import { decided, knownIn } from "./known.ts";
import type { Loading, Surroundings } from "./loading.ts";
import {
  dependentsOf,
  isPlainText,
  partNamed,
  readFrom,
  refuseOthers,
  refuseRole,
  tasksFile,
} from "./parts.ts";
import type { Step } from "./playbook.ts";
import { addRole } from "./roles.ts";
import { isTemplate, readSettings } from "./settings.ts";

export function importRole(entry: MapEntry, map: MapNode, around: Surroundings, loading: Loading): Step[] {
  if (around.notified) return refuseRole(entry, loading);
  refuseOthers(map, [entry.key, "name", ...INHERITED], "keyword of import_role", loading.problems);
  const settings = readSettings(map, around.settings, "import_role", loading.problems);
  const name = decided(partNamed(entry, "name"), knownIn(loading.known, { ...around, settings }));
  if (!isPlainText(name)) {
    return refuseName(name ?? entry.node, "import_role: the name of a role", "include_role", loading);
  }
  const wanted = {
    name: String(name.value),
    at: name.at,
    settings,
    params: undefined,
    vars: ownVars(map),
    ...readFrom(entry, loading.problems),
    dependents: dependentsOf(around),
  };
  const parts = addRole(wanted, loading);
  loading.lateHandlers.push(...parts.handlers);
  return [...parts.steps];
}

function ownVars(map: MapNode): MapNode | undefined {
  const vars = map.entries.get("vars")?.node;
  return vars?.kind === "map" ? vars : undefined;
}

export function importTasks<Kind>(
  entry: MapEntry,
  map: MapNode,
  around: Surroundings,
  loading: Loading,
  read: (node: SourceNode | undefined, around: Surroundings, loading: Loading) => Kind[],
): Kind[] {
  refuseOthers(map, [entry.key, "name", ...INHERITED], "keyword of import_tasks", loading.problems);
  const settings = readSettings(map, around.settings, "import_tasks", loading.problems);
  const node = decided(partNamed(entry, "file"), knownIn(loading.known, { ...around, settings }));
  if (!isPlainText(node)) {
    return refuseName(node ?? entry.node, "import_tasks: the name of a file", "include_tasks", loading);
  }
  const found = tasksFile(String(node.value), { ...around, settings }, loading);
  if ("message" in found) {
    loading.problems.push({ ...found, at: node.at });
    return [];
  }
  return read(found.node, found.around, loading);
}

function refuseName(node: SourceNode, what: string, instead: string, { problems }: Loading): [] {
  const hint = `vars, vars_files and --extra-vars are known then; ${instead} takes names that depend on the host`;
  problems.push({
    code: "wrong-value",
    message: `${what} is expected, known before the run; not ${show(node.value)}`,
    at: node.at,
    ...(isTemplate(node) ? { hint } : {}),
  });
  return [];
}
