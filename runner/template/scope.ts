// Where variables are looked up: layers of values, the highest first. A variable that holds an expression
// is rendered when it is asked for, in the same scope, and once only.

import type { Place } from "../source/problem.ts";
import { placed, type RawScope } from "./evaluate/frame.ts";
import { LazyMapping, nowhere, plain, withFloats } from "./python/values.ts";
import { type Scope, TemplateError, UndefinedVariable, type Value } from "./value.ts";

/** A value as templates see it: not plain yet (5.0 is no whole number, a tuple no list). */
export interface RawValue extends Value {
  raw(scope: Scope): unknown;
}

/** Layers from the lowest to the highest precedence. Creating one costs nothing; the maps must not change afterwards. */
export function layeredScope(layers: readonly ReadonlyMap<string, Value>[]): Scope {
  return new LayeredScope(layers);
}

class LayeredScope implements RawScope {
  private readonly layers: readonly ReadonlyMap<string, Value>[];
  private rendered: Map<string, unknown> | undefined;
  private finished: Map<string, unknown> | undefined;
  /** Variables being rendered, outermost first. */
  private rendering: string[] | undefined;

  constructor(layers: readonly ReadonlyMap<string, Value>[]) {
    this.layers = layers;
  }

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  get(name: string): unknown {
    if (this.finished?.has(name)) return this.finished.get(name);
    const raw = this.raw(name);
    try {
      const value = plain(raw);
      this.finished ??= new Map();
      this.finished.set(name, value);
      return value;
    } catch (error) {
      throw placed(error, () => this.find(name)?.at ?? nowhere());
    }
  }

  raw(name: string): unknown {
    if (this.rendered?.has(name)) return this.rendered.get(name);
    const value = this.find(name);
    if (!value) throw new UndefinedVariable(name, nowhere());
    this.rendering ??= [];
    if (this.rendering.includes(name)) throw this.cycle(name, value.at);
    this.rendering.push(name);
    try {
      const raw = "raw" in value ? (value as RawValue).raw(this) : value.render(this);
      this.rendered ??= new Map();
      this.rendered.set(name, raw);
      return raw;
    } finally {
      this.rendering.pop();
    }
  }

  *names(): Iterable<string> {
    const told = new Set<string>();
    for (const layer of this.layers) {
      for (const name of layer.keys()) {
        if (!told.has(name)) yield name;
        told.add(name);
      }
    }
  }

  private find(name: string): Value | undefined {
    for (let index = this.layers.length - 1; index >= 0; index--) {
      const value = this.layers[index]?.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  private cycle(name: string, at: Place): TemplateError {
    const loop = [...(this.rendering ?? []).slice(this.rendering?.indexOf(name)), name];
    return new TemplateError(`the variable "${name}" is defined by itself: ${loop.join(" -> ")}`, at);
  }
}

/** As templates see it. */
export function rawOf(scope: Scope, name: string): unknown {
  return "raw" in scope ? (scope as RawScope).raw(name) : scope.get(name);
}

/** A scope with some plain values over it. */
export function scopeWith(values: Readonly<Record<string, unknown>>, below: Scope): Scope {
  const own = new Map(Object.entries(values));
  const raw = (name: string) => rawOf(below, name);
  const scope: RawScope = {
    has: (name) => own.has(name) || below.has(name),
    get: (name) => (own.has(name) ? own.get(name) : below.get(name)),
    raw: (name) => (own.has(name) ? own.get(name) : raw(name)),
    names: () => [...own.keys(), ...below.names()],
  };
  return scope;
}

/** A value as templates see it, for what goes on to templates: 5.0 stays a float. */
export function renderWithFloats(value: Value, scope: Scope): unknown {
  if (!("raw" in value)) return value.render(scope);
  try {
    return withFloats((value as RawValue).raw(scope));
  } catch (error) {
    throw placed(error, () => value.at);
  }
}

/** Data that is never taken for a template, whatever stands in it: results of tasks, facts. */
export function literal(value: unknown, at: Place = nowhere()): Value {
  return { uses: [], at, render: () => value };
}

/** A mapping whose members are found when a template asks for them: hostvars, and each host in it. */
export function lazyMapping(members: {
  names: () => Iterable<string>;
  has: (name: string) => boolean;
  get: (name: string) => unknown;
}): unknown {
  return new LazyMapping(members);
}

/** The variables of a scope as a mapping, for hostvars. */
export function scopeMapping(scope: Scope): unknown {
  return new LazyMapping({
    names: () => scope.names(),
    has: (name) => scope.has(name),
    get: (name) => rawOf(scope, name),
  });
}
