// Reads role.yaml: what the role is, and its variables as JSON Schemas. A variable may be taken over from
// another role by `$ref: "../OTHER/role.yaml#/variables/NAME"`, so that it is defined once.

import { join, resolve } from "node:path";
import type { Problem } from "../source/problem.ts";
import { foreignSchemaErrors, placeOf, type Schema, schemaProblems } from "../source/schema.ts";
import { firstExisting, type Sources } from "../source/sources.ts";
import type { MapEntry, SourceNode } from "../source/yaml.ts";
import { compileValue } from "../template/index.ts";
import type { Value } from "../template/value.ts";
import type { Layer } from "../variables/layer.ts";
import type { RoleDefinition, RoleVariable } from "./playbook.ts";

export const ROLE_SCHEMA: Schema = {
  type: "object",
  required: ["description"],
  additionalProperties: false,
  properties: {
    description: { type: "string" },
    variables: { type: "object", additionalProperties: { type: "object" } },
  },
};

export interface Definition {
  readonly definition: RoleDefinition;
  readonly defaults: Layer;
}

/** Undefined when the role has no role.yaml. */
export function readDefinition(
  directory: string,
  sources: Sources,
  problems: Problem[],
): Definition | undefined {
  const file = definitionFile(directory);
  if (!file) return undefined;
  const root = sources.parse(file, problems);
  const variables = new Map<string, RoleVariable>();
  const values = new Map<string, Value>();
  const entries = new Map<string, MapEntry>();
  if (root) problems.push(...schemaProblems(ROLE_SCHEMA, root, "role.yaml"));
  for (const entry of variableEntries(root)) {
    const node = resolveReference(entry.node, directory, sources, problems, [file]);
    if (!node) continue;
    const { default: _, ...schema } = node.value as Schema;
    const invalid = invalidSchema(entry.key, schema, node);
    if (invalid.length > 0) {
      problems.push(...invalid);
      continue;
    }
    variables.set(entry.key, { name: entry.key, schema, at: entry.keyAt });
    const fallback = node.kind === "map" ? node.entries.get("default") : undefined;
    if (!fallback) continue;
    values.set(entry.key, compileValue(fallback.node, problems));
    entries.set(entry.key, { key: entry.key, keyAt: fallback.keyAt, node: fallback.node });
  }
  const description = root?.kind === "map" ? String(root.value.description ?? "") : "";
  return { definition: { description, variables }, defaults: { values, entries } };
}

export function definitionFile(directory: string): string | undefined {
  return firstExisting(["role.yaml", "role.yml"].map((name) => join(directory, name)));
}

export function variableEntries(root: SourceNode | undefined): readonly MapEntry[] {
  const variables = root?.kind === "map" ? root.entries.get("variables")?.node : undefined;
  return variables?.kind === "map" ? [...variables.entries.values()] : [];
}

function resolveReference(
  node: SourceNode,
  directory: string,
  sources: Sources,
  problems: Problem[],
  above: readonly string[],
): SourceNode | undefined {
  const reference = node.kind === "map" ? node.entries.get("$ref") : undefined;
  if (!reference) return node;
  const [path = "", name = ""] = String(reference.node.value).split("#/variables/");
  const file = resolve(directory, path);
  const refuse = (message: string): undefined => {
    problems.push({ code: "role-reference", message, at: reference.node.at });
  };
  if (!name) return refuse('$ref: the form "../ROLE/role.yaml#/variables/NAME" is expected');
  if (above.includes(`${file}#${name}`)) return refuse(`$ref: ${name} refers to itself`);
  const entry = variableEntries(sources.parse(file, problems)).find(({ key }) => key === name);
  if (!entry) return refuse(`$ref: ${sources.shownAs(file)} has no variable "${name}"`);
  return resolveReference(entry.node, resolve(file, ".."), sources, problems, [...above, `${file}#${name}`]);
}

function invalidSchema(name: string, schema: Schema, node: SourceNode): Problem[] {
  return foreignSchemaErrors(schema).map((error) => ({
    code: "role-schema",
    message: `${[name, ...error.path].join(".")}: ${error.message}`,
    at: placeOf(node, error),
    ...(error.hint ? { hint: error.hint } : {}),
  }));
}
