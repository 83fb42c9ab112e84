// include_tasks and include_role: which file or role it is may be known only in the run, and then its steps are read.

import { type Problem, Problems } from "../source/problem.ts";
import type { MapEntry, MapNode } from "../source/yaml.ts";
import { compileValue } from "../template/index.ts";
import type { Value } from "../template/value.ts";
import { INCLUDE_KEYWORDS } from "./keywords.ts";
import { directoryOf, type Loading, type Surroundings } from "./loading.ts";
import { readLoop, readVariableName } from "./loop.ts";
import {
  dependentsOf,
  ownPart,
  partNamed,
  readFrom,
  refuse,
  refuseOthers,
  refuseRole,
  tasksFile,
} from "./parts.ts";
import type { Include, Settings, Step } from "./playbook.ts";
import { addRole } from "./roles.ts";
import { readBoolean, readSettings } from "./settings.ts";
import { asWritten, readTopics } from "./task.ts";
import { readTasks } from "./tasks.ts";

export function includeTasks(
  entry: MapEntry,
  map: MapNode,
  around: Surroundings,
  loading: Loading,
): Include[] {
  const node = partNamed(entry, "file") ?? entry.node;
  if (typeof node.value !== "string")
    return refuse(loading, node, "include_tasks: the name of a file is expected");
  const inherited = { ...around, settings: handedDown(map, around, loading) };
  return [
    readInclude(entry, map, around, loading, compileValue(node, loading.problems), (name, inner) => {
      const found = tasksFile(name, inherited, inner);
      if (!("message" in found)) return readTasks(found.node, found.around, inner);
      inner.problems.push({ ...found, at: node.at });
      return [];
    }),
  ];
}

export function includeRole(entry: MapEntry, map: MapNode, around: Surroundings, loading: Loading): Step[] {
  if (around.notified) return refuseRole(entry, loading);
  const name = partNamed(entry, "name");
  if (typeof name?.value !== "string")
    return refuse(loading, entry.node, "include_role: {name: NAME} is expected");
  const settings = handedDown(map, around, loading);
  const files = readFrom(entry, loading.problems);
  return [
    readInclude(entry, map, around, loading, compileValue(name, loading.problems), (role, inner) => {
      const parts = addRole(
        { name: role, at: name.at, settings, params: undefined, ...files, dependents: dependentsOf(around) },
        inner,
      );
      inner.lateHandlers.push(...parts.handlers);
      return parts.steps;
    }),
  ];
}

/**
 * Conditions, tags and the like of an include choose the include alone; those of what stands around it reach what it
 * includes, and so do its own become, environment and no_log.
 */
function handedDown(map: MapNode, around: Surroundings, loading: Loading) {
  const own = includeSettings(map, around, []);
  const { when, tags, ignoreErrors, ignoreUnreachable, runOnce, timeout } = around.settings;
  const apply = [...map.entries.values()].flatMap(
    ({ node }) => (node.kind === "map" && node.entries.get("apply")?.node) || [],
  );
  const base = { ...own, when, tags, ignoreErrors, ignoreUnreachable, runOnce, timeout };
  const [applied] = apply;
  return applied?.kind === "map" ? readSettings(applied, base, "apply", loading.problems) : base;
}

/** The variables of an include are parameters of what it includes. */
function includeSettings(map: MapNode, { settings: outer }: Surroundings, problems: Problem[]): Settings {
  const { vars, ...own } = readSettings(map, { ...outer, vars: [] }, "the include", problems);
  return { ...own, vars: outer.vars, includeVars: [...outer.includeVars, ...vars] };
}

function readInclude(
  entry: MapEntry,
  map: MapNode,
  around: Surroundings,
  loading: Loading,
  what: Value,
  read: (name: string, loading: Loading) => readonly Step[],
): Include {
  const { problems } = loading;
  const keywords = around.notified ? [...INCLUDE_KEYWORDS, "listen"] : INCLUDE_KEYWORDS;
  refuseOthers(map, [entry.key, ...keywords], `keyword of ${entry.key}`, problems);
  const name = map.entries.get("name")?.node;
  const known = new Map<string, readonly Step[]>();
  return {
    kind: "include",
    name: name && name.value !== null ? asWritten(name, problems) : undefined,
    at: map.at,
    module: entry.key,
    settings: includeSettings(map, around, problems),
    loop: readLoop(map, problems),
    register: readVariableName(map.entries.get("register")?.node, "register", problems),
    listen: readTopics(map.entries.get("listen")?.node, problems),
    what,
    role: around.role,
    directory: directoryOf(around),
    isPublic: readBoolean(ownPart(entry, "public"), "public", false, problems),
    steps: (chosen) => {
      const already = known.get(chosen);
      if (already) return already;
      const found: Problem[] = [];
      const steps = read(chosen, { ...loading, once: new Set(), problems: found });
      if (found.length > 0) throw new Problems(found);
      known.set(chosen, steps);
      return steps;
    },
  };
}
