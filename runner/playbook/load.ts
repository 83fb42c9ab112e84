// Loads playbooks: reads the file, resolves imports and roles, and gives plays whose steps are flat.

import { dirname, resolve } from "node:path";
import type { Problem } from "../source/problem.ts";
import { show } from "../source/schema.ts";
import { firstExisting, type Sources } from "../source/sources.ts";
import type { MapEntry, MapNode, SourceNode } from "../source/yaml.ts";
import { layeredScope } from "../template/index.ts";
import type { Scope, Value } from "../template/value.ts";
import { EMPTY_LAYER, joinLayers, type Layer } from "../variables/layer.ts";
import { otherEntries, PLAY_KEYWORDS, unknownKeyword } from "./keywords.ts";
import { decided } from "./known.ts";
import type { Loading, Surroundings } from "./loading.ts";
import { type Play, rolePathsOf, type Settings, type Step, tasksIn, tasksStanding } from "./playbook.ts";
import { readRoles } from "./roles.ts";
import { isTemplate, NO_SETTINGS, readBoolean, readSettings } from "./settings.ts";
import { readHandlers, readTasks } from "./tasks.ts";
import { readVars } from "./vars.ts";
import { readVarsFiles } from "./vars-files.ts";

/** `path` must exist; all that is wrong is added to `problems`. */
export function loadPlaybook(
  path: string,
  sources: Sources,
  problems: Problem[],
  above: readonly string[] = [],
  outer: Outer = { settings: NO_SETTINGS, vars: EMPTY_LAYER, given: new Map() },
): Play[] {
  const root = sources.parse(path, problems);
  if (!root) {
    if (problems.length === 0)
      problems.push({ code: "empty-playbook", message: "this playbook is empty", at: sources.startOf(path) });
    return [];
  }
  if (root.kind !== "list") {
    const message = 'a playbook is a list of plays: each begins with "- " and has hosts and tasks or roles';
    problems.push({ code: "wrong-value", message, at: root.at });
    return [];
  }
  return root.items.flatMap((item) => {
    if (item.kind !== "map") {
      problems.push({
        code: "wrong-value",
        message: `a play is expected, not ${show(item.value)}`,
        at: item.at,
      });
      return [];
    }
    const imported =
      item.entries.get("import_playbook") ?? item.entries.get("ansible.builtin.import_playbook");
    if (imported) return importPlaybook(imported, item, path, sources, problems, above, outer);
    return [readPlay(item, path, sources, problems, outer)];
  });
}

/** What an import hands down to the plays of its playbook. */
interface Outer {
  readonly settings: Settings;
  readonly vars: Layer;
  /** --extra-vars: keywords of plays may depend on them. */
  readonly given: ReadonlyMap<string, Value>;
}

const IMPORT_KEYWORDS = ["name", "tags", "when", "vars"];

function importPlaybook(
  { key, node: written }: MapEntry,
  map: MapNode,
  path: string,
  sources: Sources,
  problems: Problem[],
  above: readonly string[],
  outer: Outer,
): Play[] {
  for (const entry of otherEntries(map, [key, ...IMPORT_KEYWORDS]))
    problems.push(unknownKeyword(entry, "keyword of import_playbook", IMPORT_KEYWORDS));
  const own = readVars(map.entries.get("vars")?.node, "vars of import_playbook", problems);
  const inner = {
    settings: readSettings(withoutVars(map), outer.settings, "import_playbook", problems),
    vars: joinLayers([own, outer.vars]),
    given: outer.given,
  };
  const node = decided(written, layeredScope([inner.vars.values, outer.given]));
  const file = typeof node.value === "string" ? resolve(dirname(path), node.value) : undefined;
  if (!file || !firstExisting([file])) {
    problems.push({
      code: "missing-file",
      message: `import_playbook: ${noFile(node)}`,
      at: node.at,
    });
    return [];
  }
  if (file === path || above.includes(file)) {
    problems.push({
      code: "import-loop",
      message: `${sources.shownAs(file)} would import itself`,
      at: node.at,
    });
    return [];
  }
  return loadPlaybook(file, sources, problems, [...above, path], inner);
}

function noFile({ value }: SourceNode): string {
  return typeof value === "string"
    ? `there is no file ${value}`
    : `the name of a file is expected, not ${show(value)}`;
}

