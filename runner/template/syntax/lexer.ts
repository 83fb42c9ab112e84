// Cuts a template into tokens by the rules of Jinja2's lexer: what is text and what is code, which white
// space goes (trim_blocks, lstrip_blocks, `-` and `+` beside a tag), raw blocks, comments, braces inside
// expressions. nunjucks' own lexer differs in all of these without a word, so its parser is fed from here.
// https://jinja.palletsprojects.com/en/3.1.x/templates/#whitespace-control

import { DELIMITERS, type DelimiterPatterns, type Delimiters, patternsOf } from "./delimiters.ts";
import { FLOAT, floatLiteral, INTEGER, integerLiteral, withoutEscapes } from "./literals.ts";
import { type Spot, SyntaxFault } from "./tree.ts";

/** Types have the names that nunjucks' parser knows. */
export interface Token {
  readonly type:
    | "data"
    | "block-start"
    | "block-end"
    | "variable-start"
    | "variable-end"
    | "symbol"
    | "string"
    | "number"
    | "operator"
    | "comma"
    | "end";
  readonly value: string;
  /** Of a literal. */
  readonly literal?: unknown;
  readonly lineno: number;
  readonly colno: number;
}

export interface LexerOptions {
  readonly trimBlocks: boolean;
  readonly lstripBlocks: boolean;
  /** In values of playbooks a backslash inside `{{ }}` means itself (Ansible doubles it); in template files it escapes. */
  readonly literalBackslashes: boolean;
  readonly delimiters: Delimiters;
  /** What a line break of the text becomes. */
  readonly newline: string;
}

const CLOSING: { readonly [opening: string]: string } = { "(": ")", "[": "]", "{": "}" };
const OPERATOR = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y;
const NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const STRING = /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"/y;

/** Line breaks are all "\n" in `text` (see newlines in parse.ts). */
export function tokenize(text: string, options: LexerOptions): Token[] {
  return new Lexer(text, options).run();
}

/** The tokens of a bare expression. */
export function tokenizeExpression(text: string): Token[] {
  return new Lexer(text, FILE_OPTIONS).runExpression();
}

/** Ansible's settings for template files. */
export const FILE_OPTIONS: LexerOptions = {
  trimBlocks: true,
  lstripBlocks: false,
  literalBackslashes: false,
  delimiters: DELIMITERS,
  newline: "\n",
};

/** And for values of playbooks. */
export const VALUE_OPTIONS: LexerOptions = { ...FILE_OPTIONS, literalBackslashes: true };

class Lexer {
  private readonly text: string;
  private readonly options: LexerOptions;
  private readonly patterns: DelimiterPatterns;
  private readonly lines: number[] = [0];
  private readonly tokens: Token[] = [];
  private index = 0;
  /** The text before `index` ended with a line break. */
  private lineStarts = true;

  constructor(text: string, options: LexerOptions) {
    this.text = text;
    this.options = options;
    this.patterns = patternsOf(options.delimiters);
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.lines.push(at + 1);
  }

  run(): Token[] {
    while (this.index < this.text.length) this.next();
    return this.tokens;
  }

  runExpression(): Token[] {
    const braces: { char: string; at: number }[] = [];
    while (this.skipSpace() < this.text.length) this.codeToken(braces, false);
    this.closeAll(braces);
    return this.tokens;
  }

  private next(): void {
    const { tag } = this.patterns;
    const { variableStart, commentStart } = this.options.delimiters;
    tag.lastIndex = this.index;
    const match = tag.exec(this.text);
    if (!match) {
      this.data(this.index, this.text.slice(this.index));
      this.index = this.text.length;
      return;
    }
    const start = match[2];
    const sign = match[3] ?? match[1] ?? "";
    this.data(this.index, this.before(match.index, sign, start !== variableStart));
    this.index = match.index + match[0].length;
    if (start === undefined) this.raw(match.index);
    else if (start === commentStart) this.comment(match.index);
    else this.code(match.index, start);
    this.lineStarts = this.text[this.index - 1] === "\n";
  }

  /** The text up to a tag, less the white space that the tag takes away. */
  private before(end: number, sign: string, isBlock: boolean): string {
    const text = this.text.slice(this.index, end);
    if (sign === "-") return text.trimEnd();
    if (sign === "+" || !isBlock || !this.options.lstripBlocks) return text;
    const lineStart = text.lastIndexOf("\n") + 1;
    const ownLine = (lineStart > 0 || this.lineStarts) && text.slice(lineStart).trim() === "";
    return ownLine ? text.slice(0, lineStart) : text;
  }

  private data(at: number, value: string): void {
    const { newline } = this.options;
    if (value !== "") this.push("data", newline === "\n" ? value : value.replaceAll("\n", newline), at);
  }

  private raw(opened: number): void {
    const end = this.patterns.rawEnd;
    end.lastIndex = this.index;
    const match = end.exec(this.text);
    if (!match) throw this.fault("{% raw %} is not closed: {% endraw %} is missing", opened);
    this.data(this.index, this.before(match.index, match[1] ?? "", true));
    const kept = match[2] !== undefined && !this.options.trimBlocks ? match[2].length : 0;
    this.index = match.index + match[0].length - kept;
  }

