// The values that templates work with. Most are plain JavaScript values; the few kinds here keep what
// Python tells apart and JavaScript does not (5.0 and 5, a tuple and a list, undefined names), and are
// turned into plain values by `plain` before the rest of the runner sees them.

import type { Place } from "../../source/problem.ts";
import { UndefinedVariable } from "../value.ts";

/** What went wrong in an operation that does not know its place; the evaluator adds it (TemplateError). */
export class Fault extends Error {}

/** A float whose value is whole: Python prints 5.0. Other floats are plain numbers. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  toJSON(): number {
    return this.value;
  }
}

export class Tuple extends Array<unknown> {
  /** Methods such as map and slice give plain lists. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** The place of what no text mentions; whoever meets it in an error knows better (placed in frame.ts). */
export function nowhere(): Place {
  return { file: "", line: 0, column: 0 };
}

/** A name that the scope lacks, or a member that a value lacks. It can be passed on and asked about; any other use raises. */
export class Undefined {
  readonly variable: string;
  private readonly at: () => Place;
  private readonly cause: UndefinedVariable | undefined;

  constructor(variable: string, at: () => Place, cause?: UndefinedVariable) {
    this.variable = variable;
    this.at = at;
    this.cause = cause;
  }

  raise(): never {
    throw this.cause ?? new UndefinedVariable(this.variable, this.at());
  }
}

/** What an `if` without `else` gives when it does not hold: undefined to tests and `default`, else an empty text. */
export class Blank extends Undefined {}

/** The value, which must exist to be worked with. */
export function defined(value: unknown): unknown {
  if (value instanceof Blank) return "";
  return value instanceof Undefined ? value.raise() : value;
}

/** Arguments as written at a call. */
export interface Arguments {
  readonly positional: readonly unknown[];
  readonly named: ReadonlyMap<string, unknown>;
}

/** A function, a macro or a method bound to its value. */
export class Callable {
  readonly name: string;
  readonly call: (args: Arguments) => unknown;

  constructor(name: string, call: (args: Arguments) => unknown) {
    this.name = name;
    this.call = call;
  }
}

/** A mapping that finds its members when they are asked for: hostvars, `loop`, an imported template. */
export class LazyMapping {
  readonly names: () => Iterable<string>;
  readonly has: (name: string) => boolean;
  readonly get: (name: string) => unknown;

  constructor(members: {
    names: () => Iterable<string>;
    has: (name: string) => boolean;
    get: (name: string) => unknown;
  }) {
    this.names = members.names;
    this.has = members.has;
    this.get = members.get;
  }
}

/** Jinja2's namespace(): the one thing that `{% set ns.name = ... %}` may write to. */
export class Namespace {
  readonly fields = new Map<string, unknown>();
}

/** One group of groupby: a tuple whose parts have names too. */
export class NamedTuple extends Tuple {
  readonly fields: readonly string[];

  constructor(fields: readonly string[], values: readonly unknown[]) {
    super();
    this.push(...values);
    this.fields = fields;
  }
}

export function tuple(items: Iterable<unknown>): Tuple {
  const made = new Tuple();
  for (const item of items) made.push(item);
  return made;
}

/** A float; whole ones are marked as such. */
export function float(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value;
}

export function isNumber(value: unknown): value is number | Float {
  return typeof value === "number" || value instanceof Float;
}

export function isFloat(value: unknown): value is number | Float {
  return value instanceof Float || (typeof value === "number" && !Number.isInteger(value));
}

/** Numbers as Python sees them: True is 1. Undefined for all else. */
export function numeric(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (value instanceof Float) return value.value;
  if (typeof value === "boolean") return Number(value);
  return undefined;
}

/** Whole numbers that JavaScript cannot hold exactly are refused rather than rounded. */
export function exact(value: number): number {
  if (!Number.isSafeInteger(value)) throw new Fault("the whole number is too large to be exact (2^53)");
  return value === 0 ? 0 : value;
}

/** Plain JavaScript all the way down; an undefined part raises. Data that is plain already is given back as it is. */
export function plain(value: unknown): unknown {
  return finished(value, false);
}

/** The same, but 5.0 stays a float: for what goes on to templates. */
export function withFloats(value: unknown): unknown {
  return finished(value, true);
}

function finished(value: unknown, floats: boolean): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Float) return floats ? value : value.value;
  if (value instanceof Undefined) return value.raise();
  if (Array.isArray(value)) return finishedList(value, floats);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, item]) => [key, finished(item, floats)]));
  if (value instanceof LazyMapping) {
    return Object.fromEntries([...value.names()].map((name) => [name, finished(value.get(name), floats)]));
  }
  if (value instanceof Callable) throw new Fault(`${value.name} is a function: call it with ()`);
  if (value instanceof Namespace) throw new Fault("a namespace cannot leave its template");
  return isPlainObject(value) ? finishedObject(value, floats) : value;
}

function finishedList(list: readonly unknown[], floats: boolean): readonly unknown[] {
  const items = Array.from(list, (item) => finished(item, floats));
  return list instanceof Tuple || items.some((item, index) => item !== list[index]) ? items : list;
}

function finishedObject(object: Record<string, unknown>, floats: boolean): Record<string, unknown> {
  const entries = Object.entries(object).map(([key, item]) => [key, finished(item, floats)] as const);
  return entries.some(([key, item]) => item !== object[key]) ? Object.fromEntries(entries) : object;
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
