// Evaluates the arguments of a call, in order.

import { iterate, mappingOf } from "../python/convert.ts";
import { entriesOf } from "../python/mappings.ts";
import { type Arguments, Fault } from "../python/values.ts";
import type { CallArguments } from "../syntax/tree.ts";
import type { Context } from "./context.ts";
import { compileExpression } from "./expressions.ts";
import type { Frame } from "./frame.ts";

const NONE: ReadonlyMap<string, unknown> = new Map();

export function compileArguments(args: CallArguments, context: Context): (frame: Frame) => Arguments {
  const positional = args.positional.map((value) => compileExpression(value, context));
  const named = args.named.map(({ name, value }) => ({ name, value: compileExpression(value, context) }));
  const rest = args.rest && compileExpression(args.rest, context);
  const anyNamed = args.anyNamed && compileExpression(args.anyNamed, context);
  if (positional.length === 0 && named.length === 0 && !rest && !anyNamed) {
    return () => ({ positional: [], named: NONE });
  }
  return (frame) => {
    const list = positional.map((value) => value(frame));
    if (rest) list.push(...iterate(rest(frame)));
    if (named.length === 0 && !anyNamed) return { positional: list, named: NONE };
    const names = new Map(named.map(({ name, value }) => [name, value(frame)]));
    for (const [name, value] of anyNamed ? entriesOf(mappingOf(anyNamed(frame))) : []) {
      if (names.has(name)) throw new Fault(`the argument "${name}" is given twice`);
      names.set(name, value);
    }
    return { positional: list, named: names };
  };
}
