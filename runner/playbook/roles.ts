// Reads roles from their directories, and puts a role's steps and handlers where a play uses it. A role
// with role.yaml is typed; one without has Ansible's defaults/ instead.

import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { filesOf } from "../inventory/vars-folder.ts";
import type { Place } from "../source/problem.ts";
import { firstExisting } from "../source/sources.ts";
import { didYouMean } from "../source/suggest.ts";
import type { MapEntry, MapNode, SourceNode } from "../source/yaml.ts";
import { joinLayers, type Layer, readLayer } from "../variables/layer.ts";
import { otherEntries, ROLE_KEYWORDS } from "./keywords.ts";
import { decided, knownIn } from "./known.ts";
import type { Loading } from "./loading.ts";
import type { Handler, Role, RoleUse, Settings, Step } from "./playbook.ts";
import { readDefinition } from "./role-definition.ts";
import { readSettings } from "./settings.ts";
import { readHandlers, readTasks } from "./tasks.ts";
import { readVars } from "./vars.ts";

export interface RoleParts {
  readonly uses: readonly RoleUse[];
  readonly steps: readonly Step[];
  readonly handlers: readonly Handler[];
}

interface Wanted {
  readonly name: string;
  readonly at: Place;
  readonly settings: Settings;
  readonly params: MapNode | undefined;
  readonly vars?: MapNode | undefined;
  /** Its own tags and conditions: with others it is another use of the role. */
  readonly own?: readonly [tags: unknown, when: unknown];
  /** Another file of tasks than main.yaml. */
  readonly tasksFrom?: MapEntry | undefined;
  /** Other files of variables than main.yaml. */
  readonly varsFrom?: MapEntry | undefined;
  readonly defaultsFrom?: MapEntry | undefined;
  /** Those that it runs for. */
  readonly dependents?: readonly RoleUse[];
}

interface Adding {
  /** The uses that lead to this one, to refuse a loop. */
  readonly above: readonly RoleUse[];
  /** Not again when it is there already. */
  readonly once: boolean;
}

/** The `roles:` of a play or the dependencies of a role. The same role with the same parameters comes once. */
export function readRoles(
  node: SourceNode | undefined,
  settings: Settings,
  loading: Loading,
  dependents: readonly RoleUse[] = [],
): RoleParts {
  if (!node || (node.kind === "scalar" && node.value === null)) return NO_PARTS;
  if (node.kind !== "list") {
    loading.problems.push({
      code: "wrong-value",
      message: "roles: a list of roles is expected",
      at: node.at,
    });
    return NO_PARTS;
  }
  return joinParts(
    node.items.map((item) => {
      const wanted = readWanted(item, settings, loading);
      return wanted
        ? addRole({ ...wanted, dependents }, loading, { above: dependents, once: true })
        : NO_PARTS;
    }),
  );
}

export function addRole(
  wanted: Wanted,
  loading: Loading,
  { above, once }: Adding = { above: [], once: false },
): RoleParts {
  const { problems, sources } = loading;
  const directory = findRole(wanted, loading);
  if (!directory) return NO_PARTS;
  if (above.some(({ role }) => role.directory === directory)) {
    problems.push({
      code: "role-loop",
      message: `role ${wanted.name} would depend on itself`,
      at: wanted.at,
    });
    return NO_PARTS;
  }
  const { tasksFrom, dependents = [] } = wanted;
  const role = readRole(directory, wanted, loading);
  const mainOf = (folder: string): SourceNode | undefined => {
    const file = mainFile(directory, folder);
    return file ? sources.parse(file, problems) : undefined;
  };
  const meta = mainOf("meta");
  const given = { ...wanted.params?.value, ...wanted.vars?.value };
  const key = JSON.stringify([directory, given, wanted.own ?? [undefined, undefined]]);
  const onlyOnce = once && !allowsDuplicates(meta);
  if (onlyOnce && loading.once.has(key)) return NO_PARTS;
  // One that has a condition may not run.
  if (once && wanted.settings.when.length === 0) loading.once.add(key);
  const layerOf = (node: MapNode | undefined): Layer => readLayer(node, "parameters of the role", problems);
  const use: RoleUse = {
    role,
    at: wanted.at,
    params: layerOf(wanted.params),
    vars: layerOf(wanted.vars),
    key,
    once: onlyOnce,
    dependents,
  };
  if (meta && meta.kind !== "map") {
    const message = "a role's meta is a mapping, with dependencies: [ROLE, ...]";
    problems.push({ code: "wrong-value", message, at: meta.at });
  }
  const dependencies = meta?.kind === "map" ? meta.entries.get("dependencies")?.node : undefined;
  const tasks = tasksFrom ? tasksNamed(tasksFrom, directory, loading) : mainOf("tasks");
  const around = (folder: string) => ({
    settings: wanted.settings,
    role: use,
    directory: join(directory, folder),
    importing: [],
  });
  return joinParts([
    readRoles(dependencies, wanted.settings, loading, [...dependents, use]),
    {
      uses: [use],
      steps: readTasks(tasks, around("tasks"), loading),
      handlers: readHandlers(mainOf("handlers"), around("handlers"), loading),
    },
  ]);
}

