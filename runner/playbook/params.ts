// Reads the parameters of a task's module and checks them against its schema as far as they are known.
// What depends on variables is checked again when it is rendered (engine/prepare.ts).

import { findModule } from "../modules/index.ts";
import type { Module } from "../modules/module.ts";
import type { Problem } from "../source/problem.ts";
import { placeOf, type Schema, schemaErrors, show } from "../source/schema.ts";
import { didYouMean } from "../source/suggest.ts";
import type { MapEntry, MapNode, ScalarNode, SourceNode } from "../source/yaml.ts";
import { compileExpression, compileValue } from "../template/index.ts";
import { type Scope, UndefinedVariable, type Value } from "../template/value.ts";
import type { Param } from "./playbook.ts";

interface Given {
  /** The module's name, and what stands behind it. */
  readonly entry: MapEntry;
  readonly args: SourceNode | undefined;
  /** module_defaults, outermost first. */
  readonly defaults: readonly MapNode[];
}

type ParamNodes = Map<string, { node: SourceNode; keyAt: MapEntry["keyAt"] }>;

export function readParams(
  module: Module,
  { entry, args, defaults }: Given,
  problems: Problem[],
): Map<string, Param> {
  const nodes: ParamNodes = new Map(defaults.flatMap((each) => defaultsFor(module, each)));
  if (args && args.kind !== "map") {
    const message = `args: a mapping of parameters is expected, not ${show(args.value)}`;
    problems.push({ code: "wrong-value", message, at: args.at });
  } else if (args) for (const { key, node, keyAt } of args.entries.values()) nodes.set(key, { node, keyAt });
  const { node } = entry;
  if (node.kind === "map") {
    for (const { key, node: value, keyAt } of node.entries.values()) nodes.set(key, { node: value, keyAt });
  } else if (node.kind === "scalar" && node.value !== null) {
    if (module.freeForm && typeof node.value === "string") {
      for (const [key, value] of splitFreeForm(module, node)) nodes.set(key, { node: value, keyAt: node.at });
    } else {
      problems.push({
        code: "wrong-value",
        message: `${entry.key}: the parameters are expected as a mapping, not ${show(node.value)}`,
        at: node.at,
        ...(/^\w+=/.test(String(node.value)) ? { hint: "write NAME: VALUE, one to a line" } : {}),
      });
      return new Map();
    }
  } else if (node.kind === "list") {
    problems.push({
      code: "wrong-value",
      message: `${entry.key}: a mapping is expected, not a list`,
      at: node.at,
    });
    return new Map();
  }
  for (const [alias, name] of Object.entries(module.parameterAliases ?? {})) {
    const given = nodes.get(alias);
    if (given && !nodes.has(name)) nodes.set(name, given);
    nodes.delete(alias);
  }
  const params = new Map<string, Param>();
  for (const [key, { node: value, keyAt }] of nodes) {
    const name = module.params.additionalProperties === true ? readName(key, keyAt, problems) : {};
    params.set(key, { ...readParam(module, key, value, problems), ...name });
  }
  checkParams(module, entry, nodes, params, problems);
  return params;
}

function readName(key: string, at: MapEntry["keyAt"], problems: Problem[]): Pick<Param, "name"> {
  if (!key.includes("{{")) return {};
  const inside = (line: number, column: number) => ({
    ...at,
    line: at.line + line,
    column: at.column + 1 + column,
  });
  return { name: compileValue({ kind: "scalar", value: key, at, inside }, problems) };
}

function defaultsFor(
  module: Module,
  defaults: MapNode,
): [string, { node: SourceNode; keyAt: MapEntry["keyAt"] }][] {
  return [...defaults.entries.values()].flatMap(({ key, node }) =>
    findModule(key) === module && node.kind === "map" ? [...node.entries] : [],
  );
}

