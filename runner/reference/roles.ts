// The reference of a role: its description, and its variables as their schemas have them.

import { readDefinition } from "../playbook/role-definition.ts";
import { type Problem, Problems } from "../source/problem.ts";
import type { Sources } from "../source/sources.ts";
import type { Page } from "./page.ts";
import { boundWords, defaultWords, typeWords } from "./words.ts";

/** Throws Problems; undefined for a role without role.yaml. */
export function rolePage(name: string, directory: string, sources: Sources): Page | undefined {
  const problems: Problem[] = [];
  const read = readDefinition(directory, sources, problems);
  if (problems.length > 0) throw new Problems(problems);
  if (!read) return undefined;
  const { definition, defaults } = read;
  const entries = [...definition.variables.values()].map(({ name, schema }) => ({
    name,
    facts: [
      typeWords(schema),
      ...boundWords(schema),
      ...(defaults.values.has(name) ? [] : ["required"]),
      ...defaultWords(defaults.entries.get(name)?.node.value),
    ],
    text: String(schema.description ?? "").trim(),
  }));
  return {
    title: name,
    text: definition.description.trim(),
    parts: [{ title: "Variables", entries }],
  };
}
