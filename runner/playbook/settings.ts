// The keywords that are handed down: read at each level, joined with what came from above.

import type { Problem } from "../source/problem.ts";
import { show } from "../source/schema.ts";
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
    return value(key);
  };
  const environment = own("environment");
  if (environment && environment.kind !== "map" && !isTemplate(environment)) {
    problems.push({
      code: "wrong-value",
      message: `environment: a mapping of names to values is expected, not ${show(environment.value)}`,
      at: environment.at,
    });
  }
  for (const { key, keyAt } of environment?.kind === "map" ? environment.entries.values() : []) {
    if (/^[A-Za-z_]\w*$/.test(key)) continue;
    problems.push({
      code: "wrong-value",
      message: `environment: "${key}" is no name of a variable`,
      at: keyAt,
    });
  }
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
    environment: environment
      ? [...outer.environment, compileValue(environment, problems)]
      : outer.environment,
    ignoreErrors: flag("ignore_errors") ?? outer.ignoreErrors,
    noLog: flag("no_log") ?? outer.noLog,
    checkMode: flag("check_mode") ?? outer.checkMode,
    diff: flag("diff") ?? outer.diff,
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
  return node.kind === "scalar" && (typeof node.value === "boolean" || isTemplate(node));
}

/** A keyword that is true or false in itself, and no template. */
export function readBoolean(
  node: SourceNode | undefined,
  key: string,
  fallback: boolean,
  problems: Problem[],
): boolean {
  if (!node) return fallback;
  if (typeof node.value === "boolean") return node.value;
  problems.push({
    code: "wrong-value",
    message: `${key}: expected true or false, not ${show(node.value)}`,
    at: node.at,
  });
  return fallback;
}
