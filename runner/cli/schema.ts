// `chatmail-play schema`: writes the JSON Schemas for editors, with the variables of the roles that are there.

import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readDefinition } from "../playbook/role-definition.ts";
import { editorSchemas } from "../schema/index.ts";
import type { RoleVariables } from "../schema/inventory.ts";
import { type Problem, Problems } from "../source/problem.ts";
import type { Schema } from "../source/schema.ts";
import type { Sources } from "../source/sources.ts";

export interface SchemaRequest {
  /** The directory to write to. */
  readonly output: string;
}

export interface SchemaPlaces {
  /** Where relative names of files begin. */
  readonly directory: string;
  /** The first of these that has roles counts. */
  readonly directories: readonly string[];
}

/** Writes the files and gives the text to print. Throws Problems. */
export function writeSchemas(
  { output }: SchemaRequest,
  { directory, directories }: SchemaPlaces,
  sources: Sources,
): string {
  const home = directories.find((each) => existsSync(join(each, "roles")));
  const files = schemaFiles(home === undefined ? undefined : join(home, "roles"), sources);
  const target = resolve(directory, output);
  try {
    mkdirSync(target, { recursive: true });
    for (const [name, text] of files) writeFileSync(join(target, name), text);
  } catch (error) {
    throw new Problems([{ code: "unwritable", message: `${output}: ${(error as Error).message}` }]);
  }
  return `${output} has ${[...files.keys()].join(", ")}.
The first line of a YAML file names the one that it is to be checked by:
# yaml-language-server: $schema=${output}/inventory.schema.json
`;
}

/** The texts of the files by their names, for the roles in a directory. Throws Problems. */
export function schemaFiles(roles: string | undefined, sources: Sources): ReadonlyMap<string, string> {
  const schemas = editorSchemas(roles === undefined ? new Map() : variablesOf(roles, sources));
  return new Map([...schemas].map(([name, schema]) => [name, `${JSON.stringify(schema, null, 1)}\n`]));
}

function variablesOf(roles: string, sources: Sources): RoleVariables {
  const problems: Problem[] = [];
  const variables = new Map<string, { schema: Schema; written: unknown }>();
  for (const role of readdirSync(roles).sort()) {
    const read = readDefinition(join(roles, role), sources, problems);
    for (const { name, schema } of read?.definition.variables.values() ?? []) {
      const written = read?.defaults.entries.get(name)?.node.value;
      variables.set(name, { schema, written });
    }
  }
  if (problems.length > 0) throw new Problems(problems);
  return variables;
}
