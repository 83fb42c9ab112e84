// Python's regular expressions in terms of JavaScript's: every construct is translated or refused, because
// the two give many texts different meanings ($, \Z, \w, \d, {,3}, (?P<name>) ...).
// https://docs.python.org/3/library/re.html

import { SPACE } from "./methods-text.ts";
import { Fault } from "./values.ts";

export interface RegexOptions {
  readonly ignorecase?: boolean;
  readonly multiline?: boolean;
  /** One of JavaScript's: g to find all, y to match at lastIndex only. */
  readonly mode?: "g" | "y";
}

const WORD = "\\p{L}\\p{N}_";
const CLASSES: { readonly [letter: string]: string } = {
  d: "[\\p{Nd}]",
  D: "[^\\p{Nd}]",
  w: `[${WORD}]`,
  W: `[^${WORD}]`,
  s: `[${SPACE}]`,
  S: `[^${SPACE}]`,
};
const START = "(?<![\\s\\S])";
const END = "(?![\\s\\S])";
const CONTROLS: { readonly [letter: string]: string } = {
  a: "\x07",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** As many are kept compiled; a run uses few. */
const MAX_KEPT = 1000;
const kept = new Map<string, RegExp>();

/** Throws Fault for what Python or this translation does not accept. */
export function pythonRegex(pattern: string, options: RegexOptions = {}): RegExp {
  const { ignorecase = false, multiline = false, mode = "" } = options;
  const key = `${Number(ignorecase)}${Number(multiline)}${mode} ${pattern}`;
  let regex = kept.get(key);
  if (!regex) {
    const { source, flags } = new Translation(pattern, multiline).run();
    try {
      regex = new RegExp(source, `v${ignorecase || flags.includes("i") ? "i" : ""}${mode}`);
    } catch {
      throw new Fault(`"${pattern}" is no regular expression`);
    }
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(key, regex);
  }
  regex.lastIndex = 0;
  return regex;
}

class Translation {
  private readonly pattern: string;
  private index = 0;
  private multiline: boolean;
  private dotall = false;
  private ignorecase = false;

  constructor(pattern: string, multiline: boolean) {
    this.pattern = pattern;
    this.multiline = multiline;
  }

  run(): { source: string; flags: string } {
    for (let flags = this.take(/\(\?([aiLmsux]+)\)/y); flags; flags = this.take(/\(\?([aiLmsux]+)\)/y)) {
      if (/[aLx]/.test(flags[1]!)) throw this.refused(flags[0]);
      this.ignorecase ||= flags[1]!.includes("i");
      this.multiline ||= flags[1]!.includes("m");
      this.dotall ||= flags[1]!.includes("s");
    }
    let source = "";
    while (this.index < this.pattern.length) source += this.part();
    return { source, flags: this.ignorecase ? "i" : "" };
  }

  private part(): string {
    const char = this.take(/[\s\S]/uy)![0];
    switch (char) {
      case "\\":
        return this.escape();
      case "[":
        return this.set();
      case "(":
        return this.group();
      case ".":
        return this.dotall ? "[\\s\\S]" : "[^\\n]";
      case "^":
        return this.multiline ? "(?<![^\\n])" : START;
      case "$":
        return this.multiline ? "(?![^\\n])" : `(?=\\n?${END})`;
      case "*":
      case "+":
      case "?":
        return this.quantifier(char);
      case "{": {
        const counts = this.take(/(\d*),(\d*)\}|(\d+)\}/y);
        if (!counts) return "\\{";
        return this.quantifier(
          counts[3] === undefined ? `{${counts[1] || "0"},${counts[2]}}` : `{${counts[3]}}`,
        );
      }
      case ")":
      case "|":
        return char;
      default:
        return literal(char);
    }
  }

  private quantifier(text: string): string {
    if (this.take(/\+/y)) throw this.refused(`${text}+`);
    return text + (this.take(/\?/y)?.[0] ?? "");
  }

  private group(): string {
    if (!this.take(/\?/y)) return "(";
    const plain = this.take(/:|=|!|<=|<!/y);
    if (plain) return `(?${plain[0]}`;
    const named = this.take(/P<([\p{L}_][\p{L}\p{N}_]*)>/uy);
    if (named) return `(?<${named[1]}>`;
    const back = this.take(/P=([\p{L}_][\p{L}\p{N}_]*)\)/uy);
    if (back) return `\\k<${back[1]}>`;
    if (this.take(/#[^)]*\)/y)) return "";
    throw this.refused(`(?${this.pattern.slice(this.index, this.index + 2)}`);
  }

  private escape(): string {
    const back = this.take(/[1-9]\d?/y);
    if (back) return `(?:\\${back[0]})`;
    const letter = this.pattern[this.index];
    const zero = { A: START, Z: END, b: boundary(true), B: boundary(false) }[letter ?? ""];
    if (zero !== undefined) {
      this.index++;
      return zero;
    }
    return this.simpleEscape();
  }

  /** An escape that means the same inside and outside of [ ]. */
  private simpleEscape(): string {
    const letter = this.pattern[this.index] ?? "";
    if (Object.hasOwn(CLASSES, letter)) {
      this.index++;
      return CLASSES[letter]!;
    }
    return literal(this.escapedChar());
  }

  private escapedChar(): string {
    const code = this.take(/x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})/y);
    if (code) return String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? code[3] ?? "", 16));
    const octal = this.take(/0[0-7]{0,2}|[1-3][0-7]{2}/y);
    if (octal) return String.fromCharCode(Number.parseInt(octal[0], 8));
    const char = this.take(/[\s\S]/uy)?.[0];
    if (char === undefined)
      throw new Fault(`"${this.pattern}" is no regular expression: it ends in a backslash`);
    const control = CONTROLS[char];
    if (control !== undefined) return control;
    if (/[a-zA-Z0-9]/.test(char)) throw this.refused(`\\${char}`);
    return char;
  }

  private set(): string {
    const negated = this.take(/\^/y) !== undefined;
    let items = "";
    for (let first = true; ; first = false) {
      if (this.index >= this.pattern.length) {
        throw new Fault(`"${this.pattern}" is no regular expression: "]" is missing`);
      }
      if (!first && this.take(/\]/y)) break;
      items += this.setItem();
    }
    return `[${negated ? "^" : ""}${items}]`;
  }

  private setItem(): string {
    const from = this.setChar();
    if (typeof from !== "string") return from.set;
    if (!this.take(/-(?!\])/y)) return codePoint(from);
    const to = this.setChar();
    if (typeof to !== "string") throw new Fault(`"${this.pattern}" is no regular expression: a bad range`);
    return `${codePoint(from)}-${codePoint(to)}`;
  }

  private setChar(): string | { readonly set: string } {
    if (!this.take(/\\/y)) return this.take(/[\s\S]/uy)?.[0] ?? "";
    if (this.take(/b/y)) return "\b";
    const letter = this.pattern[this.index] ?? "";
    return Object.hasOwn(CLASSES, letter) ? { set: this.simpleEscape() } : this.escapedChar();
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.index;
    const found = pattern.exec(this.pattern);
    if (!found) return undefined;
    this.index += found[0].length;
    return found;
  }

  private refused(what: string): Fault {
    return new Fault(`"${what}" is not supported in a regular expression: "${this.pattern}"`);
  }
}