function readPlay(map: MapNode, path: string, sources: Sources, problems: Problem[], outer: Outer): Play {
  const directory = dirname(path);
  for (const entry of otherEntries(map, PLAY_KEYWORDS)) {
    problems.push(unknownKeyword(entry, "keyword of a play", PLAY_KEYWORDS));
  }
  const vars = joinLayers([
    readVars(map.entries.get("vars")?.node, "vars of the play", problems),
    outer.vars,
  ]);
  const given = layeredScope([vars.values, outer.given]);
  const own = (key: string): SourceNode | undefined => decided(map.entries.get(key)?.node, given);
  const loading: Loading = {
    sources,
    problems,
    roles: new Map(),
    once: new Set(),
    rolePaths: rolePathsOf(directory),
    lateHandlers: [],
    known: {
      directory,
      vars,
      varsFiles: readVarsFiles(own("vars_files"), { directory, sources, problems }),
      given: outer.given,
    },
  };
  // The play's vars are a layer of their own, below set_fact; those of settings are above it.
  const inherited = readSettings(ownSettings(map, given, problems), outer.settings, "the play", problems);
  const around: Surroundings = { settings: inherited, role: undefined, directory, importing: [path] };
  const flush: Step = { kind: "flush", at: map.at };
  const roles = readRoles(own("roles"), inherited, loading);
  const steps: Step[] = [
    ...readTasks(own("pre_tasks"), around, loading),
    flush,
    ...roles.steps,
    ...readTasks(own("tasks"), around, loading),
    flush,
    ...readTasks(own("post_tasks"), around, loading),
    flush,
  ];
  const hosts = readHosts(own("hosts"), map, problems);
  const name = own("name");
  if (name && (name.kind !== "scalar" || name.value === null)) {
    const message = `name: a text is expected, not ${show(name.value)}`;
    problems.push({ code: "wrong-value", message, at: name.at });
  }
  const ownHandlers = readHandlers(own("handlers"), around, loading);
  return {
    name: name?.kind === "scalar" ? String(name.value) : hosts.join(","),
    at: map.at,
    hosts,
    hostsAt: own("hosts")?.at ?? map.at,
    gatherFacts: readBoolean(own("gather_facts"), "gather_facts", true, problems),
    serial: readSerial(own("serial"), problems),
    vars,
    varsFiles: loading.known.varsFiles,
    settings: inherited,
    onFailure: readOnFailure(own("on_failure"), problems),
    forceHandlers: readBoolean(own("force_handlers"), "force_handlers", false, problems),
    maxFailPercentage: readPercentage(own("max_fail_percentage"), problems),
    roles: [...new Set([...roles.uses, ...tasksStanding(steps).flatMap(({ role }) => role ?? [])])],
    rolesIncluded: [...new Set(tasksIn(steps).flatMap(({ role }) => role ?? []))],
    steps,
    // Roles that are included while running bring theirs then.
    get handlers() {
      return [...roles.handlers, ...loading.lateHandlers, ...ownHandlers];
    },
    directory,
  };
}

/** Whether any failure is fatal has to be known before the hosts begin. */
function ownSettings(map: MapNode, given: Scope, problems: Problem[]): MapNode {
  const entries = new Map(withoutVars(map).entries);
  const fatal = entries.get("any_errors_fatal");
  if (!fatal) return { ...map, entries };
  const node = decided(fatal.node, given);
  if (!isTemplate(node)) entries.set("any_errors_fatal", { ...fatal, node });
  else {
    const message = "any_errors_fatal: this depends on what is not known before the run";
    const hint = "it may depend on the play's vars and on --extra-vars";
    problems.push({ code: "wrong-value", message, at: node.at, hint });
    entries.delete("any_errors_fatal");
  }
  return { ...map, entries };
}

function withoutVars(map: MapNode): MapNode {
  return { ...map, entries: new Map([...map.entries].filter(([key]) => key !== "vars")) };
}

function readHosts(node: SourceNode | undefined, map: MapNode, problems: Problem[]): string[] {
  if (!node) {
    problems.push({
      code: "no-hosts",
      message: "this play says no hosts",
      at: map.at,
      hint: "add hosts: PATTERN",
    });
    return [];
  }
  const nodes = node.kind === "list" ? node.items : [node];
  if (nodes.length === 0) {
    problems.push({ code: "no-hosts", message: "hosts: this list is empty", at: node.at });
  }
  return nodes.flatMap((each) => {
    const text = each.kind === "scalar" && typeof each.value === "string" ? each.value.trim() : "";
    if (text !== "" && !isTemplate(each)) return [text];
    const message = `hosts: a pattern of host and group names is expected, not ${show(each.value)}`;
    problems.push({ code: "wrong-value", message, at: each.at });
    return [];
  });
}

function readOnFailure(node: SourceNode | undefined, problems: Problem[]): Play["onFailure"] {
  if (!node) return "leave";
  if (node.value === "restore" || node.value === "leave") return node.value;
  const message = `on_failure: restore or leave is expected, not ${show(node.value)}`;
  problems.push({ code: "wrong-value", message, at: node.at });
  return "leave";
}

function readPercentage(node: SourceNode | undefined, problems: Problem[]): number | undefined {
  if (!node) return undefined;
  const value = Number(String(node.value).replace(/%$/, ""));
  if (value >= 0 && value <= 100) return value;
  const message = `max_fail_percentage: a number from 0 to 100 is expected, not ${show(node.value)}`;
  problems.push({ code: "wrong-value", message, at: node.at });
  return undefined;
}

function readSerial(node: SourceNode | undefined, problems: Problem[]): (number | string)[] {
  if (!node) return [];
  return (node.kind === "list" ? node.items : [node]).flatMap((each) => {
    const { value } = each;
    // 0: all at once.
    if (Number(value) === 0 && value !== "") return [];
    if (typeof value === "number" && Number.isInteger(value) && value > 0) return [value];
    if (typeof value === "string" && /^[1-9]\d*%?$/.test(value))
      return [value.endsWith("%") ? value : Number(value)];
    const message = `serial: a number of hosts or a percentage such as "30%" is expected, not ${show(value)}`;
    problems.push({ code: "wrong-value", message, at: each.at });
    return [];
  });
}
