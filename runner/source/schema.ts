// Checks values against JSON Schemas and says what is wrong as problems in whole sentences.

import type { ErrorObject } from "ajv";
import { isSecretAt } from "../secrets/marked.ts";
import { STARS } from "../secrets/secrets.ts";
import type { Place, Problem } from "./problem.ts";
import { didYouMean } from "./suggest.ts";
import { type Mode, makerOf, validatorOf } from "./validators.ts";
import type { SourceNode } from "./yaml.ts";

/** A JSON Schema, as role.yaml and the modules write it. */
export type Schema = { readonly [keyword: string]: unknown };

export interface SchemaError {
  /** Path from the checked value to the wrong part. */
  readonly path: readonly string[];
  readonly message: string;
  readonly hint?: string;
  /** The wrong part is the key itself (an unknown one), not its value. */
  readonly key?: string;
}

/** What is wrong with a schema that others have written: where it is no valid JSON Schema, by its own paths. */
export function foreignSchemaErrors(schema: Schema): SchemaError[] {
  const ajv = makerOf("strict");
  if (!ajv.validateSchema(schema)) {
    const told = (ajv.errors ?? []).filter(({ keyword }) => !ALTERNATIVE.has(keyword));
    return distinct(told.filter((error) => !isVague(error, told)).map((error) => explain(error, {})));
  }
  try {
    validatorOf(schema, "strict");
    return [];
  } catch (error) {
    // Ajv's strict mode: a keyword that it does not know, or one that cannot hold beside another.
    const message = (error as Error).message.replace(/^strict mode: /, "");
    const [, key] = /^unknown keyword: "(.*)"$/.exec(message) ?? [];
    return [{ path: [], message: key ? `unknown keyword "${key}"` : message, ...(key ? { key } : {}) }];
  }
}

/** Where several forms could stand, what was wrong with the nearest of them says the most. */
function isVague({ keyword, instancePath }: ErrorObject, told: readonly ErrorObject[]): boolean {
  if (keyword !== "type" && keyword !== "enum") return false;
  return told.some((other) =>
    keyword === "type" && other.keyword !== "type"
      ? other.instancePath.startsWith(instancePath)
      : other.instancePath.startsWith(`${instancePath}/`),
  );
}

/** Of several forms none fits: what is wrong is told of each. */
const ALTERNATIVE: ReadonlySet<string> = new Set(["anyOf", "oneOf", "if"]);

/** Errors of these only say that there is another one. */
const REPEATING: ReadonlySet<string> = new Set(["if", "propertyNames"]);

/** All errors of a value; in coercing mode members of `value` are converted in place. */
export function schemaErrors(schema: object, value: unknown, mode: Mode = "strict"): SchemaError[] {
  const validate = validatorOf(schema, mode);
  if (validate(value)) return [];
  const told = (validate.errors ?? []).filter(({ keyword }) => !REPEATING.has(keyword));
  return distinct(told.map((error) => explain(error, schema as Schema)));
}

/** The same for a node of a file: every error at its own place. */
export function schemaProblems(schema: object, node: SourceNode, subject: string): Problem[] {
  return schemaErrors(schema, node.value).map((error) => ({
    code: error.key === undefined ? "wrong-value" : "unknown-name",
    message: `${subject}${error.path.length > 0 ? ` (at ${error.path.join(".")})` : ""}: ${error.message}`,
    at: placeOf(node, error),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  }));
}

/** The place of an error inside a node, or the nearest place above it. */
export function placeOf(node: SourceNode, error: SchemaError): Place {
  let at: SourceNode = node;
  for (const step of error.path) {
    const below: SourceNode | undefined =
      at.kind === "map"
        ? at.entries.get(step)?.node
        : at.kind === "list"
          ? at.items[Number(step)]
          : undefined;
    if (!below) break;
    at = below;
  }
  if (error.key !== undefined && at.kind === "map") return at.entries.get(error.key)?.keyAt ?? at.at;
  return at.at;
}

function explain(error: ErrorObject, schema: Schema): SchemaError {
  const path = error.instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replace(/~1/g, "/").replace(/~0/g, "~"));
  const parent = error.parentSchema as Schema | undefined;
  const key = error.propertyName === undefined ? {} : { key: error.propertyName };
  const own = parent?.errorMessage;
  if (typeof own === "string") return { path, message: own, ...key };
  const { params, data } = error;
  const shown = isSecretAt(schema, path) ? STARS : show(data);
  switch (error.keyword) {
    case "type": {
      const unquoted =
        typeof data === "string" && /^-?\d+$/.test(data) && /integer|number/.test(String(params.type));
      return {
        path,
        message: `expected ${typeName(params.type)}, not ${shown}`,
        ...(unquoted ? { hint: "remove the quotes" } : {}),
      };
    }
    case "enum": {
      const allowed = (params.allowedValues as unknown[]).map(String);
      const hint = shown === STARS ? undefined : didYouMean(String(data), allowed);
      return {
        path,
        message: `expected one of ${allowed.join(", ")}, not ${shown}`,
        ...(hint ? { hint } : {}),
      };
    }
    case "const":
      return { path, message: `expected ${show(params.allowedValue)}, not ${shown}` };
    case "additionalProperties": {
      const key = String(params.additionalProperty);
      const hint = didYouMean(key, Object.keys((parent?.properties as object | undefined) ?? {}));
      return { path, key, message: `unknown name "${key}"`, ...(hint ? { hint } : {}) };
    }
    case "required":
      return { path, message: `"${params.missingProperty}" is missing` };
    case "pattern":
      return { path, message: `${shown} does not have the expected form${described(parent)}` };
    case "minLength":
    case "minItems":
      return {
        path,
        message: `expected at least ${params.limit} ${error.keyword === "minItems" ? "items" : "characters"}, not ${shown}`,
      };
    case "maxLength":
    case "maxItems":
      return {
        path,
        message: `expected at most ${params.limit} ${error.keyword === "maxItems" ? "items" : "characters"}, not ${shown}`,
      };
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      return {
        path,
        message: `expected a number ${params.comparison} ${params.limit}, not ${shown}`,
      };
    default:
      return { path, message: `${error.message ?? error.keyword}, not ${shown}` };
  }
}

function described(schema: Schema | undefined): string {
  return typeof schema?.description === "string" ? `: ${schema.description}` : "";
}

const typeNames: Readonly<Record<string, string>> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  null: "nothing",
};

function typeName(type: unknown): string {
  return [type]
    .flat()
    .map((name) => typeNames[String(name)] ?? String(name))
    .join(" or ");
}

/** A value as it is shown in a sentence: short, and on one line. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return `the text ${clip(JSON.stringify(value))}`;
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a mapping";
  return String(value);
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}

function distinct(errors: readonly SchemaError[]): SchemaError[] {
  return [...new Map(errors.map((error) => [`${error.path.join("/")} ${error.message}`, error])).values()];
}
