// Parses expressions by Jinja2's grammar. nunjucks' own expression grammar groups differently without a
// word (7 * 3 // 2, a == b is defined) and lacks slices, tuples and chained tests, so it is not used.
// https://jinja.palletsprojects.com/en/3.1.x/templates/#expressions

import type { BinaryOperator } from "../python/operators.ts";
import { Cursor, KEYWORDS } from "./cursor.ts";
import { CONSTANTS } from "./literals.ts";
import { type CallArguments, type CompareOperator, type Expression, type Spot, SyntaxFault } from "./tree.ts";

/** Deeper nesting is a mistake or an attack on the stack. */
const MAX_DEPTH = 200;

export class ExpressionParser extends Cursor {
  private depth = 0;

  /** An expression, or several with commas between: a tuple. */
  tuple(withChoice = true): Expression {
    const first = withChoice ? this.expression() : this.or();
    if (!this.isOperator(",")) return first;
    const items = [first];
    while (this.skip(",")) {
      if (!this.startsOperand()) break;
      items.push(withChoice ? this.expression() : this.or());
    }
    return { kind: "tuple", items, at: first.at };
  }

  expression(): Expression {
    this.deeper();
    let result = this.or();
    while (this.skipWord("if")) {
      const condition = this.or();
      const no = this.skipWord("else") ? this.expression() : undefined;
      result = { kind: "choice", condition, yes: result, no, at: result.at };
    }
    this.depth--;
    return result;
  }

  private deeper(): void {
    if (++this.depth > MAX_DEPTH) throw this.unexpected("the expression is nested too deeply");
  }

  or(): Expression {
    let left = this.and();
    while (this.skipWord("or")) left = { kind: "or", left, right: this.and(), at: left.at };
    return left;
  }

  private and(): Expression {
    let left = this.not();
    while (this.skipWord("and")) left = { kind: "and", left, right: this.not(), at: left.at };
    return left;
  }

  private not(): Expression {
    const at = this.here();
    if (!this.skipWord("not")) return this.compare();
    this.deeper();
    const target = this.not();
    this.depth--;
    return { kind: "not", target, at };
  }

  private compare(): Expression {
    const first = this.sum();
    const rest: { operator: CompareOperator; right: Expression }[] = [];
    for (let operator = this.compareOperator(); operator; operator = this.compareOperator()) {
      rest.push({ operator, right: this.sum() });
    }
    return rest.length === 0 ? first : { kind: "compare", first, rest, at: first.at };
  }

  private compareOperator(): CompareOperator | undefined {
    for (const operator of ["==", "!=", "<=", ">=", "<", ">"] as const) {
      if (this.skip(operator)) {
        if (this.isOperator("="))
          throw this.unexpected(`"${operator}=" is not known here`, `write ${operator}`);
        return operator;
      }
    }
    if (this.skipWord("in")) return "in";
    if (!this.skipWord("not")) return undefined;
    if (!this.skipWord("in")) throw this.unexpected('"in" is expected after "not" here');
    return "not in";
  }

  private sum(): Expression {
    return this.chain(["+", "-"], () => this.concat());
  }

  private concat(): Expression {
    const parts = [this.product()];
    while (this.skip("~")) parts.push(this.product());
    return parts.length === 1 ? parts[0]! : { kind: "concat", parts, at: parts[0]!.at };
  }

  private product(): Expression {
    return this.chain(["*", "//", "/", "%"], () => this.power());
  }

  private power(): Expression {
    return this.chain(["**"], () => this.unary(true));
  }

  private chain(operators: readonly BinaryOperator[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const at = this.here();
      const operator = operators.find((each) => this.skip(each));
      if (operator === undefined) return left;
      left = { kind: "binary", operator, left, right: operand(), at };
    }
  }

  private unary(withFilters: boolean): Expression {
    const at = this.here();
    const operator = (["-", "+"] as const).find((each) => this.skip(each));
    if (operator === undefined) {
      const operand = this.postfix(this.primary());
      return withFilters ? this.filters(operand) : operand;
    }
    this.deeper();
    const signed: Expression = { kind: "sign", operator, target: this.unary(false), at };
    this.depth--;
    const operand = this.postfix(signed);
    return withFilters ? this.filters(operand) : operand;
  }

  private primary(): Expression {
    const token = this.tokens.peek();
    const at = this.here();
    if (token?.type === "symbol" && !KEYWORDS.has(token.value)) {
      this.tokens.next();
      if (CONSTANTS.has(token.value)) return { kind: "constant", value: CONSTANTS.get(token.value), at };
      return { kind: "name", name: token.value, at };
    }
    if (token?.type === "string") return { kind: "constant", value: this.strings(), at };
    if (token?.type === "number") {
      this.tokens.next();
      return { kind: "constant", value: token.literal, at };
    }
    if (this.skip("(")) return this.parenthesis(at);
    if (this.skip("[")) return { kind: "list", items: this.items("]"), at };
    if (this.skip("{")) return this.mapping(at);
    throw this.unexpected();
  }

