// Goes over tokens: looking at the next one, taking it if it is the one asked for, complaining about it.

import type { Token } from "./lexer.ts";
import { type Spot, SyntaxFault } from "./tree.ts";

/** Words with a meaning of their own, which therefore end an operand. */
export const KEYWORDS = new Set(["if", "else", "and", "or", "not", "in", "is"]);

export interface TokenReader {
  peek(): Token | undefined;
  next(): Token | undefined;
  /** Where the text ends, for errors there. */
  end(): Spot;
}

export class Cursor {
  protected readonly tokens: TokenReader;

  constructor(tokens: TokenReader) {
    this.tokens = tokens;
  }

  here(): Spot {
    const token = this.tokens.peek();
    return token ? { line: token.lineno, column: token.colno } : this.tokens.end();
  }

  isOperator(value: string): boolean {
    const token = this.tokens.peek();
    return (token?.type === "operator" || token?.type === "comma") && token.value === value;
  }

  skip(operator: string): boolean {
    if (!this.isOperator(operator)) return false;
    this.tokens.next();
    return true;
  }

  skipWord(word: string): boolean {
    const token = this.tokens.peek();
    if (token?.type !== "symbol" || token.value !== word) return false;
    this.tokens.next();
    return true;
  }

  expect(operator: string): void {
    if (!this.skip(operator)) throw this.unexpected(`"${operator}" is expected here`);
  }

  /** A fault at the next token. */
  unexpected(message?: string, hint?: string): SyntaxFault {
    return new SyntaxFault(message ?? `an expression is expected here${this.found()}`, this.here(), hint);
  }

  /** What was probably meant when an expression ends at "=". */
  assignmentHint(): string | undefined {
    return this.isOperator("=") ? 'write "==" to compare' : undefined;
  }

  found(): string {
    const token = this.tokens.peek();
    return token === undefined || token.type === "data" ? "" : `, not ${token.value}`;
  }

  /** An expression can begin here. */
  startsOperand(): boolean {
    const token = this.tokens.peek();
    if (token === undefined) return false;
    if (token.type === "operator") return ["(", "[", "{", "-", "+"].includes(token.value);
    if (token.type === "symbol") return !KEYWORDS.has(token.value);
    return token.type === "string" || token.type === "number";
  }

  /** `name` or `collection.name`: builtin names may be given in full, as in Ansible. */
  dottedName(what: string): { name: string; at: Spot } {
    const at = this.here();
    const parts: string[] = [];
    do {
      const token = this.tokens.peek();
      if (token?.type !== "symbol") throw this.unexpected(`${what} is expected here`);
      parts.push(token.value);
      this.tokens.next();
    } while (this.skip("."));
    return { name: parts.join("."), at };
  }
}
