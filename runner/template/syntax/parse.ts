// From text to tree, once for each distinct text: the result depends on nothing else, so it is kept.

import { DELIMITERS } from "./delimiters.ts";
import { ExpressionParser } from "./expressions.ts";
import { type LexerOptions, type Token, tokenize, tokenizeExpression } from "./lexer.ts";
import { parseTokens } from "./parser.ts";
import { type Body, type Expression, type Spot, SyntaxFault } from "./tree.ts";

/** More distinct texts than this are not kept: a long run that reads ever new files must not grow. */
const MAX_KEPT = 10_000;

const templates = new Map<string, Body | SyntaxFault>();
const expressions = new Map<string, Expression | SyntaxFault>();

/** Throws SyntaxFault. */
export function parseTemplate(text: string, options: LexerOptions): Body {
  const { trimBlocks, lstripBlocks, literalBackslashes, delimiters, newline } = options;
  const usual = delimiters === DELIMITERS && newline === "\n";
  const special = usual ? "" : `${JSON.stringify([newline, delimiters])} `;
  const key = `${Number(trimBlocks)}${Number(lstripBlocks)}${Number(literalBackslashes)}${special}${text}`;
  return once(templates, key, () => parseTokens(tokenize(newlines(text), options), endOf(text)));
}

/** A bare expression, as in `when`. Throws SyntaxFault. */
export function parseExpression(text: string): Expression {
  return once(expressions, text, () => parseWhole(tokenizeExpression(newlines(text)), endOf(text)));
}

function parseWhole(tokens: readonly Token[], end: Spot): Expression {
  let next = 0;
  const parser = new ExpressionParser({
    peek: () => tokens[next],
    next: () => tokens[next++],
    end: () => end,
  });
  const expression = parser.tuple();
  if (next < tokens.length) {
    throw parser.unexpected(
      `unexpected ${tokens[next]?.value} after the expression`,
      parser.assignmentHint(),
    );
  }
  return expression;
}

function once<T>(kept: Map<string, T | SyntaxFault>, key: string, make: () => T): T {
  let result = kept.get(key);
  if (result === undefined) {
    try {
      result = make();
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      result = error;
    }
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(key, result);
  }
  if (result instanceof SyntaxFault) throw result;
  return result;
}

function newlines(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

function endOf(text: string): Spot {
  const lines = newlines(text).split("\n");
  return { line: lines.length - 1, column: lines.at(-1)?.length ?? 0 };
}
