// The items of a loop, and what each of them is known by in its task.

import type { Loop } from "../playbook/playbook.ts";
import type { Place } from "../source/problem.ts";
import { literal, renderWithFloats } from "../template/index.ts";
import { type Scope, TemplateError, type Value } from "../template/value.ts";

/** Throws when the loop is over something that is no list. */
export function loopItems(loop: Loop, scope: Scope): readonly unknown[] {
  const value = renderWithFloats(loop.items, scope);
  if (!Array.isArray(value)) {
    if (loop.flatten && value !== null && value !== undefined) return [value];
    throw new TemplateError("a list is expected for the loop", loop.items.at);
  }
  return loop.flatten ? value.flat(1) : value;
}

/** Of one item: itself, its number, and with `extended` where it stands among the others. */
export function loopVariables(
  loop: Loop,
  items: readonly unknown[],
  index: number,
  at: Place,
): Map<string, Value> {
  const names: Record<string, unknown> = { [loop.variable]: items[index], ...aboutItem(loop, items, index) };
  return new Map(Object.entries(names).map(([name, value]) => [name, literal(value, at)]));
}

/** What the result of an item says of it, too. */
export function aboutItem(loop: Loop, items: readonly unknown[], index: number): Record<string, unknown> {
  const { variable, indexVariable, extended } = loop;
  return {
    ansible_loop_var: variable,
    ...(indexVariable ? { ansible_index_var: indexVariable, [indexVariable]: index } : {}),
    ...(extended ? { ansible_loop: position(loop, items, index) } : {}),
  };
}

function position({ allItems }: Loop, items: readonly unknown[], index: number): Record<string, unknown> {
  const { length } = items;
  return {
    ...(allItems ? { allitems: items } : {}),
    index: index + 1,
    index0: index,
    first: index === 0,
    last: index + 1 === length,
    length,
    revindex: length - index,
    revindex0: length - index - 1,
    ...(index > 0 ? { previtem: items[index - 1] } : {}),
    ...(index + 1 < length ? { nextitem: items[index + 1] } : {}),
  };
}
