// Errors that belong to no host: what is wrong with the request, the inventory, a playbook or a template.

import type { Place, Problem } from "../source/problem.ts";
import { renderProblem, type TextOf } from "../source/render.ts";
import type { ErrorEvent } from "./events.ts";
import type { Paint } from "./paint.ts";
import { visibleLines } from "./visible.ts";

export function problemLines(event: ErrorEvent, textOf: TextOf, paint: Paint): string[] {
  const head = visibleLines(renderProblem(toProblem(event), () => undefined));
  return [...head.map((line) => paint("bad", line)), ...excerptLines(event, textOf)];
}

/** The line that is meant, with a caret below. */
export function excerptLines(event: ErrorEvent, textOf: TextOf): string[] {
  const problem = toProblem(event);
  const head = visibleLines(renderProblem(problem, () => undefined));
  return visibleLines(renderProblem(problem, textOf)).slice(head.length);
}

function toProblem({ phase, message, at, hint }: ErrorEvent): Problem {
  const place = at === undefined ? undefined : placeOf(at);
  // A place that is no file:line:column still says something.
  const told = at !== undefined && !place ? `${at}: ${message}` : message;
  return { code: phase, message: told, ...(place && { at: place }), ...(hint !== undefined && { hint }) };
}

function placeOf(at: string): Place | undefined {
  const match = /^(.+):(\d+):(\d+)$/s.exec(at);
  return match ? { file: match[1]!, line: Number(match[2]), column: Number(match[3]) } : undefined;
}
