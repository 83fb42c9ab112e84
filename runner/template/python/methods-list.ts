// Python's methods of lists. Those that change the list in place work on lists of the same rendering only.

import { iterate, whole } from "./convert.ts";
import type { Method } from "./method.ts";
import { equal } from "./operators.ts";
import { Fault, Tuple } from "./values.ts";

export const listMethods: { readonly [name: string]: Method<unknown[]> } = {
  index: {
    params: "item",
    apply: (self, [item]) => {
      const found = self.findIndex((each) => equal(each, item));
      if (found < 0) throw new Fault("the item that .index() looks for is not in the list");
      return found;
    },
  },
  count: { params: "item", apply: (self, [item]) => self.filter((each) => equal(each, item)).length },
  copy: { apply: (self) => [...list(self)] },
  append: {
    params: "item",
    changes: true,
    apply: (self, [item]) => {
      list(self).push(item);
      return null;
    },
  },
  extend: {
    params: "items",
    changes: true,
    apply: (self, [items]) => {
      list(self).push(...iterate(items));
      return null;
    },
  },
  insert: {
    params: "index item",
    changes: true,
    apply: (self, [index, item]) => {
      list(self).splice(whole(index), 0, item);
      return null;
    },
  },
  pop: {
    params: "index?",
    changes: true,
    apply: (self, [index]) => {
      const at = index === undefined ? self.length - 1 : whole(index);
      const from = at < 0 ? self.length + at : at;
      if (from < 0 || from >= self.length) throw new Fault("there is no such item to .pop()");
      return list(self).splice(from, 1)[0];
    },
  },
  remove: {
    params: "item",
    changes: true,
    apply: (self, [item]) => {
      const found = self.findIndex((each) => equal(each, item));
      if (found < 0) throw new Fault("the item to .remove() is not in the list");
      list(self).splice(found, 1);
      return null;
    },
  },
  reverse: {
    changes: true,
    apply: (self) => {
      list(self).reverse();
      return null;
    },
  },
};

function list(self: unknown[]): unknown[] {
  if (self instanceof Tuple) throw new Fault("a tuple has no such method");
  return self;
}
