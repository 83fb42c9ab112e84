// Filters and tests in expressions. Unknown names and wrong arguments are found here, before anything is rendered.

import { applyOperation, type Filter, type More, type Test } from "../filters/filter.ts";
import { filters, tests } from "../filters/library.ts";
import { misuse, signatureOf } from "../python/signature.ts";
import { Fault } from "../python/values.ts";
import type { CallArguments, Expression, FilterUse } from "../syntax/tree.ts";
import { compileArguments } from "./arguments.ts";
import type { Context } from "./context.ts";
import { type Evaluate, located, made } from "./expressions.ts";

/** Builtin filters and tests may be named in full, as in Ansible. */
const FULL_NAME = /^ansible\.(?:builtin|legacy)\./;

/** How filters such as map reach others. */
const others: Pick<More, "filter" | "test"> = {
  filter: (name, input, args) => {
    const filter = filters.get(name.replace(FULL_NAME, ""));
    if (!filter) throw new Fault(`unknown filter "${name}"`);
    return applyOperation("filter", filter, input, args, others);
  },
  test: (name, value, args) => {
    const test = tests.get(name.replace(FULL_NAME, ""));
    if (!test) throw new Fault(`unknown test "${name}"`);
    return applyOperation("test", test, value, args, others);
  },
};

export function compileFilter(use: FilterUse, target: Evaluate, context: Context): Evaluate {
  const filter = find("filter", filters, use, context);
  if (!filter) return () => null;
  if (CALLS_FILTER.has(filter.name)) checkInner("filter", use.args.positional[0], filters, context);
  if (CALLS_TEST.has(filter.name)) {
    checkInner("test", use.args.positional[filter.name.endsWith("attr") ? 1 : 0], tests, context);
  }
  const given = compileArguments(use.args, filter.takesUndefined ? context.underGuard() : context);
  return located(use.at, context, (frame) => {
    const value = applyOperation("filter", filter, target(frame), given(frame), others);
    return filter.fresh ? made(frame, value) : value;
  });
}

export function compileTest(use: FilterUse, target: Evaluate, context: Context): Evaluate {
  const test = find("test", tests, use, context);
  if (!test) return () => false;
  const given = compileArguments(use.args, context);
  return located(use.at, context, (frame) =>
    applyOperation("test", test, target(frame), given(frame), others),
  );
}

function find<T extends Filter | Test>(
  kind: "filter" | "test",
  known: ReadonlyMap<string, T>,
  { name, args, at }: FilterUse,
  context: Context,
): T | undefined {
  const found = known.get(name.replace(FULL_NAME, ""));
  if (!found) {
    context.unknown(kind, name, at, known.keys());
    compileArguments(args, context);
    return undefined;
  }
  const wrong = wrongArguments(`the ${kind} ${name}`, found, args);
  if (wrong !== undefined) context.problem("wrong-arguments", wrong, at);
  return found;
}

function wrongArguments(what: string, { params }: Filter | Test, args: CallArguments): string | undefined {
  if (args.rest || args.anyNamed) return undefined;
  const names = args.named.map(({ name }) => name);
  return misuse(what, signatureOf(params), args.positional.length, names);
}

const CALLS_FILTER = new Set(["map"]);
const CALLS_TEST = new Set(["select", "reject", "selectattr", "rejectattr"]);

/** `map('upper')`: the name of a filter or test as a text. */
function checkInner(
  kind: "filter" | "test",
  argument: Expression | undefined,
  known: ReadonlyMap<string, unknown>,
  context: Context,
): void {
  if (argument?.kind !== "constant" || typeof argument.value !== "string") return;
  if (!known.has(argument.value.replace(FULL_NAME, "")))
    context.unknown(kind, argument.value, argument.at, known.keys());
}

export function applyFilters(uses: readonly FilterUse[], context: Context): (target: Evaluate) => Evaluate {
  return (target) => uses.reduce<Evaluate>((inner, use) => compileFilter(use, inner, context), target);
}
