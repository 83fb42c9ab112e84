// Compiles an expression into a function of the frame. Nothing is evaluated that Python would not.

import { getAttribute, getItem } from "../python/attributes.ts";
import { slice } from "../python/members.ts";
import {
  binary,
  concatenate,
  contains,
  equal,
  negative,
  order,
  positive,
  truthy,
} from "../python/operators.ts";
import { Blank, Callable, Fault, tuple, Undefined } from "../python/values.ts";
import type { CallArguments, CompareOperator, Expression, Spot } from "../syntax/tree.ts";
import { compileArguments } from "./arguments.ts";
import { type Context, testedNames } from "./context.ts";
import { type Frame, fromScope, placed } from "./frame.ts";
import { globals, refusedFunctions } from "./globals.ts";
import { compileFilter, compileTest } from "./operations.ts";

export type Evaluate = (frame: Frame) => unknown;

export function compileExpression(expression: Expression, context: Context): Evaluate {
  switch (expression.kind) {
    case "constant": {
      const { value } = expression;
      return () => value;
    }
    case "name":
      return name(expression.name, expression.at, context);
    case "list": {
      const items = expression.items.map((item) => compileExpression(item, context));
      return (frame) =>
        made(
          frame,
          items.map((item) => item(frame)),
        );
    }
    case "tuple": {
      const items = expression.items.map((item) => compileExpression(item, context));
      return (frame) => tuple(items.map((item) => item(frame)));
    }
    case "mapping":
      return mapping(expression, context);
    case "member":
    case "item":
    case "slice":
      return access(expression, context);
    case "call":
      return call(expression, context);
    case "filter":
      return compileFilter(
        expression,
        compileExpression(expression.target, guardedFor(expression, context)),
        context,
      );
    case "test":
      return compileTest(
        expression,
        compileExpression(expression.target, guardedFor(expression, context)),
        context,
      );
    case "not": {
      const target = compileExpression(expression.target, context);
      return (frame) => !truthy(target(frame));
    }
    case "sign": {
      const target = compileExpression(expression.target, context);
      const apply = expression.operator === "-" ? negative : positive;
      return located(expression.at, context, (frame) => apply(target(frame)));
    }
    case "and":
    case "or": {
      const left = compileExpression(expression.left, context);
      const right = compileExpression(expression.right, context.afterTest(testedNames(expression.left)));
      const stop = expression.kind === "or";
      return (frame) => {
        const value = left(frame);
        return truthy(value) === stop ? value : right(frame);
      };
    }
    case "compare":
      return compare(expression, context);
    case "binary": {
      const { operator } = expression;
      const left = compileExpression(expression.left, context);
      const right = compileExpression(expression.right, context);
      return located(expression.at, context, (frame) =>
        made(frame, binary(operator, left(frame), right(frame))),
      );
    }
    case "concat": {
      const parts = expression.parts.map((part) => compileExpression(part, context));
      return located(expression.at, context, (frame) => concatenate(parts.map((part) => part(frame))));
    }
    case "choice":
      return choice(expression, context);
  }
}

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

/** Faults of the operation get the place of this spot. */
export function located(spot: Spot, context: Context, evaluate: Evaluate): Evaluate {
  return (frame) => {
    try {
      return evaluate(frame);
    } catch (error) {
      throw placed(error, () => context.at(spot));
    }
  };
}

/** Remembers that this rendering made the value, and may therefore change it. */
export function made(frame: Frame, value: unknown): unknown {
  if (Array.isArray(value) || value instanceof Map) frame.run.made.add(value);
  return value;
}

function guardedFor({ name }: { name: string }, context: Context): Context {
  return ["default", "d", "defined", "undefined"].includes(name) ? context.underGuard() : context;
}

function name(variable: string, spot: Spot, context: Context): Evaluate {
  const known = globals.get(variable);
  // What looks something up is known no earlier than in a run, as what a variable holds; but nobody has to define it.
  if (!known) (variable === "lookup" ? context.underGuard() : context).use(variable, spot);
  const at = () => context.at(spot);
  return (frame) => {
    const holder = frame.holder(variable);
    if (holder) return holder.get(variable);
    const { scope } = frame.run;
    if (scope.has(variable)) return fromScope(scope, variable, at);
    return known ? known(frame) : new Undefined(variable, at);
  };
}

function mapping({ pairs, at }: Of<"mapping">, context: Context): Evaluate {
  for (const { key } of pairs) {
    if (key.kind === "constant" && typeof key.value !== "string") {
      context.problem(
        "mapping-key",
        "a key of a mapping must be a text here",
        key.at,
        "put it between quotes",
      );
    }
  }
  const compiled = pairs.map(({ key, value }) => ({
    key: compileExpression(key, context),
    value: compileExpression(value, context),
  }));
  return located(at, context, (frame) => {
    const result = new Map<string, unknown>();
    for (const { key, value } of compiled) {
      const name = key(frame);
      if (name instanceof Undefined) name.raise();
      if (typeof name !== "string") throw new Fault("a key of a mapping must be a text: use | string");
      result.set(name, value(frame));
    }
    return made(frame, result);
  });
}

