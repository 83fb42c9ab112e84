// What stands where a module's name does, but is no module: imports, includes, blocks and meta.

import { resolve } from "node:path";
import { type Problem, Problems } from "../source/problem.ts";
import { show } from "../source/schema.ts";
import { firstExisting } from "../source/sources.ts";
import type { MapEntry, MapNode, SourceNode } from "../source/yaml.ts";
import { compileValue } from "../template/index.ts";
import type { Value } from "../template/value.ts";
import { BLOCK_KEYWORDS, INCLUDE_KEYWORDS, INHERITED, otherEntries, unknownKeyword } from "./keywords.ts";
import { directoryOf, type Loading, type Surroundings } from "./loading.ts";
import { readLoop, readVariableName } from "./loop.ts";
import type { Block, Handler, Include, RoleUse, Settings, Step } from "./playbook.ts";
import { addRole } from "./roles.ts";
import { isTemplate, readBoolean, readSettings } from "./settings.ts";
import { asWritten, readTopics } from "./task.ts";
import { readHandlers, readTasks } from "./tasks.ts";

type Read<Kind> = (entry: MapEntry, map: MapNode, around: Surroundings, loading: Loading) => Kind[];

const SPECIAL: ReadonlyMap<string, Read<Step>> = new Map<string, Read<Step>>([
  ["import_tasks", (entry, map, around, loading) => importTasks(entry, map, around, loading, readTasks)],
  ["import_role", importRole],
  ["include_tasks", includeTasks],
  ["include_role", includeRole],
  ["block", readBlock],
  ["meta", readMeta],
]);

/** Those of them that a handler may be. */
const OF_HANDLERS: ReadonlyMap<string, Read<Handler>> = new Map<string, Read<Handler>>([
  ["import_tasks", (entry, map, around, loading) => importTasks(entry, map, around, loading, readHandlers)],
  ["include_tasks", includeTasks],
]);

export function specialNamed(key: string): Read<Step> | undefined {
  return SPECIAL.get(withoutCollection(key));
}

export function specialHandlerNamed(key: string): Read<Handler> | undefined {
  return OF_HANDLERS.get(withoutCollection(key));
}

function withoutCollection(key: string): string {
  return key.replace(/^ansible\.(builtin|legacy)\./, "");
}

export function specialNames(): Iterable<string> {
  return SPECIAL.keys();
}

function readBlock(entry: MapEntry, map: MapNode, around: Surroundings, loading: Loading): Block[] {
  refuseOthers(map, BLOCK_KEYWORDS, "keyword of a block", loading.problems);
  const inner = { ...around, settings: readSettings(map, around.settings, "the block", loading.problems) };
  const part = (key: string): Step[] => readTasks(map.entries.get(key)?.node, inner, loading);
  return [
    { kind: "block", at: entry.keyAt, body: part("block"), rescue: part("rescue"), always: part("always") },
  ];
}

function readMeta(entry: MapEntry, map: MapNode, around: Surroundings, loading: Loading): Step[] {
  const { value } = entry.node;
  const at = entry.keyAt;
  refuseOthers(map, [entry.key, "name", ...INHERITED], "keyword of meta", loading.problems);
  const settings = readSettings(map, around.settings, "meta", loading.problems);
  const meta = { settings, role: around.role, directory: directoryOf(around) };
  if (value === "flush_handlers" && around.notified)
    return refuse(loading, entry.node, "meta: flush_handlers cannot stand among what handlers do");
  if (value === "flush_handlers") return [{ kind: "flush", at, meta }];
  if (value === "end_host" || value === "end_play")
    return [{ kind: "end", at, scope: value === "end_host" ? "host" : "play", ...meta }];
  if (value === "noop") return [];
  const known = "flush_handlers, end_host, end_play and noop are";
  return refuse(loading, entry.node, `meta: ${show(value)} is not supported; ${known}`);
}

