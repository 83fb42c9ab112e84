// What imports and includes have in common: their parameters, the files of tasks and roles that they name, and what is wrong
// with them.

import { resolve } from "node:path";
import type { Problem } from "../source/problem.ts";
import { show } from "../source/schema.ts";
import { firstExisting } from "../source/sources.ts";
import type { MapEntry, MapNode, SourceNode } from "../source/yaml.ts";
import { otherEntries, unknownKeyword } from "./keywords.ts";
import { directoryOf, type Loading, type Surroundings } from "./loading.ts";
import type { RoleUse } from "./playbook.ts";
import { isTemplate } from "./settings.ts";

export function dependentsOf({ role }: Surroundings): RoleUse[] {
  return role ? [...role.dependents, role] : [];
}

const FROM = { tasksFrom: "tasks_from", varsFrom: "vars_from", defaultsFrom: "defaults_from" } as const;

/** The parameters of import_role and include_role beside the name: which of the role's files are meant. */
export function readFrom({ key, node }: MapEntry, problems: Problem[]) {
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

export function refuseRole({ key, node }: MapEntry, loading: Loading): [] {
  return refuse(loading, node, `${key} cannot stand among what handlers do`);
}

type TasksFile = { readonly node: SourceNode | undefined; readonly around: Surroundings };

/** A file of tasks, looked up beside the file that names it; or what is wrong with the name. */
export function tasksFile(
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
export function partNamed(entry: MapEntry, key: string): SourceNode | undefined {
  return entry.node.kind === "map" ? ownPart(entry, key) : entry.node;
}

export function ownPart({ node }: MapEntry, key: string): SourceNode | undefined {
  return node.kind === "map" ? node.entries.get(key)?.node : undefined;
}

export function isPlainText(node: SourceNode | undefined): node is SourceNode {
  return node?.kind === "scalar" && typeof node.value === "string" && !isTemplate(node);
}

export function refuseOthers(
  map: MapNode,
  known: readonly string[],
  what: string,
  problems: Problem[],
): void {
  for (const other of otherEntries(map, known)) problems.push(unknownKeyword(other, what, known));
}

export function refuse(loading: Loading, node: SourceNode, message: string): [] {
  loading.problems.push({ code: "wrong-value", message, at: node.at });
  return [];
}
