// role.yaml as a JSON Schema: a description, and variables that are JSON Schemas themselves.

import { ROLE_SCHEMA } from "../playbook/role-definition.ts";
import type { Schema } from "../source/schema.ts";
import { chosenBy } from "./words.ts";

const REFERENCE = {
  type: "object",
  properties: {
    $ref: {
      type: "string",
      pattern: "^[^#]+#/variables/[A-Za-z_][A-Za-z0-9_]*$",
      description: "A variable of another role: ../OTHER/role.yaml#/variables/NAME.",
    },
  },
  required: ["$ref"],
  additionalProperties: false,
};

export function roleSchema(): Schema {
  const properties = ROLE_SCHEMA.properties as Readonly<Record<string, Schema>>;
  return {
    ...ROLE_SCHEMA,
    properties: {
      ...properties,
      variables: {
        ...properties.variables,
        description: "The role's variables, each a JSON Schema with a default and a description.",
        propertyNames: { pattern: "^[A-Za-z_][A-Za-z0-9_]*$" },
        additionalProperties: chosenBy("$ref", REFERENCE, {
          $ref: "http://json-schema.org/draft-07/schema#",
        }),
      },
    },
  };
}
