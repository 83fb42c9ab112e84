// What the rest of the runner knows of templates: values that can be rendered, and the scope that
// they are rendered in. How they are parsed and evaluated is the business of the files beside this one.

import type { Place } from "../source/problem.ts";

/** Where names are looked up while a value is rendered. `get` gives finished values (already rendered). */
export interface Scope {
  has(name: string): boolean;
  /** Throws UndefinedVariable (or whatever rendering that variable's own value throws). */
  get(name: string): unknown;
  names(): Iterable<string>;
}

/** A variable that a value mentions. */
export interface VariableUse {
  readonly name: string;
  readonly at: Place;
  /** True below `default(...)`, `is defined` and the like, where an undefined name is no mistake. */
  readonly guarded: boolean;
}

/**
 * Something out of a YAML file or a template file whose final value may depend on variables: a text with
 * `{{ }}` or `{% %}`, a structure that holds such texts, a bare expression, or a template file.
 */
export interface Value {
  /** Every free variable, known without rendering. Empty for plain data. */
  readonly uses: readonly VariableUse[];
  readonly at: Place;
  /** Synchronous. A text that is one single `{{ expression }}` keeps the expression's type. */
  render(scope: Scope): unknown;
}

/** Rendering met a name that the scope does not have, or a member that a value does not have. */
export class UndefinedVariable extends Error {
  readonly variable: string;
  readonly at: Place;

  constructor(variable: string, at: Place) {
    super(`"${variable}" is undefined`);
    this.name = "UndefinedVariable";
    this.variable = variable;
    this.at = at;
  }
}

/** Rendering failed in another way: a filter got what it cannot take, a template includes itself ... */
export class TemplateError extends Error {
  readonly at: Place;

  constructor(message: string, at: Place) {
    super(message);
    this.name = "TemplateError";
    this.at = at;
  }
}
