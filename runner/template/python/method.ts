// What a method of a text, a list or a mapping is, and how it is bound to its value.

import { bind, signatureOf } from "./signature.ts";
import { Callable, defined, Fault } from "./values.ts";

export interface Method<Self> {
  /** See signature.ts. */
  readonly params?: string;
  /** It alters the value in place. */
  readonly changes?: true;
  readonly apply: (
    self: Self,
    args: readonly unknown[],
    more: { readonly rest: readonly unknown[]; readonly named: ReadonlyMap<string, unknown> },
  ) => unknown;
}

/** Asked before a value is altered in place: only what the same rendering made may be. */
export type MayChange = (value: object) => boolean;

export function bound<Self extends string | object>(
  self: Self,
  name: string,
  methods: { readonly [name: string]: Method<Self> },
  mayChange: MayChange | undefined,
): Callable | undefined {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!method) return undefined;
  return new Callable(name, (given) => {
    if (method.changes && !(typeof self === "object" && mayChange?.(self))) {
      throw new Fault(
        `.${name}() would change the value of a variable in place: make a new value instead (with + or combine)`,
      );
    }
    const { args, ...more } = bind(`.${name}()`, signatureOf(method.params), given);
    const named = new Map([...more.named].map(([key, value]) => [key, defined(value)]));
    return method.apply(self, args.map(defined), { rest: more.rest.map(defined), named });
  });
}
