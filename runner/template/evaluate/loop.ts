// The variable `loop` of `{% for %}`.

import { equal } from "../python/operators.ts";
import { Callable, Fault, LazyMapping, nowhere, tuple, Undefined } from "../python/values.ts";

export function loopVariable(items: readonly unknown[]): { next(): LazyMapping } {
  const changes = { last: undefined as unknown };
  const at = (index: number, name: string) => (index in items ? items[index] : new Undefined(name, nowhere));
  let index = -1;
  return {
    next() {
      index++;
      return variableAt(index);
    },
  };

  function variableAt(now: number): LazyMapping {
    const members: { readonly [name: string]: () => unknown } = {
      index: () => now + 1,
      index0: () => now,
      revindex: () => items.length - now,
      revindex0: () => items.length - now - 1,
      first: () => now === 0,
      last: () => now === items.length - 1,
      length: () => items.length,
      // Only recursive loops go deeper.
      depth: () => 1,
      depth0: () => 0,
      previtem: () => at(now - 1, "loop.previtem"),
      nextitem: () => at(now + 1, "loop.nextitem"),
      cycle: () => new Callable("loop.cycle", ({ positional }) => cycle(positional, now)),
      changed: () => new Callable("loop.changed", ({ positional }) => changed(positional)),
    };
    return new LazyMapping({
      names: () => Object.keys(members),
      has: (name) => Object.hasOwn(members, name),
      get: (name) => members[name]?.(),
    });
  }

  function changed(values: readonly unknown[]): boolean {
    const value = tuple(values);
    const same = changes.last !== undefined && equal(changes.last, value);
    changes.last = value;
    return !same;
  }
}

function cycle(values: readonly unknown[], now: number): unknown {
  if (values.length === 0) throw new Fault("loop.cycle() needs values");
  return values[now % values.length];
}
