// The JSON Schemas by which an editor completes and checks what people write: inventories, variables, playbooks, files
// of tasks and handlers, role.yaml. Made from the schemas and tables that the runner itself checks by.

import type { Schema } from "../source/schema.ts";
import { inventorySchema, type RoleVariables, variablesSchema } from "./inventory.ts";
import { HANDLERS, KEYWORDS, STEPS } from "./keywords.ts";
import { roleSchema } from "./role.ts";
import { taskDefinitions } from "./tasks.ts";
import { chosenBy, MAPPING } from "./words.ts";

const DRAFT = "http://json-schema.org/draft-07/schema#";

/** Schemas by the name of their file. */
export function editorSchemas(variables: RoleVariables): ReadonlyMap<string, Schema> {
  const definitions = taskDefinitions();
  const schemas: readonly (readonly [name: string, title: string, schema: Schema])[] = [
    ["inventory", "Hosts and their variables", inventorySchema(variables)],
    ["variables", "Variables of a group or a host", variablesSchema(variables)],
    ["playbook", "A playbook", playbookSchema(definitions)],
    ["tasks", "Tasks of a role", { ...STEPS, definitions }],
    ["handlers", "Handlers of a role", { ...HANDLERS, definitions }],
    ["role", "What a role is, and its variables", roleSchema()],
  ];
  return new Map(
    schemas.map(([name, title, schema]) => [
      `${name}.schema.json`,
      { $schema: DRAFT, title, ...rooted(schema) },
    ]),
  );
}

/** Beside $ref other keywords are not read. */
function rooted(schema: Schema): Schema {
  const { $ref, ...rest } = schema;
  return $ref === undefined ? schema : { ...rest, allOf: [{ $ref }] };
}

function playbookSchema(definitions: Readonly<Record<string, Schema>>): Schema {
  const { inherited, play } = KEYWORDS;
  const { tags, when, vars } = inherited;
  const imported = {
    type: "object",
    properties: {
      import_playbook: { type: "string", description: "Another playbook, whose plays stand here." },
      ...{ name: play.name, tags, when, vars },
    },
    additionalProperties: false,
  };
  return {
    type: "array",
    items: chosenBy("import_playbook", imported, {
      type: "object",
      properties: play,
      required: ["hosts"],
      additionalProperties: false,
    }),
    definitions: {
      ...definitions,
      role: {
        anyOf: [
          { type: "string" },
          {
            type: "object",
            properties: { ...inherited, role: { type: "string" }, name: { type: "string" }, vars: MAPPING },
            description: "A role with keywords and parameters.",
            anyOf: [{ required: ["role"] }, { required: ["name"] }],
          },
        ],
      },
    },
  };
}
