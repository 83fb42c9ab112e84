// What a JSON Schema says of a value, in words for people.

import type { Schema } from "../source/schema.ts";

const types: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "true or false",
  array: "list",
  object: "mapping",
  null: "nothing",
};

export function typeWords(schema: Schema): string {
  const { type, enum: values, const: only, format, anyOf } = schema;
  if (Array.isArray(values)) return `one of ${values.map((value) => `\`${value}\``).join(", ")}`;
  if (only !== undefined) return `\`${only}\``;
  if (Array.isArray(anyOf)) return anyOf.map((each) => typeWords(each as Schema)).join(" or ");
  if (format === "expression") return "expression";
  return [type ?? "any value"]
    .flat()
    .map((each) => types[String(each)] ?? String(each))
    .join(" or ");
}

export function boundWords({ minimum, maximum }: Schema): string[] {
  if (minimum === undefined) return maximum === undefined ? [] : [`at most ${maximum}`];
  return [maximum === undefined ? `at least ${minimum}` : `from ${minimum} to ${maximum}`];
}

/** Longer expressions than this are for machines; descriptions say what they mean. */
const MAX_EXPRESSION = 60;

/** `written`: the default as it stands in the schema, expressions unrendered. */
export function defaultWords(written: unknown): string[] {
  if (written === undefined) return [];
  if (written === null || written === "") return ["default: none"];
  const text = typeof written === "string" ? written.trim() : JSON.stringify(written);
  if (text.includes("{{") && text.length > MAX_EXPRESSION) return [];
  return [`default: \`${text.replace(/\s+/g, " ")}\``];
}