function allowsDuplicates(meta: SourceNode | undefined): boolean {
  return meta?.kind === "map" && meta.entries.get("allow_duplicates")?.node.value === true;
}

function tasksNamed({ node }: MapEntry, directory: string, { sources, problems }: Loading) {
  const path = join(directory, "tasks", String(node.value));
  const file = firstExisting(["", ".yaml", ".yml"].map((ending) => path + ending));
  if (file) return sources.parse(file, problems);
  const message = `there is no file ${sources.shownAs(path)}`;
  problems.push({ code: "missing-file", message, at: node.at });
  return undefined;
}

const NO_PARTS: RoleParts = { uses: [], steps: [], handlers: [] };

function joinParts(parts: readonly RoleParts[]): RoleParts {
  return {
    uses: parts.flatMap(({ uses }) => uses),
    steps: parts.flatMap(({ steps }) => steps),
    handlers: parts.flatMap(({ handlers }) => handlers),
  };
}

function readWanted(item: SourceNode, settings: Settings, loading: Loading): Wanted | undefined {
  const now = (node: SourceNode): SourceNode =>
    decided(node, knownIn(loading.known, { role: undefined, settings }));
  if (item.kind === "scalar" && typeof item.value === "string") {
    return { name: String(now(item).value), at: item.at, settings, params: undefined };
  }
  const named = item.kind === "map" ? (item.entries.get("role") ?? item.entries.get("name")) : undefined;
  if (item.kind !== "map" || typeof named?.node.value !== "string") {
    const message = "roles: the name of a role is expected, or a mapping with role: NAME";
    loading.problems.push({ code: "wrong-value", message, at: item.at });
    return undefined;
  }
  const params = new Map(otherEntries(item, ROLE_KEYWORDS).map((entry) => [entry.key, entry]));
  const own = readSettings(item, { ...settings, vars: [] }, "the role", loading.problems);
  const vars = item.entries.get("vars")?.node;
  const value = Object.fromEntries([...params].map(([key, { node }]) => [key, node.value]));
  return {
    name: String(now(named.node).value),
    at: named.node.at,
    settings: { ...own, vars: settings.vars },
    params: params.size > 0 ? { kind: "map", entries: params, value, at: item.at } : undefined,
    vars: vars?.kind === "map" ? vars : undefined,
    own: [item.value.tags, item.value.when],
  };
}

function findRole({ name, at }: Wanted, { rolePaths, sources, problems }: Loading): string | undefined {
  const directory = name && firstExisting(rolePaths.map((path) => join(path, name)));
  if (directory && statSync(directory).isDirectory()) return directory;
  const known = rolePaths.filter((path) => existsSync(path)).flatMap((path) => readdirSync(path));
  const hint =
    didYouMean(name, known) ?? `looked in ${rolePaths.map((path) => sources.shownAs(path)).join(", ")}`;
  problems.push({ code: "unknown-role", message: `there is no role "${name}"`, at, hint });
  return undefined;
}

function readRole(directory: string, { varsFrom, defaultsFrom }: Wanted, loading: Loading): Role {
  const key = [directory, varsFrom?.node.value, defaultsFrom?.node.value].join("\n");
  const known = loading.roles.get(key);
  if (known) return known;
  const { sources, problems } = loading;
  const definition = readDefinition(directory, sources, problems);
  const layerOf = (folder: string, from?: MapEntry): Layer => {
    const files = from ? variablesNamed(from, directory, folder, loading) : mainFiles(directory, folder);
    return joinLayers(
      files.map((file) => readVars(sources.parse(file, problems), sources.shownAs(file), problems)),
    );
  };
  const defaultsFile = mainFile(directory, "defaults");
  if (definition && defaultsFile) {
    problems.push({
      code: "two-defaults",
      message: "a role with role.yaml keeps its defaults there, and has no defaults/",
      at: sources.startOf(defaultsFile),
    });
  }
  const role: Role = {
    name: basename(directory),
    directory,
    definition: definition?.definition,
    defaults: definition?.defaults ?? layerOf("defaults", defaultsFrom),
    vars: layerOf("vars", varsFrom),
  };
  loading.roles.set(key, role);
  return role;
}

function variablesNamed({ node }: MapEntry, directory: string, folder: string, loading: Loading): string[] {
  const path = join(directory, folder, String(node.value));
  const file = firstExisting(["", ".yaml", ".yml"].map((ending) => path + ending));
  if (file) return [file];
  const message = `there is no file ${loading.sources.shownAs(path)}`;
  loading.problems.push({ code: "missing-file", message, at: node.at });
  return [];
}

/** Variables may stand in several files of a directory main/, too. */
function mainFiles(directory: string, folder: string): string[] {
  const file = mainFile(directory, folder);
  return file ? [file] : filesOf(join(directory, folder, "main"));
}

function mainFile(directory: string, folder: string): string | undefined {
  return firstExisting(["main.yaml", "main.yml"].map((name) => join(directory, folder, name)));
}
