// What a JSON Schema marks as secret, by "secret: true" or by JSON Schema's own "writeOnly: true": a value as a
// whole, or members of it.

import type { Schema } from "../source/schema.ts";
import type { Secrets } from "./secrets.ts";

export function isSecret(schema: Schema): boolean {
  return schema.secret === true || schema.writeOnly === true;
}

/** True when the schema marks anything that its values can hold. */
export function hasSecrets(schema: Schema): boolean {
  return isSecret(schema) || below(schema).some(hasSecrets);
}

/** Notes down what the schema marks in a value. */
export function noteSecrets(schema: Schema, value: unknown, secrets: Secrets): void {
  if (isSecret(schema)) secrets.add(value);
  else if (Array.isArray(value)) {
    for (const item of value) for (const part of partsOf(schema, ["items"])) noteSecrets(part, item, secrets);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value))
      for (const part of memberSchemas(schema, name)) noteSecrets(part, member, secrets);
  }
  for (const part of partsOf(schema, ALTERNATIVES)) noteSecrets(part, value, secrets);
}

/** True when what stands at the path of a value is secret, or lies within what is. */
export function isSecretAt(schema: Schema, path: readonly string[]): boolean {
  if (isSecret(schema) || partsOf(schema, ALTERNATIVES).some((part) => isSecretAt(part, path))) return true;
  const [first, ...rest] = path;
  if (first === undefined) return false;
  return [...partsOf(schema, ["items"]), ...memberSchemas(schema, first)].some((part) =>
    isSecretAt(part, rest),
  );
}

const ALTERNATIVES = ["allOf", "anyOf", "oneOf"];

function memberSchemas(schema: Schema, name: string): Schema[] {
  const named = (schema.properties as Record<string, unknown> | undefined) ?? {};
  return Object.hasOwn(named, name) ? schemasIn(named[name]) : partsOf(schema, ["additionalProperties"]);
}

function partsOf(schema: Schema, keywords: readonly string[]): Schema[] {
  return keywords.flatMap((keyword) => schemasIn(schema[keyword]));
}

function below(schema: Schema): Schema[] {
  const named = Object.values((schema.properties as object | undefined) ?? {});
  return [...schemasIn(named), ...partsOf(schema, ["items", "additionalProperties", ...ALTERNATIVES])];
}

function schemasIn(value: unknown): Schema[] {
  return [value].flat().filter((each): each is Schema => typeof each === "object" && each !== null);
}
