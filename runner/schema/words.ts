// Pieces of JSON Schema that all the editor's schemas are made of. Editors read YAML 1.2 and know nothing of templates:
// what the runner takes must not be marked as wrong there, so types are widened by what becomes the type later.

import type { Schema } from "../source/schema.ts";

/** A text that is rendered in the run: what comes out is not known before. */
export const TEMPLATE: Schema = { type: "string", pattern: "\\{\\{|\\{%" };

/** `yes` and `no` are true and false to the runner, as in Ansible, and texts to an editor. */
const FLAG_WORDS = ["yes", "no", "on", "off", "Yes", "No", "On", "Off"];

export const FLAG: Schema = { anyOf: [{ type: "boolean" }, { enum: FLAG_WORDS }, TEMPLATE] };

export function listOf(items: Schema): Schema {
  return { type: "array", items };
}

export function oneOrMore(items: Schema): Schema {
  return { anyOf: [items, listOf(items)] };
}

export const TEXT: Schema = { type: ["string", "number", "boolean"] };
export const CONDITION: Schema = oneOrMore({ type: ["string", "boolean"] });
export const NUMBER: Schema = { anyOf: [{ type: "number" }, TEMPLATE] };
export const MAPPING: Schema = { type: ["object", "null"] };
export const NAME: Schema = { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$" };

/** One schema for mappings that have a key, another for all else. */
export function chosenBy(key: string, chosen: Schema, otherwise: Schema): Schema {
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
  return { if: { type: "object", required: [key] }, then: chosen, else: otherwise };
}

export function described(schema: Schema, description: string): Schema {
  return { description, ...schema };
}

/** Annotations and formats that only the runner knows. */
const OURS: ReadonlySet<string> = new Set(["secret", "format"]);
/** Where schemas stand inside a schema. */
const MAPS: ReadonlySet<string> = new Set(["properties", "patternProperties"]);
const SINGLE: ReadonlySet<string> = new Set(["items", "additionalProperties"]);

/** The same schema, whose values may also be templates, and texts where these become what is asked for. */
export function widened(schema: Schema): Schema {
  const { description, default: fallback, ...rest } = schema;
  const inner = Object.fromEntries(
    Object.entries(rest)
      .filter(([key]) => !OURS.has(key))
      .map(([key, value]) => [key, widenedPart(key, value)]),
  );
  const flags = [rest.type].flat().includes("boolean") ? [{ enum: FLAG_WORDS }] : [];
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    anyOf: [withTextual(inner), ...flags, TEMPLATE],
  };
}

function widenedPart(key: string, value: unknown): unknown {
  if (MAPS.has(key)) {
    const entries = Object.entries(value as Readonly<Record<string, Schema>>);
    return Object.fromEntries(entries.map(([name, each]) => [name, widened(each)]));
  }
  if (SINGLE.has(key) && typeof value === "object" && value !== null && !Array.isArray(value))
    return widened(value as Schema);
  return value;
}

/** Where a text is asked for without a form, a number or a flag is one, too. */
function withTextual(schema: Schema): Schema {
  const types = [schema.type ?? []].flat() as string[];
  if (!types.includes("string") || schema.enum !== undefined || schema.pattern !== undefined) return schema;
  return { ...schema, type: [...new Set([...types, "number", "boolean"])] };
}