function readParam(module: Module, key: string, node: SourceNode, problems: Problem[]): Param {
  const known = propertiesOf(module);
  // Own ones only: a parameter may be called "constructor".
  const schema = Object.hasOwn(known, key) ? known[key] : undefined;
  if (!isExpression(schema)) return { node, expression: false, value: compileValue(node, problems) };
  const value = compileExpressions(node, schema?.whenUndefined, problems);
  return {
    node,
    expression: true,
    value,
    ...("whenUndefined" in (schema ?? {}) ? { mayBeUndefined: true } : {}),
  };
}

/** A parameter of expressions is rendered to `{expression, value}`, or a list of them. */
function compileExpressions(node: SourceNode, whenUndefined: unknown, problems: Problem[]): Value {
  if (node.kind === "list") {
    const all = node.items.map((item) => compileExpressions(item, whenUndefined, problems));
    return {
      at: node.at,
      uses: all.flatMap(({ uses }) => uses),
      render: (scope) => all.map((each) => each.render(scope)),
    };
  }
  if (node.kind !== "scalar") return compileValue(node, problems);
  const inner = compileExpression(node, problems);
  const expression = String(node.value);
  const render = (scope: Scope): unknown => {
    try {
      return inner.render(scope);
    } catch (error) {
      if (error instanceof UndefinedVariable && whenUndefined !== undefined) return whenUndefined;
      throw error;
    }
  };
  return { at: node.at, uses: inner.uses, render: (scope) => ({ expression, value: render(scope) }) };
}

function isExpression(schema: Schema | undefined): boolean {
  return schema !== undefined && JSON.stringify(schema).includes('"format":"expression"');
}

function propertiesOf(module: Module): Readonly<Record<string, Schema>> {
  return module.params.properties as Readonly<Record<string, Schema>>;
}

function checkParams(
  module: Module,
  entry: MapEntry,
  nodes: ReadonlyMap<string, { node: SourceNode; keyAt: MapEntry["keyAt"] }>,
  params: ReadonlyMap<string, Param>,
  problems: Problem[],
): void {
  const schema = module.params;
  const known = propertiesOf(module);
  const sketch: Record<string, unknown> = Object.create(null);
  for (const [key, { node, keyAt }] of nodes) {
    if (!Object.hasOwn(known, key) && !schema.additionalProperties) {
      const hint = didYouMean(key, Object.keys(known));
      problems.push({
        code: "unknown-parameter",
        message: `unknown parameter "${key}" of ${module.name}`,
        at: keyAt,
        ...(hint ? { hint } : {}),
      });
    } else sketch[params.get(key)?.name ? `named_later_${keyAt.column}` : key] = structuredClone(node.value);
  }
  for (const error of schemaErrors(schema, sketch, "coercing")) {
    const [key] = error.path;
    const param = key === undefined ? undefined : params.get(key);
    if (param && /\{\{|\{%/.test(JSON.stringify(param.node.value))) continue;
    const inside = { ...error, path: error.path.slice(1) };
    problems.push({
      code: "wrong-parameter",
      message: `${module.name}${key === undefined ? "" : `: ${key}`}: ${error.message}`,
      at: param ? placeOf(param.node, inside) : (nodes.get(error.key ?? "")?.keyAt ?? entry.keyAt),
      ...(error.hint ? { hint: error.hint } : {}),
    });
  }
}

const OPTION = /(?:^|\s)(creates|removes|chdir|executable)=("[^"]*"|'[^']*'|(?:\{\{.*?\}\}|[^\s{])+)/g;

/** Ansible's short form of command and shell: `command: touch /x creates=/x`. */
function splitFreeForm(module: Module, node: ScalarNode): [string, SourceNode][] {
  const text = String(node.value);
  const known = propertiesOf(module);
  const options: [string, SourceNode][] = [];
  const rest = text.replace(OPTION, (whole, key: string, value: string) => {
    if (!Object.hasOwn(known, key)) return whole;
    options.push([key, { ...node, value: value.replace(/^(["'])(.*)\1$/, "$2") }]);
    return "";
  });
  return [
    [module.freeForm as string, { ...node, value: options.length > 0 ? rest.trim() : text }],
    ...options,
  ];
}
