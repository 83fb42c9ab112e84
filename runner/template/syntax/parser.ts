// Parses templates: nunjucks' parser walks the text, the tags and their nesting; expressions, `for`, `set`,
// `with`, `block`, `call` and `filter` follow Jinja2's grammar and are parsed here; then everything becomes
// the typed tree of tree.ts.
//
// Why not nunjucks' compiler: by experiment its tree has lost already what Jinja2 means. '\d' arrives as "d",
// (1, 2) as a JavaScript comma, `for ... if` as an inline-if, 7 * 3 // 2 as 7 * (3 // 2), 2.0 as 2; and its
// generated code gives neither Python's scopes nor places. The tree is evaluated by evaluate/ instead.

import nunjucks from "nunjucks/src/parser.js";
import type { TokenReader } from "./cursor.ts";
import { ExpressionParser } from "./expressions.ts";
import type { Token } from "./lexer.ts";
import { bodyOf } from "./statements.ts";
import { CLOSED_BY, REFUSED } from "./tags.ts";
import { assignTarget, parameters } from "./targets.ts";
import {
  type Body,
  type Expression,
  type FilterUse,
  type Parameter,
  type Spot,
  type Statement,
  SyntaxFault,
  type Target,
} from "./tree.ts";

/** What the inherited methods return: nunjucks' nodes, with our expressions and statements inside. */
interface Node {
  readonly typename?: string;
  readonly kind?: string;
  readonly lineno: number;
  readonly colno: number;
}

export function parseTokens(tokens: readonly Token[], end: Spot): Body {
  return new TemplateParser(tokens, end).parseTemplate();
}

class TemplateParser extends nunjucks.Parser {
  private readonly end: Spot;
  private readonly expressions: ExpressionParser;
  /** Open tags, innermost last. */
  private readonly open: { readonly tag: string; readonly at: Spot }[] = [];

  constructor(tokens: readonly Token[], end: Spot) {
    let next = 0;
    super({ nextToken: () => tokens[next++] ?? null });
    // nunjucks looks at the delimiters to find "-" beside them; the lexer has dealt with that.
    Object.assign(this.tokens as object, {
      tags: { VARIABLE_START: "{{", VARIABLE_END: "}}", COMMENT_START: "{#" },
    });
    this.end = end;
    const reader: TokenReader = {
      peek: () => (this.peekToken() as Token | null) ?? undefined,
      next: () => (this.nextToken() as Token | null) ?? undefined,
      end: () => end,
    };
    this.expressions = new ExpressionParser(reader);
  }

  parseTemplate(): Body {
    const root = this.parseAsRoot();
    return bodyOf(root);
  }

  override parseExpression(): Expression {
    return this.expressions.tuple();
  }

  /** nunjucks asks for it where a name stands: after macro, and in from ... import. */
  override parsePrimary(): { value: string } & Node {
    const token = this.expectName();
    return { value: token.value, lineno: token.lineno, colno: token.colno };
  }

  override parseSignature(): readonly Parameter[] {
    return parameters(this.expressions);
  }

  override parseStatement(): Node | null {
    const token = this.peekToken();
    const tag = token?.value ?? "";
    const at = this.expressions.here();
    if (token?.type !== "symbol") throw new SyntaxFault("the name of a tag is expected after {%", at);
    const hint = Object.hasOwn(REFUSED, tag) ? REFUSED[tag] : undefined;
    if (hint !== undefined) throw new SyntaxFault(`{% ${tag} %} is not supported`, at, hint);
    if (this.breakOnBlocks?.includes(tag)) return null;
    this.open.push({ tag, at });
    const parsed = this.statement(tag, at);
    this.open.pop();
    return parsed;
  }

  private statement(tag: string, at: Spot): Node | null {
    switch (tag) {
      case "for":
        return this.node(this.forStatement(at));
      case "set":
        return this.node(this.setStatement(at));
      case "with":
        return this.node(this.withStatement(at));
      case "block":
        return this.node(this.blockStatement(at));
      case "call":
        return this.node(this.callStatement(at));
      case "filter":
        return this.node(this.filterStatement(at));
      case "include":
        return this.node(this.includeStatement(at));
      case "print":
        this.nextToken();
        return this.node({ kind: "output", value: this.finish(this.parseExpression(), tag), at });
      case "if":
      case "macro":
      case "import":
      case "from":
      case "extends":
        return super.parseStatement();
      default: {
        const outer = this.open.at(-2);
        const expected = outer && CLOSED_BY[outer.tag];
        if (/^(end|else|elif)/.test(tag)) {
          const hint =
            expected && `{% ${outer.tag} %} of line ${outer.at.line + 1} is closed by {% ${expected} %}`;
          throw new SyntaxFault(`{% ${tag} %} closes nothing here`, at, hint);
        }
        throw new SyntaxFault(`{% ${tag} %} is not known`, at);
      }
    }
  }

  private forStatement(at: Spot): Statement {
    this.nextToken();
    const target = assignTarget(this.expressions, true);
    if (!this.expressions.skipWord("in")) throw this.expressions.unexpected('"in" is expected here');
    const list = this.expressions.tuple(false);
    const condition = this.expressions.skipWord("if") ? this.expressions.expression() : undefined;
    if (this.expressions.skipWord("recursive")) {
      throw new SyntaxFault("a recursive loop is not supported", at, "use a macro that calls itself");
    }
    this.endOfTag();
    const body = this.body("endfor", "else");
    let otherwise: Body = [];
    if (this.skipSymbol("else")) {
      this.endOfTag();
      otherwise = this.body("endfor");
    }
    this.close("endfor");
    return { kind: "for", target, list, condition, body, otherwise, at };
  }

