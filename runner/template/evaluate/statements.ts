// Compiles the tags of a template into functions that write to `out`. Scopes are Jinja2's: `if` has none of
// its own; loops, `with`, macros, blocks and captures do, and what they set is not seen outside.

import { iterate, listOf } from "../python/convert.ts";
import { truthy } from "../python/operators.ts";
import { output } from "../python/print.ts";
import { Callable, Fault, Namespace } from "../python/values.ts";
import type { Body, Spot, Statement, Target } from "../syntax/tree.ts";
import { compileArguments } from "./arguments.ts";
import { type Context, testedNames } from "./context.ts";
import { compileExpression, located } from "./expressions.ts";
import { type Frame, placed } from "./frame.ts";
import { loopVariable } from "./loop.ts";
import { bindMacro, makeMacro } from "./macros.ts";
import { applyFilters } from "./operations.ts";
import { compileBlock, compileFrom, compileImport, compileInclude } from "./templates.ts";

export type Write = (frame: Frame, out: string[]) => void;

export function compileBody(body: Body, context: Context): Write {
  const steps = body.map((statement) => compileStatement(statement, context));
  const [only] = steps;
  if (only && steps.length === 1) return only;
  return (frame, out) => {
    for (const step of steps) step(frame, out);
  };
}

function compileStatement(statement: Statement, context: Context): Write {
  switch (statement.kind) {
    case "text": {
      const { text } = statement;
      return (_frame, out) => {
        out.push(text);
      };
    }
    case "output": {
      const value = compileExpression(statement.value, context);
      const { at } = statement.value;
      return placing(at, context, (frame, out) => {
        out.push(output(value(frame)));
      });
    }
    case "if":
      return compileIf(statement, context);
    case "for":
      return compileFor(statement, context);
    case "set": {
      const value = compileExpression(statement.value, context);
      const assign = compileTarget(statement.target, context);
      return (frame) => assign(frame, value(frame));
    }
    case "capture":
      return compileCapture(statement, context);
    case "with":
      return compileWith(statement, context);
    case "macro": {
      bindMacro(context, statement.name);
      const macro = makeMacro(statement, context);
      return (frame) => frame.set(statement.name, macro(frame));
    }
    case "call":
      return compileCall(statement, context);
    case "block":
      return compileBlock(statement, context);
    case "extends":
      context.problem("template-extends", "{% extends %} must stand outside of other tags", statement.at);
      return () => {};
    case "include":
      return compileInclude(statement, context);
    case "import":
      return compileImport(statement, context);
    case "from":
      return compileFrom(statement, context);
  }
}

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

export function placing(spot: Spot, context: Context, write: Write): Write {
  return (frame, out) => {
    try {
      write(frame, out);
    } catch (error) {
      throw placed(error, () => context.at(spot));
    }
  };
}

function compileIf({ condition, yes: ifTrue, no: ifFalse }: Of<"if">, context: Context): Write {
  const test = compileExpression(condition, context);
  const branch = context.afterTest(testedNames(condition));
  const yes = compileBody(ifTrue, branch.branch());
  const no = compileBody(ifFalse, branch.branch());
  return (frame, out) => (truthy(test(frame)) ? yes : no)(frame, out);
}

function compileFor({ target, list, condition, body, otherwise, at }: Of<"for">, context: Context): Write {
  const items = compileExpression(list, context);
  const filtering = context.inner();
  const assignFiltered = compileTarget(target, filtering);
  const test = condition && compileExpression(condition, filtering);
  const inside = (condition ? context.afterTest(testedNames(condition)) : context).inner();
  inside.names.bind("loop");
  const assign = compileTarget(target, inside);
  const write = compileBody(body, inside);
  const writeElse = compileBody(otherwise, context.inner());
  const itemsOf = located(list.at, context, (frame) => iterate(items(frame)));
  return placing(at, context, (frame, out) => {
    let found = itemsOf(frame) as readonly unknown[];
    if (test) {
      found = found.filter((item) => {
        const trial = frame.inner();
        assignFiltered(trial, item);
        return truthy(test(trial));
      });
    }
    if (found.length === 0) return writeElse(frame.inner(), out);
    const loop = loopVariable(found);
    for (const item of found) {
      const each = frame.inner();
      each.set("loop", loop.next());
      assign(each, item);
      write(each, out);
    }
  });
}

type Assign = (frame: Frame, value: unknown) => void;

/** Binds the names as well. */
function compileTarget(target: Target, context: Context): Assign {
  switch (target.kind) {
    case "name":
      context.names.bind(target.name);
      return (frame, value) => frame.set(target.name, value);
    case "field": {
      context.use(target.name, target.at);
      return (frame, value) => {
        const namespace = frame.holder(target.name)?.get(target.name);
        if (!(namespace instanceof Namespace)) {
          throw placed(new Fault(`${target.name} is not a namespace: only its fields can be set`), () =>
            context.at(target.at),
          );
        }
        namespace.fields.set(target.field, value);
      };
    }
    case "names": {
      const parts = target.targets.map((part) => compileTarget(part, context));
      return (frame, value) => {
        try {
          const items = Array.isArray(value) ? listOf(value) : iterate(value);
          if (items.length !== parts.length) {
            throw new Fault(`${parts.length} values are expected to take apart, not ${items.length}`);
          }
          parts.forEach((assign, index) => {
            assign(frame, items[index]);
          });
        } catch (error) {
          throw placed(error, () => context.at(target.at));
        }
      };
    }
  }
}

function compileCapture({ target, body, filters, at }: Of<"capture">, context: Context): Write {
  const write = compileBody(body, context.inner());
  const value = applyFilters(filters, context)((frame) => captured(write, frame.inner()));
  if (target) {
    const assign = compileTarget(target, context);
    return (frame) => assign(frame, value(frame));
  }
  return placing(at, context, (frame, out) => {
    out.push(output(value(frame)));
  });
}

export function captured(write: Write, frame: Frame): string {
  const out: string[] = [];
  write(frame, out);
  return out.join("");
}

function compileWith({ pairs, body }: Of<"with">, context: Context): Write {
  const inside = context.inner();
  // The values are evaluated outside: they do not see each other.
  const values = pairs.map(({ value }) => compileExpression(value, context));
  const assigns = pairs.map(({ target }) => compileTarget(target, inside));
  const write = compileBody(body, inside);
  return (frame, out) => {
    const inner = frame.inner();
    const found = values.map((value) => value(frame));
    assigns.forEach((assign, index) => {
      assign(inner, found[index]);
    });
    write(inner, out);
  };
}

function compileCall({ parameters, call, body, at }: Of<"call">, context: Context): Write {
  if (call.kind !== "call") return () => {};
  const callee = compileExpression(call.callee, context);
  const given = compileArguments(call.args, context);
  const caller = makeMacro({ name: "caller", parameters, body, at }, context);
  return placing(call.at, context, (frame, out) => {
    const macro = callee(frame);
    if (!(macro instanceof Callable)) throw new Fault("{% call %} needs a macro");
    const { positional, named } = given(frame);
    out.push(output(macro.call({ positional, named: new Map([...named, ["caller", caller(frame)]]) })));
  });
}
