// Filters that lay out a text: indentation, wrapping, comments.

import { strictText, text, whole } from "../python/convert.ts";
import { center, lines } from "../python/methods-text.ts";
import { truthy } from "../python/operators.ts";
import { Fault } from "../python/values.ts";
import type { Filter } from "./filter.ts";

export const layoutFilters: readonly Filter[] = [
  {
    name: "indent",
    doc: "With every line but the first (unless first is true) moved right, by a number of spaces or a text.",
    example: "{'a': 1, 'b': 2} | to_nice_yaml | indent(2)",
    params: "width? first? blank?",
    apply: (input, [width = 4, first = false, blank = false]) => {
      const pad = typeof width === "string" ? width : " ".repeat(whole(width));
      const all = lines(`${strictText(input)}\n`);
      const padded = all.map((line, at) => (at > 0 && (line !== "" || truthy(blank)) ? pad + line : line));
      return (truthy(first) ? pad : "") + padded.join("\n");
    },
  },
  {
    name: "center",
    doc: "In the middle of so many characters.",
    example: "'a' | center(5)",
    params: "width?",
    apply: (input, [width = 80]) => center(text(input), whole(width)),
  },
  {
    name: "wordwrap",
    doc: "With lines of at most so many characters.",
    example: "'one two three' | wordwrap(7)",
    params: "width? break_long_words? wrapstring? break_on_hyphens?",
    apply: (input, [width = 79, long = true, join = "\n", hyphens = true]) =>
      lines(text(input))
        .map((line) => wrap(line, whole(width), truthy(long), truthy(hyphens)).join(text(join ?? "\n")))
        .join(text(join ?? "\n")),
  },
  {
    name: "comment",
    doc: "As a comment: plain (#), erlang (%), c (//), cblock (/* */) or xml; decoration, prefix, postfix ... may be given.",
    example: "'by the relay' | comment",
    params: "style? **options",
    apply: (input, [style = "plain"], { named }) => comment(text(input), text(style), named),
  },
];

/** As Python's textwrap with white space kept inside lines and dropped at breaks. */
function wrap(line: string, width: number, breakLong: boolean, hyphens: boolean): string[] {
  if (width < 1) throw new Fault("the filter wordwrap takes a positive width");
  const word = hyphens
    ? /\s+|[^\s-]*[\p{L}\p{N}_]-(?=[\p{L}_]{2})|[^\s]+?(?=\s|$|(?<=[\p{L}\p{N}_]{2}-)(?=[\p{L}_]{2}))/gu
    : /\s+|\S+/g;
  const chunks: string[] = [...(line.match(word) ?? [])];
  const found: string[] = [];
  let current: string[] = [];
  const length = () => current.reduce((sum, chunk) => sum + Array.from(chunk).length, 0);
  const flush = (): void => {
    if (current.at(-1)?.trim() === "") current.pop();
    if (current.length > 0) found.push(current.join(""));
    current = [];
  };
  while (chunks.length > 0) {
    const chunk = chunks.shift()!;
    if (chunk.trim() === "" && current.length === 0 && found.length > 0) continue;
    const size = Array.from(chunk).length;
    if (length() + size <= width) current.push(chunk);
    else if (size <= width) {
      flush();
      chunks.unshift(chunk);
    } else {
      const room = Math.max(1, width - length());
      const cut = breakLong ? Array.from(chunk).slice(0, room).join("") : chunk;
      if (breakLong) {
        current.push(cut);
        chunks.unshift(chunk.slice(cut.length));
      } else if (current.length === 0) current.push(chunk);
      else chunks.unshift(chunk);
      flush();
    }
  }
  flush();
  return found;
}

interface CommentStyle {
  readonly beginning?: string;
  readonly decoration: string;
  readonly end?: string;
}

const STYLES: { readonly [name: string]: CommentStyle } = {
  plain: { decoration: "# " },
  erlang: { decoration: "% " },
  c: { decoration: "// " },
  cblock: { beginning: "/*", decoration: " * ", end: " */" },
  xml: { beginning: "<!--", decoration: " - ", end: "-->" },
};

const COMMENT_OPTIONS = [
  "beginning",
  "decoration",
  "end",
  "newline",
  "prefix",
  "prefix_count",
  "postfix",
  "postfix_count",
];

function comment(value: string, name: string, options: ReadonlyMap<string, unknown>): string {
  const style = Object.hasOwn(STYLES, name) ? STYLES[name] : undefined;
  if (!style) throw new Fault(`"${name}" is no style of comments: ${Object.keys(STYLES).join(", ")} are`);
  const wrong = [...options.keys()].find((key) => !COMMENT_OPTIONS.includes(key));
  if (wrong !== undefined) throw new Fault(`the filter comment has no argument "${wrong}"`);
  const option = (key: string, fallback: string) =>
    options.has(key) ? strictText(options.get(key)) : fallback;
  const count = (key: string) => (options.has(key) ? whole(options.get(key)) : 1);
  const newline = option("newline", "\n");
  const decoration = option("decoration", style.decoration);
  const prepend = option("prefix", decoration.replace(/\s+$/, ""));
  const append = option("postfix", decoration.replace(/\s+$/, ""));
  const begin = option("beginning", style.beginning ?? "");
  const end = option("end", style.end ?? "");
  const before = prepend === "" ? "" : `${prepend}${newline}`.repeat(count("prefix_count"));
  const after = append === "" ? "" : `${newline}${append}`.repeat(count("postfix_count"));
  const middle = (decoration + value.replaceAll(newline, newline + decoration)).replaceAll(
    decoration + newline,
    decoration.trimEnd() + newline,
  );
  return `${begin === "" ? "" : begin + newline}${before}${middle}${after}${end === "" ? "" : newline + end}`;
}