  private comment(opened: number): void {
    const end = this.patterns.commentEnd;
    end.lastIndex = this.index;
    const match = end.exec(this.text);
    if (!match)
      throw this.fault(`the comment is not closed: ${this.options.delimiters.commentEnd} is missing`, opened);
    this.index = match.index + match[0].length;
    this.afterTag(match[1] ?? "", true);
  }

  private code(opened: number, start: string): void {
    const { variableStart, variableEnd, blockEnd } = this.options.delimiters;
    const isBlock = start !== variableStart;
    this.push(isBlock ? "block-start" : "variable-start", start, opened);
    const end = isBlock ? this.patterns.blockEnd : this.patterns.variableEnd;
    const braces: { char: string; at: number }[] = [];
    for (;;) {
      this.skipSpace();
      end.lastIndex = this.index;
      const match = braces.length === 0 ? end.exec(this.text) : undefined;
      if (match) {
        this.push(isBlock ? "block-end" : "variable-end", isBlock ? blockEnd : variableEnd, this.index);
        this.index += match[0].length;
        this.afterTag(match[1] ?? "", isBlock);
        return;
      }
      if (this.index >= this.text.length) {
        this.closeAll(braces);
        throw this.fault(`${start} is not closed: ${isBlock ? blockEnd : variableEnd} is missing`, opened);
      }
      this.codeToken(braces, !isBlock && this.options.literalBackslashes);
    }
  }

  private afterTag(sign: string, isBlock: boolean): void {
    if (sign === "-") this.skipSpace();
    else if (sign !== "+" && isBlock && this.options.trimBlocks && this.text[this.index] === "\n")
      this.index++;
  }

  private codeToken(braces: { char: string; at: number }[], literalBackslashes: boolean): void {
    const at = this.index;
    const previous = this.tokens.at(-1);
    const afterDot = previous?.value === "." && previous.type === "operator";
    const digit = /\d/.test(this.text[at] ?? "");
    const number = digit ? ((afterDot ? undefined : this.match(FLOAT)) ?? this.match(INTEGER)) : undefined;
    if (number !== undefined) {
      const literal = FLOAT_TEXT.test(number) ? floatLiteral(number) : integerLiteral(number);
      if (typeof literal === "number" && Math.abs(literal) > Number.MAX_SAFE_INTEGER) {
        throw this.fault("the whole number is too large to be exact (2^53)", at);
      }
      this.push("number", number, at, literal);
      return;
    }
    const string = this.match(STRING);
    if (string !== undefined) {
      this.push("string", string, at, this.stringLiteral(string.slice(1, -1), at, literalBackslashes));
      return;
    }
    const name = this.match(NAME);
    if (name !== undefined) {
      this.push("symbol", name, at);
      return;
    }
    const operator = this.match(OPERATOR);
    if (operator === undefined) {
      const quote = this.text[at] === "'" || this.text[at] === '"';
      throw this.fault(
        quote ? "the quoted text is not closed" : `unexpected character "${this.text[at]}"`,
        at,
      );
    }
    this.balance(braces, operator, at);
    this.push(operator === "," ? "comma" : "operator", operator, at);
  }

  private balance(braces: { char: string; at: number }[], operator: string, at: number): void {
    if (CLOSING[operator] !== undefined) braces.push({ char: operator, at });
    if (!/^[)\]}]$/.test(operator)) return;
    const opening = braces.pop();
    if (!opening) throw this.fault(`unexpected "${operator}"`, at);
    const expected = CLOSING[opening.char];
    if (expected !== operator) throw this.fault(`"${expected}" is expected here, not "${operator}"`, at);
  }

  private closeAll(braces: readonly { char: string; at: number }[]): void {
    const open = braces.at(-1);
    if (open) throw this.fault(`"${open.char}" is not closed: "${CLOSING[open.char]}" is missing`, open.at);
  }

  private stringLiteral(inside: string, at: number, literalBackslashes: boolean): string {
    if (!literalBackslashes) {
      const value = withoutEscapes(inside);
      if (value === undefined)
        throw this.fault("the quoted text has a malformed escape (\\x, \\u, \\U or \\N)", at);
      return value;
    }
    if (/\\['"]|\\$/.test(inside)) {
      const message = "a quote after a backslash is not supported inside {{ }} of a playbook";
      throw this.fault(message, at, "a backslash means itself there; use the other kind of quotes");
    }
    return inside;
  }

  private skipSpace(): number {
    SPACE.lastIndex = this.index;
    SPACE.test(this.text);
    this.index = SPACE.lastIndex;
    return this.index;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.index;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.index += found.length;
    return found;
  }

  private push(type: Token["type"], value: string, at: number, literal?: unknown): void {
    const { line, column } = this.spot(at);
    this.tokens.push({ type, value, literal, lineno: line, colno: column });
  }

  private spot(at: number): Spot {
    let [low, high] = [0, this.lines.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.lines[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: at - this.lines[low]! };
  }

  private fault(message: string, at: number, hint?: string): SyntaxFault {
    return new SyntaxFault(message, this.spot(at), hint);
  }
}

const SPACE = /\s*/y;
const FLOAT_TEXT = new RegExp(`^(?:${FLOAT.source})$`);
