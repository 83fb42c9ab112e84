// Makes values out of what stands in YAML files and template files. Everything that can be known without
// rendering is found here: syntax errors, unknown filters and tests, and the free variables.

import type { Place, Problem } from "../source/problem.ts";
import type { MapNode, ScalarNode, SourceNode } from "../source/yaml.ts";
import { Context, type Loader, Names, type Report } from "./evaluate/context.ts";
import { compileExpression as compileTree, type Evaluate } from "./evaluate/expressions.ts";
import { Frame, newRun, placed } from "./evaluate/frame.ts";
import { restoreNewlines, withoutFinalNewline } from "./evaluate/source.ts";
import { captured } from "./evaluate/statements.ts";
import { compileProgram } from "./evaluate/templates.ts";
import { headerOptions } from "./header.ts";
import { isMapping } from "./python/mappings.ts";
import { Blank, Float, plain, Undefined } from "./python/values.ts";
import { literal, type RawValue } from "./scope.ts";
import { settingsApplied, type TemplateSettings } from "./settings.ts";
import { FILE_OPTIONS, type LexerOptions, VALUE_OPTIONS } from "./syntax/lexer.ts";
import { parseTemplate } from "./syntax/parse.ts";
import { type Body, type Expression, type Spot, SyntaxFault } from "./syntax/tree.ts";
import type { Scope, Value, VariableUse } from "./value.ts";

export type Where = (line: number, column: number) => Place;

/** True when a text of a YAML file is a template. */
export function isTemplate(text: string): boolean {
  return text.includes("{{") || text.includes("{%") || text.includes("{#");
}

/** A value of a YAML file, rendered deep. */
export function compileValue(node: SourceNode, problems: Problem[]): Value {
  return compileNode(node, problems);
}

function compileNode(node: SourceNode, problems: Problem[]): RawValue {
  switch (node.kind) {
    case "scalar":
      if (node.decimal) return { ...literal(node.value, node.at), raw: () => new Float(Number(node.value)) };
      if (node.plain || typeof node.value !== "string" || !isTemplate(node.value))
        return constant(node.value, node.at);
      return compileText(node.value, node, problems);
    case "list": {
      const items = node.items.map((item) => compileNode(item, problems));
      if (items.every(isConstant)) return constant(node.value, node.at);
      return rawValue(usesOf(items), node.at, (scope) => items.map((item) => item.raw(scope)));
    }
    case "map":
      return compileMap(node, problems);
  }
}

function compileMap(node: MapNode, problems: Problem[]): RawValue {
  const entries = [...node.entries.values()].map(({ key, node }) => ({
    key,
    value: compileNode(node, problems),
  }));
  const values = entries.map(({ value }) => value);
  // A JavaScript object would move keys such as "80" to the front.
  const ordered = entries.every(({ key }) => !/^\d+$/.test(key));
  if (ordered && values.every(isConstant)) return constant(node.value, node.at);
  const raw = (scope: Scope) => new Map(entries.map(({ key, value }) => [key, value.raw(scope)]));
  return rawValue(usesOf(values), node.at, raw);
}

function usesOf(values: readonly Value[]): VariableUse[] {
  return values.flatMap(({ uses }) => uses);
}

const constants = new WeakSet<Value>();

export function constant(value: unknown, at: Place): RawValue {
  const made: RawValue = { uses: [], at, raw: () => value, render: () => value };
  constants.add(made);
  return made;
}

function isConstant(value: Value): boolean {
  return constants.has(value);
}

export function rawValue(uses: readonly VariableUse[], at: Place, raw: (scope: Scope) => unknown): RawValue {
  return {
    uses,
    at,
    raw,
    render(scope) {
      const value = raw(scope);
      try {
        return plain(value);
      } catch (error) {
        throw placed(error, () => at);
      }
    },
  };
}

export function contextOf(
  where: Where,
  problems: Problem[],
  more: { loader?: Loader; file?: string; options?: LexerOptions } = {},
): Context {
  const report: Report = { uses: [], problems };
  return new Context({
    where: ({ line, column }) => where(line, column),
    report,
    names: new Names(),
    loader: more.loader,
    options: more.options ?? FILE_OPTIONS,
    files: more.file === undefined ? [] : [more.file],
  });
}

