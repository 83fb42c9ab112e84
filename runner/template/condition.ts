// Bare expressions: what stands in `when`, `changed_when`, `that` and the like.

import type { Place, Problem } from "../source/problem.ts";
import type { SourceNode } from "../source/yaml.ts";
import {
  constant,
  contextOf,
  expressionValue,
  isTemplate,
  rawValue,
  singleExpression,
  syntaxProblem,
  type Where,
} from "./compile.ts";
import { testedNames } from "./evaluate/context.ts";
import { placed } from "./evaluate/frame.ts";
import { withoutFinalNewline } from "./evaluate/source.ts";
import { truthy } from "./python/operators.ts";
import { Fault } from "./python/values.ts";
import type { RawValue } from "./scope.ts";
import { VALUE_OPTIONS } from "./syntax/lexer.ts";
import { parseExpression, parseTemplate } from "./syntax/parse.ts";
import type { Expression } from "./syntax/tree.ts";
import type { Scope, Value, VariableUse } from "./value.ts";

/** An expression also tells which names it asks for with `is defined`: behind it they need not exist. */
export interface Condition extends Value {
  readonly asksFor: readonly string[];
}

/**
 * A bare expression: `when`, `changed_when`, `that`, `var`. A boolean or number is itself; of a list all must
 * hold. As in Ansible the whole may stand in {{ }}.
 */
export function compileExpression(node: SourceNode, problems: Problem[]): Condition {
  if (node.kind === "list") return allOf(node.items, node.at, problems);
  if (node.kind === "scalar" && typeof node.value === "string" && node.value.trim() !== "") {
    return compileExpressionText(node.value, node, problems);
  }
  if (node.kind === "scalar" && node.value !== null && node.value !== "") {
    return { ...constant(node.value, node.at), asksFor: [] };
  }
  problems.push({ code: "expression", message: "an expression is expected here", at: node.at });
  return { ...constant(null, node.at), asksFor: [] };
}

export function compileExpressionText(
  text: string,
  { at, inside }: { readonly at: Place; readonly inside: Where },
  problems: Problem[],
): Condition {
  try {
    const wrapped = isTemplate(text) ? unwrap(text, at, problems) : undefined;
    if (wrapped === "refused") return { ...constant(null, at), asksFor: [] };
    const expression = wrapped ?? parseExpression(text);
    const context = contextOf(inside, problems);
    const value = expressionValue(expression, context, at);
    const asksFor = testedNames(expression);
    return { ...(wrapped ? evaluatedAgain(value) : value), asksFor };
  } catch (error) {
    syntaxProblem(error, inside, problems);
    return { ...constant(null, at), asksFor: [] };
  }
}

function unwrap(text: string, at: Place, problems: Problem[]): Expression | "refused" {
  if (/^\s*\{\{/.test(text)) {
    const single = singleExpression(parseTemplate(withoutFinalNewline(text), VALUE_OPTIONS));
    if (single) return single;
  }
  problems.push({
    code: "template-in-expression",
    message: "an expression is expected here, and {{ }} cannot stand inside of one",
    at,
    hint: 'write names bare: path == base ~ "/etc", not path == "{{ base }}/etc"',
  });
  return "refused";
}

/** As in Ansible, a text that comes of {{ }} is an expression again; it may come from a host, so it looks nothing up. */
function evaluatedAgain(value: RawValue): RawValue {
  return rawValue(value.uses, value.at, (scope) => {
    const text = value.raw(scope);
    if (typeof text !== "string" || text.trim() === "") return text;
    const problems: Problem[] = [];
    if (isTemplate(text)) throw placed(new Fault("a text with {{ }} is no expression"), () => value.at);
    const again = compileExpressionText(text, { at: value.at, inside: () => value.at }, problems);
    const [problem] = problems;
    if (problem) throw placed(new Fault(`"${text}" is no expression: ${problem.message}`), () => value.at);
    return again.render(withoutLookups(scope));
  });
}

const LOOKUPS = ["lookup", "query", "q"];

function withoutLookups(scope: Scope): Scope {
  return {
    has: (name) => !LOOKUPS.includes(name) && scope.has(name),
    get: (name) => scope.get(name),
    names: () => scope.names(),
  };
}

function allOf(nodes: readonly SourceNode[], at: Place, problems: Problem[]): Condition {
  const parts = nodes.map((node) => compileExpression(node, problems));
  const asksFor: string[] = [];
  const uses: VariableUse[] = [];
  for (const part of parts) {
    uses.push(...part.uses.map((use) => (asksFor.includes(use.name) ? guardedUse(use) : use)));
    asksFor.push(...part.asksFor);
  }
  return { ...rawValue(uses, at, (scope) => parts.every((part) => truthy(part.render(scope)))), asksFor };
}

function guardedUse(use: VariableUse): VariableUse {
  return {
    name: use.name,
    guarded: true,
    get at() {
      return use.at;
    },
  };
}
