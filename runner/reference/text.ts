// Pages of the reference for a terminal.

import type { Paint } from "../report/paint.ts";
import { textWidth } from "../report/width.ts";
import type { Entry, Page } from "./page.ts";

export interface TextLook {
  readonly columns: number;
  readonly paint: Paint;
}

/** On wider terminals lines become hard to follow. */
const MAX_WIDTH = 100;

export function textPage({ title, text, parts }: Page, look: TextLook): string {
  const filled = parts.filter(({ entries }) => entries.length > 0);
  const sections = filled.map((part) =>
    [look.paint("bold", part.title), ...part.entries.flatMap((each) => entryLines(each, look))].join("\n"),
  );
  return `${[look.paint("bold", title), wrapped(text, "", look), ...sections].join("\n\n")}\n`;
}

function entryLines({ name, facts, text, example }: Entry, look: TextLook): string[] {
  const { paint } = look;
  const about = facts.length > 0 ? wrapped(facts.join("; "), "      ", look) : undefined;
  return [
    "",
    `  ${paint("ok", name)}`,
    ...(about === undefined ? [] : [paintLines(about, paint)]),
    ...(text === "" ? [] : [wrapped(text, "      ", look)]),
    ...(example ? [`      ${paint("skipped", `${example.expression}  ->  ${example.value}`)}`] : []),
  ];
}

function paintLines(lines: string, paint: Paint): string {
  return lines
    .split("\n")
    .map((line) => paint("dim", line))
    .join("\n");
}

/** Names with what they are in a line each. */
export function textList(
  entries: readonly (readonly [name: string, text: string])[],
  look: TextLook,
): string {
  const names = Math.max(0, ...entries.map(([name]) => textWidth(name)));
  return entries
    .map(([name, text]) => {
      const gap = " ".repeat(names - textWidth(name) + 2);
      const [first = "", ...rest] = wrapped(text, " ".repeat(names + 4), look).split("\n");
      return [`  ${look.paint("ok", name)}${gap}${first.trimStart()}`, ...rest].join("\n");
    })
    .join("\n");
}

/** A paragraph without the backquotes that a terminal has no use for. */
function wrapped(text: string, indent: string, { columns }: TextLook): string {
  const width = Math.min(MAX_WIDTH, columns) - indent.length;
  const lines: string[] = [];
  for (const word of text.replaceAll("`", "").split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(last) + 1 + textWidth(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => indent + line).join("\n");
}
