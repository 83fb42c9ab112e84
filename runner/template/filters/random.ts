// Choices by chance: another one each time, or with a seed always the same.

import { listOf, whole } from "../python/convert.ts";
import { truthy } from "../python/operators.ts";
import { anyBelow, type Below, seededBelow } from "../python/random.ts";
import { Fault, isNumber } from "../python/values.ts";
import type { Filter } from "./filter.ts";

export const randomFilters: readonly Filter[] = [
  {
    name: "random",
    doc: "A whole number below one (from start, in steps), or an item of a list; with a seed always the same, that of Ansible.",
    example: "60 | random(seed='host1')",
    params: "start? step? seed?",
    apply: (input, [start, step, seed]) => {
      const below = by(seed);
      if (isNumber(input)) return number(whole(input), whole(start ?? 0), whole(step || 1), below);
      if ((start ?? 0) !== 0 || (step ?? 0) !== 0) throw new Fault("start and step are for whole numbers");
      const items = typeof input === "string" ? Array.from(input) : listOf(input);
      if (items.length === 0) throw new Fault("there is nothing to choose from");
      return items[below(items.length)];
    },
  },
  {
    name: "shuffle",
    fresh: true,
    doc: "The items in an order by chance; with a seed always the same, that of Ansible.",
    example: "[1, 2, 3] | shuffle(seed='host1')",
    params: "seed?",
    apply: (input, [seed]) => {
      const items = [...listOf(input)];
      // As in Ansible, where 0 and an empty text are no seed here.
      const below = by(seed !== undefined && truthy(seed) ? seed : undefined);
      for (let last = items.length - 1; last > 0; last--) {
        const chosen = below(last + 1);
        [items[last], items[chosen]] = [items[chosen], items[last]];
      }
      return items;
    },
  },
];

function by(seed: unknown): Below {
  return seed === undefined || seed === null ? anyBelow : seededBelow(seed);
}

function number(end: number, start: number, step: number, below: Below): number {
  const count = Math.ceil((end - start) / step);
  if (!(count > 0)) throw new Fault(`there is no number from ${start} below ${end}`);
  return start + step * below(count);
}