function access(expression: Of<"member" | "item" | "slice">, context: Context): Evaluate {
  const target = compileExpression(expression.target, context);
  const path = describe(expression);
  const missing = () => new Undefined(path, () => context.at(expression.at));
  if (expression.kind === "member") {
    const { name } = expression;
    return (frame) => getAttribute(target(frame), name, missing, (value) => frame.run.made.has(value));
  }
  if (expression.kind === "item") {
    const key = compileExpression(expression.key, context);
    return (frame) => getItem(target(frame), key(frame), missing, (value) => frame.run.made.has(value));
  }
  const parts = [expression.from, expression.to, expression.step].map(
    (part) => part && compileExpression(part, context),
  );
  return located(expression.at, context, (frame) => {
    const [from, to, step] = parts.map((part) => part?.(frame));
    return made(frame, slice(target(frame), from, to, step));
  });
}

/** How an undefined member is named: m.missing, m['key'], m[...]. */
export function describe(expression: Expression): string {
  switch (expression.kind) {
    case "name":
      return expression.name;
    case "member":
      return `${describe(expression.target)}.${expression.name}`;
    case "item": {
      const { key } = expression;
      const shown =
        key.kind === "constant"
          ? typeof key.value === "string"
            ? `'${key.value}'`
            : key.value
          : describe(key);
      return `${describe(expression.target)}[${shown}]`;
    }
    case "call":
      return `${describe(expression.callee)}()`;
    case "filter":
      return `(${describe(expression.target)} | ${expression.name})`;
    default:
      return "...";
  }
}

function call({ callee, args, at }: Of<"call">, context: Context): Evaluate {
  const hint =
    callee.kind === "name" && !context.names.look(callee.name)
      ? refusedFunctions.get(callee.name)
      : undefined;
  if (hint !== undefined) {
    context.problem("unsupported-function", `the function ${describe(callee)}() is not supported`, at, hint);
    return () => null;
  }
  if (callee.kind === "name" && callee.name === "lookup") checkLookup(args, at, context);
  const target = compileExpression(callee, context);
  const given = compileArguments(args, context);
  const shown = describe(callee);
  return located(at, context, (frame) => {
    const found = target(frame);
    if (found instanceof Undefined) return found.raise();
    if (!(found instanceof Callable)) throw new Fault(`${shown} is not a function`);
    return found.call(given(frame));
  });
}

const LOOKUPS = ["env", "file", "pipe", "vars"];

function checkLookup({ positional: [first] }: CallArguments, at: Spot, context: Context): void {
  if (first?.kind !== "constant") return;
  const name = String(first.value).replace(/^ansible\.builtin\./, "");
  if (LOOKUPS.includes(name)) return;
  context.problem(
    "unsupported-lookup",
    `the lookup "${name}" is not supported`,
    at,
    `${LOOKUPS.join(", ")} are`,
  );
}

function compare({ first, rest, at }: Of<"compare">, context: Context): Evaluate {
  const left = compileExpression(first, context);
  const others = rest.map(({ operator, right }) => ({ operator, right: compileExpression(right, context) }));
  return located(at, context, (frame) => {
    let value = left(frame);
    for (const { operator, right } of others) {
      const next = right(frame);
      if (!holds(operator, value, next)) return false;
      value = next;
    }
    return true;
  });
}

export function holds(operator: CompareOperator, left: unknown, right: unknown): boolean {
  switch (operator) {
    case "==":
      return equal(left, right);
    case "!=":
      return !equal(left, right);
    case "in":
      return contains(right, left);
    case "not in":
      return !contains(right, left);
    case "<":
      return order(left, right, operator) < 0;
    case "<=":
      return order(left, right, operator) <= 0;
    case ">":
      return order(left, right, operator) > 0;
    case ">=":
      return order(left, right, operator) >= 0;
  }
}

function choice({ condition, yes: ifTrue, no: ifFalse, at }: Of<"choice">, context: Context): Evaluate {
  const test = compileExpression(condition, context);
  const branch = context.afterTest(testedNames(condition));
  const yes = compileExpression(ifTrue, branch);
  const no = ifFalse && compileExpression(ifFalse, branch);
  const nothing = () => new Blank("the value of an `if` without `else`", () => context.at(at));
  return (frame) => {
    if (truthy(test(frame))) return yes(frame);
    return no ? no(frame) : nothing();
  };
}