function importRole(entry: MapEntry, map: MapNode, around: Surroundings, loading: Loading): Step[] {
  if (around.notified) return refuseRole(entry, loading);
  const name = partNamed(entry, "name");
  if (!isPlainText(name)) {
    return refuse(
      loading,
      entry.node,
      "import_role: the name of a role is expected: import_role: {name: NAME}",
    );
  }
  refuseOthers(map, [entry.key, "name", ...INHERITED], "keyword of import_role", loading.problems);
  const settings = readSettings(map, around.settings, "import_role", loading.problems);
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

function dependentsOf({ role }: Surroundings): RoleUse[] {
  return role ? [...role.dependents, role] : [];
}

function ownVars(map: MapNode): MapNode | undefined {
  const vars = map.entries.get("vars")?.node;
  return vars?.kind === "map" ? vars : undefined;
}

const FROM = { tasksFrom: "tasks_from", varsFrom: "vars_from", defaultsFrom: "defaults_from" } as const;

/** The parameters of import_role and include_role beside the name: which of the role's files are meant. */
function readFrom({ key, node }: MapEntry, problems: Problem[]) {
  if (node.kind !== "map") return {};
  const isInclude = key.endsWith("include_role");
  const known = ["name", ...Object.values(FROM), ...(isInclude ? ["apply", "public"] : [])];
  refuseOthers(node, known, `parameter of ${key}`, problems);
  const from = (name: string): MapEntry | undefined => {
    const entry = node.entries.get(name);
    if (!entry || isPlainText(entry.node)) return entry;
    const { value, at } = entry.node;
    const message = `${name}: the name of one of the role's files is expected, not ${show(value)}`;
    problems.push({ code: "wrong-value", message, at });
    return undefined;
  };
  return {
    tasksFrom: from(FROM.tasksFrom),
    varsFrom: from(FROM.varsFrom),
    defaultsFrom: from(FROM.defaultsFrom),
  };
}

function importTasks<Kind>(
  entry: MapEntry,
  map: MapNode,
  around: Surroundings,
  loading: Loading,
  read: (node: SourceNode | undefined, around: Surroundings, loading: Loading) => Kind[],
): Kind[] {
  refuseOthers(map, [entry.key, "name", ...INHERITED], "keyword of import_tasks", loading.problems);
  const node = partNamed(entry, "file");
  if (!isPlainText(node)) {
    return refuse(loading, entry.node, "import_tasks: the name of a file is expected, known before the run");
  }
  const settings = readSettings(map, around.settings, "import_tasks", loading.problems);
  const found = tasksFile(String(node.value), { ...around, settings }, loading);
  if ("message" in found) {
    loading.problems.push({ ...found, at: node.at });
    return [];
  }
  return read(found.node, found.around, loading);
}

function includeTasks(entry: MapEntry, map: MapNode, around: Surroundings, loading: Loading): Include[] {
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

function includeRole(entry: MapEntry, map: MapNode, around: Surroundings, loading: Loading): Step[] {
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

function refuseRole({ key, node }: MapEntry, loading: Loading): [] {
  return refuse(loading, node, `${key} cannot stand among what handlers do`);
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

type TasksFile = { readonly node: SourceNode | undefined; readonly around: Surroundings };

/** A file of tasks, looked up beside the file that names it; or what is wrong with the name. */
function tasksFile(
  name: string,
  around: Surroundings,
  { sources, problems }: Loading,
): TasksFile | Omit<Problem, "at"> {
  const paths = [...new Set([directoryOf(around), around.directory])].map((directory) =>
    resolve(directory, name),
  );
  const file = firstExisting(
    paths.flatMap((path) => [path, path.replace(/\.yml$/, ".yaml"), path.replace(/\.yaml$/, ".yml")]),
  );
  if (!file) {
    const tried = paths.map((path) => sources.shownAs(path)).join(" and no file ");
    return { code: "missing-file", message: `there is no file ${tried}` };
  }
  if (around.importing.includes(file)) {
    return { code: "import-loop", message: `${sources.shownAs(file)} would import itself` };
  }
  const node = sources.parse(file, problems);
  return { node, around: { ...around, importing: [...around.importing, file] } };
}

/** A parameter; a text alone stands for the one that is asked for. */
function partNamed(entry: MapEntry, key: string): SourceNode | undefined {
  return entry.node.kind === "map" ? ownPart(entry, key) : entry.node;
}

function ownPart({ node }: MapEntry, key: string): SourceNode | undefined {
  return node.kind === "map" ? node.entries.get(key)?.node : undefined;
}

function isPlainText(node: SourceNode | undefined): node is SourceNode {
  return node?.kind === "scalar" && typeof node.value === "string" && !isTemplate(node);
}

function refuseOthers(map: MapNode, known: readonly string[], what: string, problems: Problem[]): void {
  for (const other of otherEntries(map, known)) problems.push(unknownKeyword(other, what, known));
}

function refuse(loading: Loading, node: SourceNode, message: string): [] {
  loading.problems.push({ code: "wrong-value", message, at: node.at });
  return [];
}
