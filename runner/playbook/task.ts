// Reads one task: its keywords, the module that it names, and that module's parameters.

import { findModule, moduleNames } from "../modules/index.ts";
import type { Module } from "../modules/module.ts";
import { insteadOfModule } from "../modules/not-carried.ts";
import type { Problem } from "../source/problem.ts";
import { show } from "../source/schema.ts";
import type { MapEntry, MapNode, SourceNode } from "../source/yaml.ts";
import { compileValue } from "../template/index.ts";
import { TemplateError, UndefinedVariable, type Value } from "../template/value.ts";
import { otherEntries, unknownKeyword } from "./keywords.ts";
import { directoryOf, type Loading, type Surroundings } from "./loading.ts";
import { readLoop, readVariableName } from "./loop.ts";
import { readParams } from "./params.ts";
import type { Retry, Task } from "./playbook.ts";
import { conditions, readSettings } from "./settings.ts";
import { specialNames } from "./special.ts";
import { refuseConnection } from "./vars.ts";

export function readTask(
  map: MapNode,
  around: Surroundings,
  keywords: readonly string[],
  loading: Loading,
): Task | undefined {
  const { problems } = loading;
  const own = (key: string): SourceNode | undefined => map.entries.get(key)?.node;
  const named = nameOfModule(map, keywords, problems);
  const settings = readSettings(map, around.settings, "the task", problems);
  const name = own("name");
  if (name && name.kind !== "scalar") {
    problems.push({
      code: "wrong-value",
      message: `name: a text is expected, not ${show(name.value)}`,
      at: name.at,
    });
  }
  const task = {
    kind: "task" as const,
    name: name && name.value !== null ? asWritten(name, problems) : undefined,
    at: map.at,
    settings,
    loop: readLoop(map, problems),
    register: readVariableName(own("register"), "register", problems),
    notify: readNotify(own("notify"), problems),
    changedWhen: someConditions(own("changed_when"), problems),
    failedWhen: someConditions(own("failed_when"), problems),
    retry: readRetry(map, problems),
    listen: readTopics(own("listen"), problems),
    role: around.role,
    directory: directoryOf(around),
  };
  if (!named) return undefined;
  const given = { entry: named.entry, args: own("args"), defaults: settings.moduleDefaults };
  const params = readParams(named.module, given, problems);
  if (named.module.name === "set_fact")
    for (const [fact, { node }] of params)
      refuseConnection({ name: fact, at: node.at, what: "set_fact" }, problems);
  const once = named.module.onceForAll ? { settings: { ...settings, runOnce: true } } : {};
  return { ...task, ...once, module: named.module, params };
}

/** A name that cannot be rendered is shown as it is written, and is no mistake. */
export function asWritten(node: SourceNode, problems: Problem[]): Value {
  const { uses, at, render } = compileValue(node, problems);
  return {
    uses,
    at,
    render(scope) {
      try {
        return render(scope);
      } catch (error) {
        if (error instanceof UndefinedVariable || error instanceof TemplateError) return node.value;
        throw error;
      }
    },
  };
}

/** One name, a list of names, or nothing. */
function readNotify(node: SourceNode | undefined, problems: Problem[]): Value[] {
  if (!node || node.value === null) return [];
  return (node.kind === "list" ? node.items : [node]).flatMap((each) => {
    if (each.kind === "scalar" && each.value !== null) return [compileValue(each, problems)];
    const message = `notify: the name of a handler is expected, not ${show(each.value)}`;
    problems.push({ code: "wrong-value", message, at: each.at });
    return [];
  });
}

/** An empty list says nothing, as if it were not there. */
function someConditions(node: SourceNode | undefined, problems: Problem[]): Value[] | undefined {
  const found = conditions(node, problems);
  return found.length > 0 ? found : undefined;
}

function nameOfModule(
  map: MapNode,
  keywords: readonly string[],
  problems: Problem[],
): { module: Module; entry: MapEntry } | undefined {
  const found: { module: Module; entry: MapEntry }[] = [];
  let wrong = false;
  for (const entry of otherEntries(map, keywords)) {
    const module = findModule(entry.key);
    if (module) found.push({ module, entry });
    else {
      wrong = true;
      problems.push(unknownName(entry, keywords));
    }
  }
  const [first, second] = found;
  if (second) {
    problems.push({
      code: "two-modules",
      message: `a task names one module, and this one names both ${first?.entry.key} and ${second.entry.key}`,
      at: second.entry.keyAt,
      hint: "begin a second task",
    });
  } else if (!first && !wrong) {
    problems.push({
      code: "no-module",
      message: "this task names no module: nothing would be done",
      at: map.at,
    });
  }
  return first;
}

function unknownName(entry: MapEntry, keywords: readonly string[]): Problem {
  const { key, keyAt } = entry;
  const instead = insteadOfModule(key);
  if (instead) {
    return {
      code: "unsupported-module",
      message: `the module "${key}" is not supported`,
      at: keyAt,
      hint: instead,
    };
  }
  if (/^\w+\.\w+\.\w+$/.test(key)) {
    const hint = "only ansible.builtin's modules are known";
    return { code: "unknown-module", message: `unknown module "${key}"`, at: keyAt, hint };
  }
  const scalar = entry.node.kind === "scalar" && typeof entry.node.value !== "string";
  return unknownKeyword(entry, scalar ? "keyword" : "module or keyword", [
    ...keywords,
    ...moduleNames(),
    ...specialNames(),
  ]);
}

function readRetry(map: MapNode, problems: Problem[]): Retry | undefined {
  const own = (key: string): Value | undefined => {
    const node = map.entries.get(key)?.node;
    return node && compileValue(node, problems);
  };
  const until = map.entries.get("until");
  if (until) return { until: conditions(until.node, problems), retries: own("retries"), delay: own("delay") };
  for (const key of ["retries", "delay"]) {
    const entry = map.entries.get(key);
    if (entry) problems.push({ code: "no-until", message: `${key} without until`, at: entry.keyAt });
  }
  return undefined;
}

/** Of a handler. */
export function readTopics(node: SourceNode | undefined, problems: Problem[]): string[] {
  if (!node) return [];
  return (node.kind === "list" ? node.items : [node]).flatMap((each) => {
    if (typeof each.value === "string") return [each.value];
    problems.push({
      code: "wrong-value",
      message: `listen: a text is expected, not ${show(each.value)}`,
      at: each.at,
    });
    return [];
  });
}
