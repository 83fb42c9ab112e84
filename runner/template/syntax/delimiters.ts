// What opens and closes tags, outputs and comments of a template, and the patterns that the lexer finds them by.

export interface Delimiters {
  readonly blockStart: string;
  readonly blockEnd: string;
  readonly variableStart: string;
  readonly variableEnd: string;
  readonly commentStart: string;
  readonly commentEnd: string;
}

export const DELIMITERS: Delimiters = {
  blockStart: "{%",
  blockEnd: "%}",
  variableStart: "{{",
  variableEnd: "}}",
  commentStart: "{#",
  commentEnd: "#}",
};

export interface DelimiterPatterns {
  /** Global: where the text ends. Groups: the sign of a raw block; what opens, and its sign. */
  readonly tag: RegExp;
  /** Global: the end of a raw block. Groups: the sign before it, a line break after it. */
  readonly rawEnd: RegExp;
  /** Global, with the sign. */
  readonly commentEnd: RegExp;
  /** Sticky, with the sign. */
  readonly blockEnd: RegExp;
  readonly variableEnd: RegExp;
}

const kept = new WeakMap<Delimiters, DelimiterPatterns>();

export function patternsOf(delimiters: Delimiters): DelimiterPatterns {
  const known = kept.get(delimiters);
  if (known) return known;
  const { blockStart, blockEnd, variableStart, variableEnd, commentStart, commentEnd } = delimiters;
  const [open, close] = [escaped(blockStart), escaped(blockEnd)];
  // Of two that begin alike the longer one is meant.
  const openings = [blockStart, variableStart, commentStart].sort((a, b) => b.length - a.length);
  const patterns = {
    tag: new RegExp(
      `${open}([-+]?)\\s*raw\\s*(?:-${close}\\s*|${close})|(${openings.map(escaped).join("|")})([-+]?)`,
      "g",
    ),
    rawEnd: new RegExp(`${open}([-+]?)\\s*endraw\\s*(?:\\+${close}|-${close}\\s*|${close}(\\n?))`, "g"),
    commentEnd: new RegExp(`(-|\\+|)${escaped(commentEnd)}`, "g"),
    blockEnd: new RegExp(`([-+]?)${close}`, "y"),
    variableEnd: new RegExp(`(-?)${escaped(variableEnd)}`, "y"),
  };
  kept.set(delimiters, patterns);
  return patterns;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
