// What a filter and a test are, and how one is applied.

import { type Bound, bind, signatureOf } from "../python/signature.ts";
import { type Arguments, defined } from "../python/values.ts";

/** What is given beyond the named parameters, and the way to other filters and tests (for map, select ...). */
export interface More extends Pick<Bound, "rest" | "named"> {
  filter(name: string, input: unknown, args: Arguments): unknown;
  test(name: string, value: unknown, args: Arguments): boolean;
}

interface Operation {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line for the reference. */
  readonly doc: string;
  /** An expression, of which the reference shows the value too. */
  readonly example: string;
  /** See signature.ts. */
  readonly params?: string;
  /** It may be asked about an undefined value; for all others that is an error. */
  readonly takesUndefined?: true;
}

export interface Filter extends Operation {
  /** The result is a new list or mapping, which the template may change in place. */
  readonly fresh?: true;
  readonly apply: (input: unknown, args: readonly unknown[], more: More) => unknown;
}

export interface Test extends Operation {
  readonly apply: (value: unknown, args: readonly unknown[], more: More) => boolean;
}

/** Throws Fault. */
export function applyOperation<Result>(
  kind: "filter" | "test",
  operation: Operation & { apply(input: unknown, args: readonly unknown[], more: More): Result },
  input: unknown,
  given: Arguments,
  others: Pick<More, "filter" | "test">,
): Result {
  const { args, rest, named } = bind(`the ${kind} ${operation.name}`, signatureOf(operation.params), given);
  if (operation.takesUndefined) return operation.apply(input, args, { rest, named, ...others });
  return operation.apply(defined(input), args.map(defined), {
    rest: rest.map(defined),
    named: named.size === 0 ? named : new Map([...named].map(([name, value]) => [name, defined(value)])),
    ...others,
  });
}
