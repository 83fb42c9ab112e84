// All variables that roles define, in the sections in which people are told of them: for `init` and for the
// reference that is made from the same schemas. roles/sections.yaml says which section has which.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CONNECTION_SCHEMA } from "../inventory/connection.ts";
import { readDefinition } from "../playbook/role-definition.ts";
import { type Problem, Problems } from "../source/problem.ts";
import { type Schema, schemaProblems } from "../source/schema.ts";
import type { Sources } from "../source/sources.ts";
import type { Value } from "../template/value.ts";

export interface Setting {
  readonly name: string;
  readonly schema: Schema;
  readonly description: string;
  /** As it stands in role.yaml, expressions unrendered. */
  readonly written: unknown;
  readonly fallback: Value | undefined;
  readonly example: unknown;
  /** Roles that use it. */
  readonly roles: readonly string[];
}

export interface Section {
  readonly title: string;
  /** Whether inventories tell of it. */
  readonly inventory: boolean;
  readonly settings: readonly Setting[];
}

export interface Catalogue {
  readonly group: string;
  /** The variable that names of hosts must be right for. */
  readonly host: string;
  readonly header: string;
  readonly next: string;
  readonly sections: readonly Section[];
}

const names = { type: "array", items: { type: "string" } } as const;
const SECTIONS_SCHEMA = {
  type: "object",
  required: ["group", "host", "header", "next", "sections"],
  additionalProperties: false,
  properties: {
    group: { type: "string" },
    host: { type: "string" },
    header: { type: "string" },
    next: { type: "string" },
    examples: { type: "object" },
    sections: {
      type: "array",
      items: {
        type: "object",
        required: ["title", "variables"],
        additionalProperties: false,
        properties: { title: { type: "string" }, inventory: { type: "boolean" }, variables: names },
      },
    },
  },
} as const;

interface Written {
  readonly group: string;
  readonly host: string;
  readonly header: string;
  readonly next: string;
  readonly examples?: Readonly<Record<string, unknown>>;
  readonly sections: readonly {
    readonly title: string;
    readonly inventory?: boolean;
    readonly variables: readonly string[];
  }[];
}

/** Throws Problems. */
export function readCatalogue(rolesDirectory: string, sources: Sources): Catalogue {
  const problems: Problem[] = [];
  const node = sources.parse(join(rolesDirectory, "sections.yaml"), problems);
  if (node) problems.push(...schemaProblems(SECTIONS_SCHEMA, node, "sections.yaml"));
  if (!node || problems.length > 0) throw new Problems(problems);
  const written = node.value as unknown as Written;
  const settings = readSettings(rolesDirectory, written.examples ?? {}, sources);
  const told = new Set(written.sections.flatMap(({ variables }) => variables));
  const others = [...settings.values()].filter(({ name, roles }) => roles.length > 0 && !told.has(name));
  const sections = written.sections.map(({ title, inventory = true, variables }) => ({
    title,
    inventory,
    settings: variables.flatMap((name) => settings.get(name) ?? []),
  }));
  const rest = { title: "Other settings", inventory: true, settings: others };
  return { ...written, sections: others.length > 0 ? [...sections, rest] : sections };
}

function readSettings(
  rolesDirectory: string,
  examples: Readonly<Record<string, unknown>>,
  sources: Sources,
): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  for (const [name, schema] of Object.entries(CONNECTION_SCHEMA.properties)) {
    settings.set(name, {
      name,
      schema,
      description: schema.description,
      written: undefined,
      fallback: undefined,
      example: examples[name],
      roles: [],
    });
  }
  const problems: Problem[] = [];
  for (const role of readdirSync(rolesDirectory).sort()) {
    const directory = join(rolesDirectory, role);
    if (!existsSync(join(directory, "role.yaml"))) continue;
    const read = readDefinition(directory, sources, problems);
    if (!read) continue;
    for (const { name, schema } of read.definition.variables.values()) {
      settings.set(name, {
        name,
        schema,
        description: String(schema.description ?? ""),
        written: read.defaults.entries.get(name)?.node.value,
        fallback: read.defaults.values.get(name),
        example: examples[name],
        roles: [...(settings.get(name)?.roles ?? []), role],
      });
    }
  }
  if (problems.length > 0) throw new Problems(problems);
  return settings;
}
