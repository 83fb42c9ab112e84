// The keywords that are handed down: read at each level, joined with what came from above.

import { findModule, moduleNames } from "../modules/index.ts";
import type { Problem } from "../source/problem.ts";
import { show } from "../source/schema.ts";
import { didYouMean } from "../source/suggest.ts";
import type { MapNode, SourceNode } from "../source/yaml.ts";
import { compileExpression, compileValue } from "../template/index.ts";
import type { Value } from "../template/value.ts";
import type { Settings } from "./playbook.ts";
import { readVars } from "./vars.ts";

export const NO_SETTINGS: Settings = {
  when: [],
  tags: [],
  become: undefined,
  becomeUser: undefined,
  environment: [],
  ignoreErrors: undefined,
  noLog: undefined,
  checkMode: undefined,
  diff: undefined,
  runOnce: false,
  delegateTo: undefined,
  delegateFacts: undefined,
  throttle: undefined,
  timeout: undefined,
  ignoreUnreachable: undefined,
  anyErrorsFatal: false,
  moduleDefaults: [],
  vars: [],
  includeVars: [],
};

/** The settings of a play, role, import or task, given those around it. */
export function readSettings(map: MapNode, outer: Settings, what: string, problems: Problem[]): Settings {
  const own = (key: string): SourceNode | undefined => map.entries.get(key)?.node;
  const value = (key: string): Value | undefined => {
    const node = own(key);
    return node && compileValue(node, problems);
  };
  const flag = (key: string): Value | undefined => {
    const node = own(key);
    if (node && !isFlag(node)) {
      const message = `${key}: expected true or false, not ${show(node.value)}`;
      problems.push({ code: "wrong-value", message, at: node.at });
    }
    const found = value(key);
    return found && asFlag(found);
  };
  const count = (key: string): Value | undefined => {
    const node = own(key);
    if (node && !isTemplate(node) && !/^\d+$/.test(String(node.value))) {
      const message = `${key}: a whole number is expected, not ${show(node.value)}`;
      problems.push({ code: "wrong-value", message, at: node.at });
    }
    return value(key);
  };
  const decided = (key: string, otherwise: boolean): boolean =>
    readBoolean(own(key), key, otherwise, problems);
  const readRunOnce = (): boolean | Value => {
    const node = own("run_once");
    if (!node) return outer.runOnce;
    return isTemplate(node) ? asFlag(compileValue(node, problems)) : decided("run_once", false);
  };
  refuseOtherMethods(own("become_method"), problems);
  const becomeUser = own("become_user");
  if (becomeUser && typeof becomeUser.value !== "string") {
    const message = `become_user: the name of a user is expected, not ${show(becomeUser.value)}`;
    problems.push({ code: "wrong-value", message, at: becomeUser.at });
  }
  return {
    when: [...outer.when, ...conditions(own("when"), problems)],
    tags: [...new Set([...outer.tags, ...readTags(own("tags"), problems)])],
    become: flag("become") ?? outer.become,
    becomeUser: value("become_user") ?? outer.becomeUser,
    environment: [...outer.environment, ...readEnvironment(own("environment"), problems)],
    ignoreErrors: flag("ignore_errors") ?? outer.ignoreErrors,
    noLog: flag("no_log") ?? outer.noLog,
    checkMode: flag("check_mode") ?? outer.checkMode,
    diff: flag("diff") ?? outer.diff,
    runOnce: readRunOnce(),
    delegateTo: value("delegate_to") ?? outer.delegateTo,
    delegateFacts: flag("delegate_facts") ?? outer.delegateFacts,
    throttle: count("throttle") ?? outer.throttle,
    timeout: count("timeout") ?? outer.timeout,
    ignoreUnreachable: flag("ignore_unreachable") ?? outer.ignoreUnreachable,
    anyErrorsFatal: decided("any_errors_fatal", outer.anyErrorsFatal),
    moduleDefaults: [...outer.moduleDefaults, ...readModuleDefaults(own("module_defaults"), problems)],
    vars: map.entries.has("vars")
      ? [...outer.vars, readVars(own("vars"), `vars of ${what}`, problems)]
      : outer.vars,
    includeVars: outer.includeVars,
  };
}

