// What is never shown: parameters that a module's schema marks as secret, and the values of variables that role.yaml
// marks so, wherever they turn up.

import type { Play, Task } from "../playbook/playbook.ts";
import type { Schema } from "../source/schema.ts";
import type { Scope } from "../template/value.ts";
import { isTemplateMistake } from "./prepare.ts";

const STARS = "********";
/** Anything shorter would turn up everywhere by chance. */
const SHORTEST = 4;

/** The parameters of a task that failed, as people gave them: without defaults, expressions as they are written. */
export function shownParams(
  { params: given, module }: Task,
  params: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const schemas = module.params.properties as Readonly<Record<string, Schema>>;
  const entries = [...given].filter(([name]) => Object.hasOwn(params, name));
  return Object.fromEntries(
    entries.map(([name, { expression, node }]) => {
      const isSecret = Object.hasOwn(schemas, name) && schemas[name]?.secret === true;
      return [name, isSecret ? STARS : expression ? node.value : params[name]];
    }),
  );
}

/** The texts of a play's secret variables, as a host knows them. */
export function secretTexts({ roles }: Play, scopeOf: () => Scope): string[] {
  const variables = roles.flatMap(({ role }) => [...(role.definition?.variables.values() ?? [])]);
  const names = new Set(variables.filter(({ schema }) => schema.secret === true).map(({ name }) => name));
  if (names.size === 0) return [];
  const scope = scopeOf();
  const values = [...names].flatMap((name) => textsIn(name, scope));
  // A longer one may hold a shorter one.
  return values.filter((text) => text.length >= SHORTEST).sort((a, b) => b.length - a.length);
}

function textsIn(name: string, scope: Scope): string[] {
  try {
    return scope.has(name) ? leaves(scope.get(name)) : [];
  } catch (error) {
    if (isTemplateMistake(error)) return [];
    throw error;
  }
}

function leaves(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(leaves);
  return value === null || typeof value === "boolean" ? [] : [String(value)];
}

/** The same value with stars for the secrets in all its texts. */
export function starred<Told>(value: Told, secrets: readonly string[]): Told {
  if (secrets.length === 0) return value;
  const inside = (each: unknown): unknown => {
    if (typeof each === "string")
      return secrets.reduce((text, secret) => text.replaceAll(secret, STARS), each);
    if (typeof each === "number" && secrets.includes(String(each))) return STARS;
    if (Array.isArray(each)) return each.map(inside);
    if (typeof each !== "object" || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([key, own]) => [key, inside(own)]));
  };
  return inside(value) as Told;
}
