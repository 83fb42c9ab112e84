// Macros: functions of a template that give text. They see the names of their own template, not of the caller.

import { Callable, Fault, tuple, Undefined } from "../python/values.ts";
import type { Body, Parameter, Spot } from "../syntax/tree.ts";
import type { Context } from "./context.ts";
import { compileExpression } from "./expressions.ts";
import { type Frame, TOO_DEEP } from "./frame.ts";
import { captured, compileBody } from "./statements.ts";

/** About as many as Python's limit of recursion allows; JavaScript's own stack has no certain end. */
const DEEPEST = 300;

interface MacroSource {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: Body;
  readonly at: Spot;
}

export function bindMacro(context: Context, name: string): void {
  context.names.bind(name);
}

/** The macro as a value, made anew where its tag is met: its body sees the frame around that tag. */
export function makeMacro(
  { name, parameters, body, at }: MacroSource,
  context: Context,
): (frame: Frame) => Callable {
  const inside = context.inner();
  const compiled = parameters.map((parameter) => {
    const fallback = parameter.fallback && compileExpression(parameter.fallback, inside);
    inside.names.bind(parameter.name);
    return { name: parameter.name, fallback };
  });
  for (const extra of ["varargs", "kwargs", "caller"]) inside.names.bind(extra);
  const write = compileBody(body, inside);
  const takes = mentions(body);
  const missing = (parameter: string) => new Undefined(parameter, () => context.at(at));
  return (outer) =>
    new Callable(name, ({ positional, named }) => {
      const frame = outer.inner();
      const rest = new Map(named);
      if (positional.length > compiled.length && !takes.has("varargs")) {
        throw new Fault(
          `the macro ${name} takes at most ${compiled.length} argument${compiled.length === 1 ? "" : "s"}`,
        );
      }
      compiled.forEach((parameter, index) => {
        const given = index < positional.length || rest.has(parameter.name);
        if (index < positional.length && rest.has(parameter.name)) {
          throw new Fault(`the macro ${name} is given "${parameter.name}" twice`);
        }
        const fallback = () => (parameter.fallback ? parameter.fallback(frame) : missing(parameter.name));
        const value = index < positional.length ? positional[index] : rest.get(parameter.name);
        frame.set(parameter.name, given ? value : fallback());
        rest.delete(parameter.name);
      });
      if (takes.has("caller") || !rest.has("caller")) {
        frame.set("caller", rest.get("caller") ?? missing("caller"));
        rest.delete("caller");
      }
      if (takes.has("varargs")) frame.set("varargs", tuple(positional.slice(compiled.length)));
      if (takes.has("kwargs")) frame.set("kwargs", rest);
      else for (const extra of rest.keys()) throw new Fault(`the macro ${name} has no parameter "${extra}"`);
      const { calls } = outer.run;
      if (calls.depth === DEEPEST) throw new Fault(TOO_DEEP);
      calls.depth++;
      try {
        return captured(write, frame);
      } finally {
        calls.depth--;
      }
    });
}

/** A macro takes more than its parameters only if its body uses them. */
function mentions(body: Body): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === "object" && value !== null) {
      if ("kind" in value && value.kind === "name" && "name" in value) found.add(String(value.name));
      Object.values(value).forEach(visit);
    }
  };
  visit(body);
  return found;
}
