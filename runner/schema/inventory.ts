// The inventory as a JSON Schema: groups, hosts, and the variables that roles define.

import { CONNECTION_SCHEMA } from "../inventory/connection.ts";
import type { Schema } from "../source/schema.ts";
import { widened } from "./words.ts";

/** Variables of roles, by name; of one that several roles have, any schema will do: they are the same. */
export type RoleVariables = ReadonlyMap<string, { readonly schema: Schema; readonly written: unknown }>;

export function inventorySchema(variables: RoleVariables): Schema {
  return {
    type: "object",
    additionalProperties: { $ref: "#/definitions/group" },
    definitions: {
      group: {
        type: ["object", "null"],
        description: "A group of hosts.",
        properties: {
          hosts: {
            type: ["object", "null"],
            description: "Hosts by name, each with variables of its own; web[01:10] stands for ten.",
            additionalProperties: { $ref: "#/definitions/variables" },
          },
          vars: { $ref: "#/definitions/variables", description: "Variables of all hosts of the group." },
          children: {
            type: ["object", "null"],
            description: "Groups within the group, by name.",
            additionalProperties: { $ref: "#/definitions/group" },
          },
        },
        additionalProperties: false,
      },
      variables: variablesSchema(variables),
    },
  };
}

/** For files in group_vars/ and host_vars/, too. */
export function variablesSchema(variables: RoleVariables): Schema {
  const own = [...variables].map(([name, { schema, written }]) => {
    const fallback = written === undefined ? {} : { default: written };
    return [name, widened({ ...schema, ...fallback })];
  });
  const connection = Object.entries(CONNECTION_SCHEMA.properties).map(([name, schema]) => [
    name,
    widened(schema),
  ]);
  return {
    type: ["object", "null"],
    properties: Object.fromEntries([...connection, ...own]),
    additionalProperties: false,
  };
}
