// What the tests of templates share: compiling and rendering a text with some variables.

import type { Problem } from "../../../runner/source/problem.ts";
import { parseYaml, type SourceNode } from "../../../runner/source/yaml.ts";
import {
  compileTemplate,
  compileValue,
  layeredScope,
  literal,
  type Scope,
  type Value,
} from "../../../runner/template/index.ts";

export type Variables = Readonly<Record<string, unknown>>;

export function scopeOf(variables: Variables): Scope {
  return layeredScope([new Map(Object.entries(variables).map(([name, value]) => [name, literal(value)]))]);
}

/** The nodes of a YAML text, which must have no problem. */
export function yaml(text: string): SourceNode {
  const problems: Problem[] = [];
  const node = parseYaml({ file: "vars.yaml", text }, problems);
  if (!node || problems.length > 0) throw new Error(`bad YAML in a test: ${JSON.stringify(problems)}`);
  return node;
}

export function file(
  text: string,
  files: Readonly<Record<string, string>> = {},
): { value: Value; problems: Problem[] } {
  const problems: Problem[] = [];
  const load = (name: string) => {
    const found = Object.hasOwn(files, name) ? files[name] : undefined;
    return found === undefined ? undefined : { text: found, file: `templates/${name}` };
  };
  const value = compileTemplate({ text, file: "templates/main.j2", loader: load }, problems);
  return { value, problems };
}

/** The text that a template file gives; a problem is an error here. */
export function rendered(
  text: string,
  variables: Variables = {},
  files: Readonly<Record<string, string>> = {},
): unknown {
  const { value, problems } = file(text, files);
  if (problems.length > 0) throw new Error(problems.map(told).join("\n"));
  return value.render(scopeOf(variables));
}

/** The value of an expression, as a variable of a playbook that holds it in {{ }} has it. */
export function evaluated(expression: string, variables: Variables = {}): unknown {
  const problems: Problem[] = [];
  const node = yaml(JSON.stringify(`{{ ${expression} }}`));
  const value = compileValue(node, problems);
  if (problems.length > 0) throw new Error(problems.map(told).join("\n"));
  return value.render(scopeOf(variables));
}

/** `line:column: message (hint)`. */
export function told({ at, message, hint }: Problem): string {
  return `${at?.line}:${at?.column}: ${message}${hint ? ` (${hint})` : ""}`;
}