/** One condition or a list of them, all of which must hold. */
export function conditions(node: SourceNode | undefined, problems: Problem[]): Value[] {
  if (!node) return [];
  const nodes = node.kind === "list" ? node.items : [node];
  return nodes.flatMap((each) => {
    if (each.kind === "scalar" && each.value !== null) return [compileExpression(each, problems)];
    problems.push({
      code: "wrong-value",
      message: `a condition is expected, not ${show(each.value)}`,
      at: each.at,
    });
    return [];
  });
}

/** A list, or a text with commas. */
export function readTags(node: SourceNode | undefined, problems: Problem[]): string[] {
  if (!node) return [];
  const nodes = node.kind === "list" ? node.items : [node];
  return nodes.flatMap((each) => {
    if (each.kind === "scalar" && each.value !== null && !isTemplate(each)) {
      return String(each.value)
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean);
    }
    const message = `tags are plain words, known before the run; not ${show(each.value)}`;
    problems.push({ code: "wrong-value", message, at: each.at });
    return [];
  });
}

export function isTemplate(node: SourceNode): boolean {
  return node.kind === "scalar" && typeof node.value === "string" && /\{\{|\{%/.test(node.value);
}

function isFlag(node: SourceNode): boolean {
  return node.kind === "scalar" && (booleanOf(node.value) !== undefined || isTemplate(node));
}

/** YAML's words for true and false mean the same as texts. */
function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  const text = String(value).toLowerCase();
  if (/^(true|yes|on|y|t|1)$/.test(text)) return true;
  return /^(false|no|off|n|f|0)$/.test(text) ? false : undefined;
}

function asFlag({ uses, at, render }: Value): Value {
  return {
    uses,
    at,
    render(scope) {
      const value = render(scope);
      return booleanOf(value) ?? value;
    },
  };
}

/** A mapping, or a list of them, of which later ones win. */
function readEnvironment(node: SourceNode | undefined, problems: Problem[]): Value[] {
  if (!node) return [];
  if (node.kind === "list") return node.items.flatMap((item) => readEnvironment(item, problems));
  if (node.kind === "map") {
    for (const { key, keyAt } of node.entries.values()) {
      if (/^[A-Za-z_]\w*$/.test(key)) continue;
      const message = `environment: "${key}" is no name of a variable`;
      problems.push({ code: "wrong-value", message, at: keyAt });
    }
  } else if (!isTemplate(node)) {
    const message = `environment: a mapping of names to values is expected, not ${show(node.value)}`;
    problems.push({ code: "wrong-value", message, at: node.at });
  }
  return [compileValue(node, problems)];
}

/** Of every module its parameters; groups of modules are other collections'. */
function readModuleDefaults(node: SourceNode | undefined, problems: Problem[]): MapNode[] {
  if (!node) return [];
  const refuse = (message: string, at: SourceNode["at"], hint?: string): [] => {
    problems.push({ code: "wrong-value", message, at, ...(hint ? { hint } : {}) });
    return [];
  };
  if (node.kind !== "map")
    return refuse("module_defaults: a mapping of modules to their parameters is expected", node.at);
  for (const { key, keyAt, node: params } of node.entries.values()) {
    if (!findModule(key))
      refuse(`module_defaults: unknown module "${key}"`, keyAt, didYouMean(key, moduleNames()));
    else if (params.kind !== "map")
      refuse(`module_defaults: the parameters of ${key} are expected as a mapping`, params.at);
  }
  return [node];
}

function refuseOtherMethods(node: SourceNode | undefined, problems: Problem[]): void {
  if (!node || node.value === "sudo") return;
  const message = `become_method: only sudo is supported, not ${show(node.value)}`;
  const hint = "the runner uses sudo, or runuser when it is root already";
  problems.push({ code: "unsupported-keyword", message, at: node.at, hint });
}

/** A keyword that is true or false in itself, and no template. */
export function readBoolean(
  node: SourceNode | undefined,
  key: string,
  fallback: boolean,
  problems: Problem[],
): boolean {
  if (!node) return fallback;
  const value = booleanOf(node.value);
  if (value !== undefined) return value;
  problems.push({
    code: "wrong-value",
    message: `${key}: expected true or false, not ${show(node.value)}`,
    at: node.at,
  });
  return fallback;
}
