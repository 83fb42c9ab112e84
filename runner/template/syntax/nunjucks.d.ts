// The part of nunjucks' parser that parser.ts builds on; @types/nunjucks does not describe it.

declare module "nunjucks/src/parser.js" {
  /** Tokens as nunjucks' own lexer makes them; positions count from 0. */
  interface Token {
    readonly type: string;
    readonly value: string;
    readonly lineno: number;
    readonly colno: number;
  }

  interface Node {
    readonly typename?: string;
    readonly lineno: number;
    readonly colno: number;
  }

  class Parser {
    constructor(tokens: { nextToken(): Token | null });
    protected tokens: unknown;
    protected breakOnBlocks: readonly string[] | null;
    nextToken(): Token | null;
    peekToken(): Token | null;
    pushToken(token: Token | null): void;
    skip(type: string): boolean;
    skipValue(type: string, value: string): boolean;
    skipSymbol(value: string): boolean;
    error(message: string, lineno?: number, colno?: number): Error;
    fail(message: string, lineno?: number, colno?: number): never;
    advanceAfterBlockEnd(name?: string): Token;
    parseUntilBlocks(...names: string[]): Node & { children: Node[] };
    parseStatement(): Node | null;
    parseExpression(): unknown;
    parsePrimary(noPostfix?: boolean): unknown;
    parseSignature(tolerant?: boolean, noParens?: boolean): unknown;
    parseAsRoot(): Node & { children: Node[] };
  }

  const exported: { Parser: typeof Parser };
  export default exported;
}