export function syntaxProblem(error: unknown, where: Where, problems: Problem[]): void {
  if (!(error instanceof SyntaxFault)) throw error;
  const { message, spot, hint } = error;
  problems.push({
    code: "template-syntax",
    message,
    at: where(spot.line, spot.column),
    ...(hint !== undefined && { hint }),
  });
}

function compileText(text: string, { at, inside }: ScalarNode, problems: Problem[]): RawValue {
  try {
    const body = parseTemplate(withoutFinalNewline(text), VALUE_OPTIONS);
    const context = contextOf(inside, problems);
    const single = singleExpression(body);
    if (!single) return templateValue(text, body, context, at);
    const value = expressionValue(single, context, at);
    if (text === text.trim()) return value;
    const padded = templateValue(text, body, contextOf(inside, []), at);
    return rawValue(value.uses, at, (scope) => {
      const found = value.raw(scope);
      return keepsType(found, text) ? found : padded.raw(scope);
    });
  } catch (error) {
    syntaxProblem(error, inside, problems);
    return constant(text, at);
  }
}

/**
 * White space around it makes a text of a value. But as in Ansible a list or a mapping may be followed by some, and a truth
 * value by the one line break that a block of YAML ends with; so may anything but a text when it is a variable's.
 */
function keepsType(found: unknown, text: string): boolean {
  if (typeof found === "string") return false;
  if (/^\{\{\s*\w+\s*\}\}\n$/.test(text)) return true;
  if (Array.isArray(found) || isMapping(found)) return !/^\s/.test(text);
  return typeof found === "boolean" && text === `${text.trim()}\n`;
}

/** The expression of a text that is nothing else: its value keeps its type. */
export function singleExpression(body: Body): Expression | undefined {
  const [only, more] = body.filter((part) => part.kind !== "text" || part.text.trim() !== "");
  return only?.kind === "output" && more === undefined ? only.value : undefined;
}

export function expressionValue(expression: Expression, context: Context, at: Place): RawValue {
  const evaluate: Evaluate = compileTree(expression, context);
  return rawValue(context.settings.report.uses, at, (scope) => {
    const value = evaluate(new Frame(newRun(scope)));
    try {
      // What is undefined may not leave its expression.
      return value instanceof Blank ? "" : definedRaw(value);
    } catch (error) {
      throw placed(error, () => context.at(expression.at));
    }
  });
}

function templateValue(text: string, body: Body, context: Context, at: Place): RawValue {
  const { write } = compileProgram(body, context);
  return rawValue(context.settings.report.uses, at, (scope) =>
    restoreNewlines(captured(write, new Frame(newRun(scope))), text, context.settings.options.newline),
  );
}

/** Raises when the value or a part of it that a template made is undefined; else gives it as it is. */
function definedRaw(value: unknown): unknown {
  if (value instanceof Undefined) value.raise();
  if (Array.isArray(value) || value instanceof Map) value.forEach(definedRaw);
  return value;
}

export interface TemplateFile {
  readonly text: string;
  readonly file: string;
  /** Finds the templates that it names. */
  readonly loader: Loader;
  /** What the task sets; the file's own first line wins. */
  readonly settings?: TemplateSettings;
}

export function compileTemplate(
  { text, file, loader, settings = {} }: TemplateFile,
  problems: Problem[],
): Value {
  const given = settingsApplied(settings, FILE_OPTIONS);
  const { options, body: rest, skipped } = headerOptions(text, given, file, problems);
  const where: Where = (line, column) => ({ file, line: line + skipped + 1, column: column + 1 });
  const at = { file, line: 1, column: 1 };
  try {
    const body = parse(rest, options);
    return templateValue(rest, body, contextOf(where, problems, { loader, file, options }), at);
  } catch (error) {
    syntaxProblem(error, where, problems);
    return constant(text, at);
  }
}

function parse(text: string, options: LexerOptions): Body {
  return parseTemplate(withoutFinalNewline(text), options);
}

export type { Loader, Spot };
