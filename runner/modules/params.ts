// The TypeScript type of a module's parameters, read off its JSON Schema: only the part of JSON Schema that
// says what a value is (type, enum, const, items, properties), which keeps the compiler quick.

/** Parameters in which a string is a bare expression, not a template (`that` of assert, `var` of debug). */
export const EXPRESSION_FORMAT = "expression";

/** What a parameter that is a bare expression arrives as: the engine has evaluated it. */
export interface Expression {
  readonly expression: string;
  readonly value: unknown;
}

/** The JSON Schema of a module's parameters. */
export interface ParamsSchema {
  readonly type: "object";
  readonly properties: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
  readonly additionalProperties: boolean;
}

/** The parameters as modules get them: checked, complete with defaults, expressions evaluated. */
export type Params<Schema extends ParamsSchema> = ParamsSchema extends Schema ? unknown : ObjectOf<Schema>;

type ObjectOf<Schema> = Schema extends { readonly properties: infer Properties }
  ? {
      readonly [Key in keyof Properties as Key extends Given<Schema, Properties> ? Key : never]: ValueOf<
        Properties[Key]
      >;
    } & {
      readonly [Key in keyof Properties as Key extends Given<Schema, Properties> ? never : Key]?:
        | ValueOf<Properties[Key]>
        | undefined;
    } & (Schema extends { readonly additionalProperties: true } ? Readonly<Record<string, unknown>> : unknown)
  : Readonly<Record<string, unknown>>;

/** The names that are always there: required ones, and those with a default. */
type Given<Schema, Properties> =
  | (Schema extends { readonly required: readonly (infer Name)[] } ? Name : never)
  | {
      [Key in keyof Properties]: Properties[Key] extends { readonly default: unknown } ? Key : never;
    }[keyof Properties];

type ValueOf<Schema> = Schema extends { readonly const: infer Value }
  ? Value
  : Schema extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : Schema extends { readonly type: "array" }
      ? ByName<"array", Schema>
      : Schema extends { readonly format: typeof EXPRESSION_FORMAT }
        ? Expression
        : Schema extends { readonly type: readonly (infer Name)[] }
          ? ByName<Name, Schema>
          : Schema extends { readonly type: infer Name }
            ? ByName<Name, Schema>
            : unknown;

type ByName<Name, Schema> = Name extends "string"
  ? string
  : Name extends "integer" | "number"
    ? number
    : Name extends "boolean"
      ? boolean
      : Name extends "null"
        ? null
        : Name extends "array"
          ? readonly (Schema extends { readonly items: infer Item } ? ValueOf<Item> : unknown)[]
          : ObjectOf<Schema>;
