// Python's methods of mappings (dict). Those that change it in place work on mappings of the same rendering only.

import { mappingOf } from "./convert.ts";
import { entriesOf, getKey, hasKey, keyOf, keysOf, type Mapping } from "./mappings.ts";
import type { Method } from "./method.ts";
import { Fault, tuple } from "./values.ts";

export const mapMethods: { readonly [name: string]: Method<Mapping> } = {
  items: { apply: (self) => entriesOf(self).map(tuple) },
  keys: { apply: (self) => keysOf(self) },
  values: { apply: (self) => entriesOf(self).map(([, value]) => value) },
  get: {
    params: "key default?",
    apply: (self, [key, fallback = null]) => (hasKey(self, keyOf(key)) ? getKey(self, keyOf(key)) : fallback),
  },
  copy: { apply: (self) => new Map(entriesOf(self)) },
  update: {
    params: "other? **more",
    changes: true,
    apply: (self, [other], { named }) => {
      const map = changeable(self);
      for (const [key, value] of other === undefined ? [] : entriesOf(mappingOf(other))) map.set(key, value);
      for (const [key, value] of named) map.set(key, value);
      return null;
    },
  },
  setdefault: {
    params: "key default?",
    changes: true,
    apply: (self, [key, value = null]) => {
      const map = changeable(self);
      if (!map.has(keyOf(key))) map.set(keyOf(key), value);
      return map.get(keyOf(key));
    },
  },
  pop: {
    params: "key default?",
    changes: true,
    apply: (self, [key, fallback]) => {
      const map = changeable(self);
      const name = keyOf(key);
      if (!map.has(name) && fallback === undefined) throw new Fault(`there is no key "${name}" to .pop()`);
      const value = map.has(name) ? map.get(name) : fallback;
      map.delete(name);
      return value;
    },
  },
};

/** What a rendering makes is always a Map. */
function changeable(self: Mapping): Map<string, unknown> {
  if (self instanceof Map) return self;
  throw new Fault("this mapping cannot be changed");
}