function literal(char: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}

function codePoint(char: string): string {
  return `\\u{${char.codePointAt(0)?.toString(16)}}`;
}

function boundary(wanted: boolean): string {
  const [before, after] = [`(?<=[${WORD}])`, `(?=[${WORD}])`];
  const [notBefore, notAfter] = [`(?<![${WORD}])`, `(?![${WORD}])`];
  return wanted
    ? `(?:${before}${notAfter}|${notBefore}${after})`
    : `(?:${before}${after}|${notBefore}${notAfter})`;
}

/** What a match is replaced by: \1, \g<1>, \g<name>, \n ... */
export function expandReplacement(template: string, match: RegExpMatchArray): string {
  const group = (name: string): string => {
    if (/^\d+$/.test(name)) {
      if (Number(name) >= match.length) throw new Fault(`the pattern has no group ${name}`);
      return match[Number(name)] ?? "";
    }
    if (!match.groups || !Object.hasOwn(match.groups, name))
      throw new Fault(`the pattern has no group "${name}"`);
    return match.groups[name] ?? "";
  };
  return template.replace(
    /\\(?:g<([^>]*)>|(0[0-7]{0,2}|[1-3][0-7]{2})|([1-9]\d?)|([\s\S]))/g,
    (
      all,
      name: string | undefined,
      octal: string | undefined,
      number: string | undefined,
      char: string | undefined,
    ) => {
      if (name !== undefined) return group(name);
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      if (number !== undefined) return group(number);
      if (char === "\\") return "\\";
      const control = CONTROLS[char ?? ""] ?? (char === "b" ? "\b" : undefined);
      if (control !== undefined) return control;
      if (/[a-zA-Z]/.test(char ?? "")) throw new Fault(`"\\${char}" is not known in a replacement`);
      return all;
    },
  );
}
