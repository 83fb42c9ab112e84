// Writes YAML in PyYAML's layout: people compare generated files, and a playbook must give the same file
// here as there. Anchors are not written; a value that stands twice is written twice.

import { entriesOf, isMapping } from "../python/mappings.ts";
import { Fault, Undefined } from "../python/values.ts";
import { escapeOf, formsOf, simpleScalar } from "./yaml-scalars.ts";

export interface YamlStyle {
  readonly indent: number;
  readonly width: number;
  readonly sort: boolean;
  /** Lists and mappings on one line; undefined: those without others inside. */
  readonly flow: boolean | undefined;
}

const MAX_SIMPLE_KEY = 128;

export function writeYaml(value: unknown, style: YamlStyle): string {
  return new Writer(style).document(value);
}

class Writer {
  private readonly style: YamlStyle;
  private out = "";
  private column = 0;
  private indent: number | undefined;
  private flowLevel = 0;
  /** The last thing written is white space, or this line has had only indentation and dashes. */
  private whitespace = true;
  private indention = true;

  constructor(style: YamlStyle) {
    this.style = style;
  }

  document(value: unknown): string {
    this.node(value, { inMapping: false, isKey: false });
    return `${this.out}${this.out.endsWith("\n") ? "" : "\n"}`;
  }

  private node(value: unknown, where: { inMapping: boolean; isKey: boolean }): void {
    if (value instanceof Undefined) value.raise();
    if (Array.isArray(value)) this.list(value, where.inMapping);
    else if (isMapping(value)) this.mapping(this.sorted(entriesOf(value)));
    else this.scalar(value, where.isKey);
  }

  private sorted(entries: [string, unknown][]): [string, unknown][] {
    return this.style.sort ? entries.sort(([a], [b]) => (a < b ? -1 : Number(a > b))) : entries;
  }

  private isFlow(members: readonly unknown[]): boolean {
    if (this.flowLevel > 0 || members.length === 0) return true;
    return this.style.flow ?? members.every((member) => !Array.isArray(member) && !isMapping(member));
  }

  private list(items: readonly unknown[], inMapping: boolean): void {
    if (this.isFlow(items)) {
      this.flow("[", "]", items, (item) => this.node(item, { inMapping: false, isKey: false }));
      return;
    }
    const outer = this.indent;
    if (outer === undefined) this.indent = 0;
    else if (!(inMapping && !this.indention)) this.indent = outer + this.style.indent;
    for (const item of items) {
      this.newLine();
      this.indicator("-", { space: true, indention: true });
      this.node(item, { inMapping: false, isKey: false });
    }
    this.indent = outer;
  }

  private mapping(entries: readonly [string, unknown][]): void {
    if (this.isFlow(entries.map(([, value]) => value))) {
      this.flow("{", "}", entries, ([key, value]) => this.entry(key, value));
      return;
    }
    const outer = this.indent;
    this.indent = outer === undefined ? 0 : outer + this.style.indent;
    for (const [key, value] of entries) {
      this.newLine();
      this.entry(key, value);
    }
    this.indent = outer;
  }

  private entry(key: string, value: unknown): void {
    if (key === "" || key.length >= MAX_SIMPLE_KEY || formsOf(key).multiline) {
      throw new Fault(
        "a key that is empty, or longer than a line or 127 characters, is not supported in YAML",
      );
    }
    this.node(key, { inMapping: true, isKey: true });
    this.indicator(":", { space: false });
    this.node(value, { inMapping: true, isKey: false });
  }

  private flow<T>(open: string, close: string, members: readonly T[], write: (member: T) => void): void {
    const outer = this.indent;
    this.indicator(open, { space: true, whitespace: true });
    this.flowLevel++;
    this.indent = (outer ?? 0) + this.style.indent;
    members.forEach((member, index) => {
      if (index > 0) this.indicator(",", { space: false });
      if (this.column > this.style.width) this.newLine();
      write(member);
    });
    this.indent = outer;
    this.flowLevel--;
    this.indicator(close, { space: false });
  }

  private scalar(value: unknown, isKey: boolean): void {
    const outer = this.indent;
    this.indent = (outer ?? 0) + this.style.indent;
    if (typeof value === "string") this.text(value, isKey);
    else this.plain(simpleScalar(value), !isKey);
    this.indent = outer;
  }

  private text(text: string, isKey: boolean): void {
    const forms = formsOf(text);
    if (this.flowLevel > 0 ? forms.flowPlain : forms.blockPlain) this.plain(text, !isKey);
    else if (forms.singleQuoted && !(isKey && forms.multiline)) this.singleQuoted(text, !isKey);
    else this.doubleQuoted(text, !isKey);
  }

  private plain(text: string, split: boolean): void {
    if (!this.whitespace) this.put(" ");
    this.whitespace = false;
    this.indention = false;
    for (const [part] of text.matchAll(/ +|[^ ]+/g)) {
      if (part === " " && this.column > this.style.width && split) {
        this.newLine();
        this.whitespace = false;
        this.indention = false;
      } else this.put(part);
    }
  }

  private singleQuoted(text: string, split: boolean): void {
    this.indicator("'", { space: true });
    const parts = [...text.matchAll(/ +|[\n\x85\u2028\u2029]+|'|[^ \n\x85\u2028\u2029']+/g)];
    for (const { 0: part, index } of parts) {
      const inner = index > 0 && index + part.length < text.length;
      if (part === " " && inner && this.column > this.style.width && split) this.newLine();
      else if (/^[\n\x85\u2028\u2029]/.test(part)) {
        if (part.startsWith("\n")) this.lineBreak();
        for (const each of part) this.lineBreak(each);
        this.newLine();
      } else this.put(part === "'" ? "''" : part);
    }
    this.indicator("'", { space: false });
  }

  private doubleQuoted(text: string, split: boolean): void {
    this.indicator('"', { space: true });
    const chars = Array.from(text);
    let pending = "";
    const flush = (): void => {
      this.put(pending);
      pending = "";
    };
    chars.forEach((char, index) => {
      const code = escapeOf(char);
      if (code !== undefined) {
        flush();
        this.put(code);
      }
      const breakable = index > 0 && index < chars.length - 1 && (char === " " || pending === "");
      if (breakable && this.column + pending.length > this.style.width && split) {
        flush();
        this.put("\\");
        this.newLine();
        this.whitespace = false;
        this.indention = false;
        if ((code === undefined ? char : chars[index + 1]) === " ") this.put("\\");
      }
      if (code === undefined) pending += char;
    });
    flush();
    this.indicator('"', { space: false });
  }

  private indicator(text: string, how: { space: boolean; whitespace?: boolean; indention?: boolean }): void {
    this.put(this.whitespace || !how.space ? text : ` ${text}`);
    this.whitespace = how.whitespace ?? false;
    this.indention = this.indention && (how.indention ?? false);
  }

  private newLine(): void {
    const indent = this.indent ?? 0;
    if (!this.indention || this.column > indent || (this.column === indent && !this.whitespace))
      this.lineBreak();
    if (this.column < indent) {
      this.whitespace = true;
      this.put(" ".repeat(indent - this.column));
    }
  }

  private lineBreak(char = "\n"): void {
    this.whitespace = true;
    this.indention = true;
    this.out += char;
    this.column = 0;
  }

  private put(text: string): void {
    this.out += text;
    this.column += Array.from(text).length;
  }
}
