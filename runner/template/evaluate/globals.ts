// Functions that every template has.

import { iterate, listOf, mappingOf, whole } from "../python/convert.ts";
import { entriesOf, isMapping, keyOf } from "../python/mappings.ts";
import { bind, signatureOf } from "../python/signature.ts";
import { type Arguments, Callable, Fault, Namespace, Undefined } from "../python/values.ts";
import type { Frame } from "./frame.ts";

const MAX_RANGE = 1_000_000;

export const globals: ReadonlyMap<string, (frame: Frame) => Callable> = new Map<
  string,
  (frame: Frame) => Callable
>([
  ["range", () => new Callable("range", range)],
  ["dict", (frame) => new Callable("dict", (args) => remember(frame, dict(args)))],
  ["namespace", () => new Callable("namespace", namespace)],
]);

/** Functions of Ansible and Jinja2 that are left out, with what to do instead. */
export const refusedFunctions: ReadonlyMap<string, string> = new Map([
  ["query", "lookup() with env, file, pipe and vars is supported"],
  ["q", "lookup() with env, file, pipe and vars is supported"],
  ["now", "what a template gives must not depend on the time"],
  ["undef", "leave the variable out, or use the filter mandatory"],
  ["cycler", "use loop.cycle(...)"],
  ["joiner", "use the filter join, or loop.first"],
  ["lipsum", "write the text itself"],
]);

function remember(frame: Frame, value: Map<string, unknown>): Map<string, unknown> {
  frame.run.made.add(value);
  return value;
}

function range(given: Arguments): number[] {
  const { args } = bind("range()", signatureOf("start stop? step?"), given);
  for (const arg of args) if (arg instanceof Undefined) arg.raise();
  const [first, second, third] = args;
  const [start, stop] = second === undefined ? [0, whole(first)] : [whole(first), whole(second)];
  const step = third === undefined ? 1 : whole(third);
  if (step === 0) throw new Fault("the step of range() cannot be 0");
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > MAX_RANGE) throw new Fault(`range() gives at most ${MAX_RANGE} numbers`);
  return Array.from({ length }, (_, index) => start + index * step);
}

function dict({ positional, named }: Arguments): Map<string, unknown> {
  if (positional.length > 1) throw new Fault("dict() takes at most one mapping or list of pairs");
  return new Map([...pairs(positional[0]), ...named]);
}

function pairs(value: unknown): [string, unknown][] {
  if (value === undefined) return [];
  if (isMapping(value)) return entriesOf(mappingOf(value));
  return iterate(value).map((pair) => {
    const [key, item, ...more] = listOf(pair);
    if (more.length > 0 || item === undefined) throw new Fault("dict() takes pairs of a key and a value");
    return [keyOf(key), item];
  });
}

function namespace({ positional, named }: Arguments): Namespace {
  const made = new Namespace();
  for (const [name, value] of [...pairs(positional[0]), ...named]) made.fields.set(name, value);
  return made;
}
