// What tags assign to (`for a, b in`, `set x`, `set ns.x`) and the parameters of macros.

import type { ExpressionParser } from "./expressions.ts";
import { type Expression, type Parameter, SyntaxFault, type Target } from "./tree.ts";

/** Several names with commas between take a list apart. */
export function assignTarget(parser: ExpressionParser, several: boolean): Target {
  const first = single(parser);
  if (!several || !parser.isOperator(",")) return first;
  const targets = [first];
  while (parser.skip(",")) targets.push(single(parser));
  return { kind: "names", targets, at: first.at };
}

function single(parser: ExpressionParser): Target {
  const at = parser.here();
  if (parser.skip("(")) {
    const inside = assignTarget(parser, true);
    parser.expect(")");
    return inside.kind === "names" ? inside : { kind: "names", targets: [inside], at };
  }
  const { name } = parser.dottedName("a name");
  if (/^(?:[tT]rue|[fF]alse|[nN]one)$/.test(name)) throw new SyntaxFault(`${name} cannot be assigned to`, at);
  const [variable = "", field, more] = name.split(".");
  if (more !== undefined) throw new SyntaxFault("only a field of a namespace can be set", at);
  return field === undefined ? { kind: "name", name, at } : { kind: "field", name: variable, field, at };
}

/** `(a, b=1)` of a macro or a call block. */
export function parameters(parser: ExpressionParser): readonly Parameter[] {
  const found: Parameter[] = [];
  parser.expect("(");
  while (!parser.skip(")")) {
    if (found.length > 0) {
      parser.expect(",");
      if (parser.skip(")")) break;
    }
    const at = parser.here();
    const target = assignTarget(parser, false);
    if (target.kind !== "name") throw new SyntaxFault("a name is expected here", at);
    const fallback: Expression | undefined = parser.skip("=") ? parser.expression() : undefined;
    if (!fallback && found.at(-1)?.fallback) {
      throw new SyntaxFault("a parameter without a default cannot follow one with a default", at);
    }
    found.push({ name: target.name, fallback });
  }
  return found;
}
