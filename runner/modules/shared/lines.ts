// The rules of lineinfile, on plain text: which line is replaced, where a new one goes.

import { expandReplacement } from "../../template/index.ts";

export interface LineWish {
  readonly remove: boolean;
  readonly line: string;
  /** Without a line (and to remove) only the pattern counts. */
  readonly hasLine: boolean;
  /** Python's, so a line is matched with its end: in a file of CRLF, ^a$ finds nothing. */
  readonly pattern?: RegExp;
  /** A plain text in place of a pattern. */
  readonly search?: string | undefined;
  /** Where a new line goes; without it, at the end. */
  readonly insert?: "start" | { readonly where: "before" | "after"; readonly pattern: RegExp };
  readonly firstMatch: boolean;
  readonly backrefs: boolean;
}

export interface Edited {
  readonly text: string;
  readonly message: string;
  /** How many lines were to go. */
  readonly found?: number;
}

/** Undefined when the text is as it should be. */
export function editLines(text: string, wish: LineWish): Edited | undefined {
  const lines = splitLines(text);
  return wish.remove ? withoutLine(lines, wish) : withLine(lines, wish);
}

/** Each line with its end; only the last may have none. */
export function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

const bare = (line: string) => line.replace(/[\r\n]+$/, "");

function withoutLine(lines: readonly string[], wish: LineWish): Edited | undefined {
  const goes = (line: string) => {
    if (wish.pattern) return wish.pattern.test(line);
    if (wish.search !== undefined) return line.includes(wish.search);
    return bare(line) === wish.line;
  };
  const left = lines.filter((line) => !goes(line));
  const removed = lines.length - left.length;
  if (removed === 0) return undefined;
  return { text: left.join(""), message: `${removed} line(s) removed`, found: removed };
}

function withLine(lines: readonly string[], wish: LineWish): Edited | undefined {
  const pick = (matches: (line: string) => boolean) =>
    wish.firstMatch ? lines.findIndex(matches) : lines.findLastIndex(matches);
  const selects = wish.pattern !== undefined || wish.search !== undefined;
  const at = selects ? pick((line) => isWanted(line, wish)) : -1;
  if (at >= 0) {
    const found = wish.backrefs ? wish.pattern?.exec(lines[at] ?? "") : undefined;
    return replaced(lines, at, found ? expandReplacement(wish.line, found) : wish.line);
  }
  const same = lines.findLastIndex((line) => bare(line) === wish.line);
  if (same >= 0) return replaced(lines, same, wish.line);
  if (wish.backrefs) return undefined;
  if (wish.insert === "start") return added(lines, 0, wish.line);
  if (wish.insert === undefined) return added(lines, lines.length, wish.line);
  const { where, pattern } = wish.insert;
  const anchor = pick((line) => pattern.test(line));
  if (anchor < 0) return added(lines, lines.length, wish.line);
  return added(lines, where === "after" ? anchor + 1 : anchor, wish.line);
}

function isWanted(line: string, { pattern, search }: LineWish): boolean {
  return pattern ? pattern.test(line) : line.includes(search ?? "");
}

function replaced(lines: readonly string[], at: number, line: string): Edited | undefined {
  const whole = line.endsWith("\n") ? line : `${line}\n`;
  if (lines[at] === whole) return undefined;
  return { text: lines.with(at, whole).join(""), message: "line replaced" };
}

/** A new last line comes after a line end, even when the file had none. */
function added(lines: readonly string[], at: number, line: string): Edited {
  const before = lines.slice(0, at);
  const open = at === lines.length && at > 0 && !/[\r\n]$/.test(before[at - 1] ?? "");
  return {
    text: [...before, open ? "\n" : "", `${line}\n`, ...lines.slice(at)].join(""),
    message: "line added",
  };
}
