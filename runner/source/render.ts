// Shows problems to people: place, sentence, hint, then the line with a caret under the column.

import { formatPlace, type Place, type Problem } from "./problem.ts";

/** Gives the text of a file that a place names, or undefined when it cannot be read any more. */
export type TextOf = (file: string) => string | undefined;

export function renderProblem(problem: Problem, textOf: TextOf): string {
  const { at, message, hint } = problem;
  const head = `${at ? `${formatPlace(at)}: ` : ""}${message}${hint ? ` (${hint})` : ""}`;
  const excerpt = at && excerptAt(at, textOf(at.file));
  return excerpt ? `${head}\n${excerpt}` : head;
}

/** Sorted by file, line and column; what has no place comes first; the same problem is told once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const told = new Map(problems.map((problem) => [renderProblem(problem, () => undefined), problem]));
  return [...told.values()].sort((a, b) => comparePlaces(a.at, b.at));
}

function comparePlaces(a: Place | undefined, b: Place | undefined): number {
  if (!a || !b) return Number(Boolean(a)) - Number(Boolean(b));
  return a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column;
}

function excerptAt(at: Place, text: string | undefined): string | undefined {
  const line = text?.split("\n")[at.line - 1]?.replace(/\r$/, "");
  if (line === undefined || line.trim() === "") return undefined;
  const shown = visible(line);
  const before = visible(line.slice(0, at.column - 1));
  const gutter = `  ${at.line} | `;
  return `${gutter}${shown}\n${" ".repeat(gutter.length - 2)}| ${" ".repeat(before.length)}^`;
}

/** A tab is shown as an arrow, so that the caret stands under the right character; other control characters as ?. */
function visible(text: string): string {
  return text.replace(/\t/g, "\u2192").replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
}

/** All that is wrong, a line each, for a message. */
export function toldOf(list: readonly Problem[]): string {
  return sortProblems(list)
    .map(({ at, message }) => `${at ? `${formatPlace(at)}: ` : ""}${message}`)
    .join("\n");
}
