// What a rendering carries: variables that the template itself sets, in nested frames, and below them the
// scope of the caller. Errors get their place here.

import type { Place } from "../../source/problem.ts";
import { Fault, Undefined } from "../python/values.ts";
import { type Scope, TemplateError, UndefinedVariable } from "../value.ts";

/** A scope of scope.ts gives values that are not yet plain (5.0, tuples); others are asked with `get`. */
export interface RawScope extends Scope {
  raw(name: string): unknown;
}

/** One template of a rendering: an included or imported one has its own. */
export interface Run {
  readonly scope: Scope;
  /** Lists and mappings made by this rendering, which it may therefore change. */
  readonly made: WeakSet<object>;
  /** Implementations of each block, the most derived template's first. */
  readonly blocks: Map<string, BlockBody[]>;
  /** How many templates are included in each other. */
  readonly depth: number;
  /** How many macros are at work within each other. */
  readonly calls: { depth: number };
}

export const TOO_DEEP = "this is nested too deeply, or calls itself for ever";

export type BlockBody = (frame: Frame, out: string[]) => void;

export class Frame {
  readonly run: Run;
  readonly parent: Frame | undefined;
  private own: Map<string, unknown> | undefined;

  constructor(run: Run, parent?: Frame) {
    this.run = run;
    this.parent = parent;
  }

  inner(): Frame {
    return new Frame(this.run, this);
  }

  set(name: string, value: unknown): void {
    this.own ??= new Map();
    this.own.set(name, value);
  }

  /** Names set in this very frame. */
  names(): Iterable<string> {
    return this.own?.keys() ?? [];
  }

  /** The frame that sets a name, if any does. */
  holder(name: string): Frame | undefined {
    for (let frame: Frame | undefined = this; frame; frame = frame.parent) {
      if (frame.own?.has(name)) return frame;
    }
    return undefined;
  }

  get(name: string): unknown {
    return this.own?.get(name);
  }
}

export function newRun(scope: Scope): Run {
  return { scope, made: new WeakSet(), blocks: new Map(), depth: 0, calls: { depth: 0 } };
}

/** A variable of the caller. One whose own value needs an undefined name is undefined itself, as in Ansible. */
export function fromScope(scope: Scope, name: string, at: () => Place): unknown {
  try {
    return ("raw" in scope ? (scope as RawScope).raw(name) : scope.get(name)) ?? null;
  } catch (error) {
    if (error instanceof UndefinedVariable) return new Undefined(name, at, error);
    throw error;
  }
}

/** An error with its place: faults of operations get the place of the expression. */
export function placed(error: unknown, at: () => Place): unknown {
  if (error instanceof Fault) return new TemplateError(error.message, at());
  if (error instanceof UndefinedVariable && error.at.file === "")
    return new UndefinedVariable(error.variable, at());
  if (error instanceof RangeError) return new TemplateError(TOO_DEEP, at());
  return error;
}