  private setStatement(at: Spot): Statement {
    this.nextToken();
    const target = assignTarget(this.expressions, true);
    if (this.expressions.skip("=")) {
      return { kind: "set", target, value: this.finish(this.parseExpression(), "set"), at };
    }
    const filters: FilterUse[] = [];
    while (this.expressions.skip("|")) filters.push(this.filterUse());
    this.endOfTag();
    const body = this.body("endset");
    this.close("endset");
    return { kind: "capture", target, body, filters, at };
  }

  private withStatement(at: Spot): Statement {
    this.nextToken();
    const pairs: { target: Target; value: Expression }[] = [];
    while (this.peekToken()?.type !== "block-end") {
      if (pairs.length > 0) this.expressions.expect(",");
      const target = assignTarget(this.expressions, false);
      this.expressions.expect("=");
      pairs.push({ target, value: this.expressions.expression() });
    }
    this.endOfTag();
    const body = this.body("endwith");
    this.close("endwith");
    return { kind: "with", pairs, body, at };
  }

  private blockStatement(at: Spot): Statement {
    this.nextToken();
    const name = this.expectName().value;
    const scoped = this.expressions.skipWord("scoped");
    if (this.expressions.skipWord("required")) throw new SyntaxFault("a required block is not supported", at);
    this.endOfTag();
    const body = this.body("endblock");
    this.nextToken();
    this.skipSymbol(name);
    this.endOfTag();
    return { kind: "block", name, scoped, body, at };
  }

  private callStatement(at: Spot): Statement {
    this.nextToken();
    const params = this.expressions.isOperator("(") ? this.parseSignature() : [];
    const call = this.finish(this.expressions.expression(), "call");
    if (call.kind !== "call") throw new SyntaxFault("{% call %} needs a call of a macro", call.at);
    const body = this.body("endcall");
    this.close("endcall");
    return { kind: "call", parameters: params, call, body, at };
  }

  private filterStatement(at: Spot): Statement {
    this.nextToken();
    const filters = [this.filterUse()];
    while (this.expressions.skip("|")) filters.push(this.filterUse());
    this.endOfTag();
    const body = this.body("endfilter");
    this.close("endfilter");
    return { kind: "capture", target: undefined, body, filters, at };
  }

  private includeStatement(at: Spot): Statement {
    this.nextToken();
    const template = this.expressions.expression();
    const ignoreMissing = this.skipSymbol("ignore");
    if (ignoreMissing && !this.skipSymbol("missing"))
      throw this.expressions.unexpected('"missing" is expected here');
    const without = this.skipSymbol("without");
    if ((without || this.skipSymbol("with")) && !this.skipSymbol("context")) {
      throw this.expressions.unexpected('"context" is expected here');
    }
    this.endOfTag();
    return { kind: "include", template, ignoreMissing, withContext: !without, at };
  }

  private filterUse(): FilterUse {
    const { name, at } = this.expressions.dottedName("a filter's name");
    return { name, args: this.expressions.optionalArguments(), at };
  }

  private body(...ends: string[]): Body {
    return bodyOf(this.parseUntilBlocks(...ends));
  }

  private close(end: string): void {
    if (this.peekToken()?.value !== end) throw this.error("unexpected end of file");
    this.nextToken();
    this.endOfTag();
  }

  private finish<T>(value: T, tag: string): T {
    this.endOfTag(tag);
    return value;
  }

  /** nunjucks' own takes the token before it complains, and so points behind it. */
  override advanceAfterBlockEnd(tag?: string): Token {
    if (tag === undefined) this.nextToken();
    this.endOfTag(tag);
    return { type: "block-end", value: "%}", lineno: 0, colno: 0 };
  }

  private endOfTag(tag = this.open.at(-1)?.tag ?? ""): void {
    if (this.peekToken()?.type !== "block-end") {
      if (this.peekToken() === null) throw this.error("unexpected end of file");
      const message = `the end of {% ${tag} %} is expected here${this.expressions.found()}`;
      throw this.expressions.unexpected(message, this.expressions.assignmentHint());
    }
    this.nextToken();
  }

  private expectName(): Token {
    const token = this.peekToken() as Token | null;
    if (token?.type !== "symbol") throw this.expressions.unexpected("a name is expected here");
    this.nextToken();
    return token;
  }

  private node(statement: Statement): Node {
    return Object.assign(statement, { lineno: statement.at.line, colno: statement.at.column });
  }

  /** How all complaints of the inherited methods are made. */
  override error(message: string, lineno?: number, colno?: number): Error {
    const next = this.peekToken();
    const opened = this.open.at(-1);
    if (next === null && opened) {
      const closing = CLOSED_BY[opened.tag];
      return new SyntaxFault(
        `{% ${opened.tag} %} is not closed`,
        opened.at,
        closing && `{% ${closing} %} is missing`,
      );
    }
    if (next !== null && (message === "expected variable end" || message.startsWith("expected block end"))) {
      const message = `unexpected ${next.value} after the expression`;
      return this.expressions.unexpected(message, this.expressions.assignmentHint());
    }
    const at =
      lineno === undefined || colno === undefined ? this.expressions.here() : { line: lineno, column: colno };
    return new SyntaxFault(message.replace(/^\w+: /, ""), next === null ? this.end : at);
  }
}