  /** Texts side by side are one text. */
  private strings(): string {
    let text = "";
    while (this.tokens.peek()?.type === "string") text += this.tokens.next()?.literal;
    return text;
  }

  private parenthesis(at: Spot): Expression {
    if (this.skip(")")) return { kind: "tuple", items: [], at };
    const inside = this.tuple();
    this.expect(")");
    return inside;
  }

  private items(end: string): Expression[] {
    const items: Expression[] = [];
    while (!this.skip(end)) {
      if (items.length > 0) {
        this.expect(",");
        if (this.skip(end)) break;
      }
      items.push(this.expression());
    }
    return items;
  }

  private mapping(at: Spot): Expression {
    const pairs: { key: Expression; value: Expression }[] = [];
    while (!this.skip("}")) {
      if (pairs.length > 0) {
        this.expect(",");
        if (this.skip("}")) break;
      }
      const key = this.expression();
      this.expect(":");
      pairs.push({ key, value: this.expression() });
    }
    return { kind: "mapping", pairs, at };
  }

  /** `.name`, `[key]` and `(...)` behind an operand. Also used for the call of `{% call %}`. */
  postfix(operand: Expression): Expression {
    let result = operand;
    for (;;) {
      const at = this.here();
      if (this.skip(".")) result = this.dot(result);
      else if (this.skip("[")) result = this.subscript(result, at);
      else if (this.isOperator("(")) result = this.call(result);
      else return result;
    }
  }

  private call(callee: Expression): Expression {
    return { kind: "call", callee, args: this.arguments(), at: callee.at };
  }

  private dot(target: Expression): Expression {
    const at = this.here();
    const token = this.tokens.next();
    if (token?.type === "symbol") return { kind: "member", target, name: token.value, at };
    if (token?.type === "number" && Number.isInteger(token.literal)) {
      return { kind: "item", target, key: { kind: "constant", value: token.literal, at }, at };
    }
    throw new SyntaxFault('a name or a number is expected after "."', at);
  }

  private subscript(target: Expression, at: Spot): Expression {
    const parts: (Expression | undefined)[] = [];
    let colons = 0;
    for (;;) {
      parts.push(this.isOperator(":") || this.isOperator("]") ? undefined : this.expression());
      if (!this.skip(":")) break;
      colons++;
    }
    if (this.isOperator(",")) throw this.unexpected("an index with commas is not supported");
    this.expect("]");
    const [first, to, step] = parts;
    if (colons > 2) throw new SyntaxFault("a slice has at most three parts", at);
    if (colons > 0) return { kind: "slice", target, from: first, to, step, at };
    if (first === undefined) throw new SyntaxFault("an index is expected between [ and ]", at);
    return { kind: "item", target, key: first, at: first.at };
  }

  /** `| filter`, `is test` and calls behind them. */
  private filters(operand: Expression): Expression {
    let result = operand;
    for (;;) {
      if (this.skip("|")) {
        const { name, at } = this.dottedName("a filter's name");
        result = { kind: "filter", name, target: result, args: this.optionalArguments(), at };
      } else if (this.skipWord("is")) result = this.test(result);
      else if (this.isOperator("(")) result = this.call(result);
      else return result;
    }
  }

  private test(target: Expression): Expression {
    const start = this.here();
    const negated = this.skipWord("not");
    const { name, at } = this.dottedName("a test's name");
    const test: Expression = { kind: "test", name, target, args: this.testArguments(), at };
    return negated ? { kind: "not", target: test, at: start } : test;
  }

  /** A test takes one argument without parentheses too: `is divisibleby 3`. */
  private testArguments(): CallArguments {
    if (this.isOperator("(")) return this.arguments();
    const token = this.tokens.peek();
    if (token?.type === "symbol" && token.value === "is")
      throw this.unexpected('tests cannot be chained with "is"');
    if (!this.startsOperand() || this.isOperator("-") || this.isOperator("+")) return NO_ARGUMENTS;
    return { positional: [this.postfix(this.primary())], named: [] };
  }

  optionalArguments(): CallArguments {
    return this.isOperator("(") ? this.arguments() : NO_ARGUMENTS;
  }

  private arguments(): CallArguments {
    this.expect("(");
    const positional: Expression[] = [];
    const named: { name: string; value: Expression }[] = [];
    let [rest, anyNamed]: (Expression | undefined)[] = [];
    for (let count = 0; !this.skip(")"); count++) {
      if (count > 0) {
        this.expect(",");
        if (this.skip(")")) break;
      }
      if (this.skip("**")) anyNamed = this.expression();
      else if (this.skip("*")) rest = this.expression();
      else {
        const at = this.here();
        const value = this.expression();
        if (value.kind === "name" && this.skip("="))
          named.push({ name: value.name, value: this.expression() });
        else if (named.length > 0)
          throw new SyntaxFault("a positional argument cannot follow a named one", at);
        else positional.push(value);
      }
    }
    return { positional, named, ...(rest && { rest }), ...(anyNamed && { anyNamed }) };
  }
}

export const NO_ARGUMENTS: CallArguments = { positional: [], named: [] };
