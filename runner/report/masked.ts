// Events without secrets: the texts in them that can hold what a person wrote, or what a host said.

import type { Diff } from "../modules/module.ts";
import { type Secrets, STARS } from "../secrets/secrets.ts";
import type { ItemResult, RunEvent } from "./events.ts";
import type { Report } from "./report.ts";

/** What stands for the former value of a secret, so that its change is still to be seen. */
const FORMER = `${STARS} (before)`;

/** The report, which gets to see no secret. */
export function masked(report: Report, secrets: Secrets): Report {
  return {
    ...report,
    emit: (event) => report.emit(maskEvent(event, secrets)),
    watch: (doing) => report.watch(secrets.maskAll(doing)),
  };
}

function maskEvent(event: RunEvent, secrets: Secrets): RunEvent {
  const text = (value: string): string => secrets.mask(value);
  switch (event.event) {
    case "task":
      return {
        ...event,
        play: text(event.play),
        task: text(event.task),
        ...(event.items && {
          items: event.items.map((item) => ({ ...item, ...secrets.maskAll(said(item)) })),
        }),
        ...(event.diff && { diff: event.diff.map((diff) => maskDiff(diff, secrets)) }),
        ...(event.message !== undefined && { message: text(event.message) }),
        ...(event.params && { params: secrets.maskAll(event.params) }),
        ...(event.result && { result: secrets.maskAll(event.result) }),
      };
    case "error":
      return {
        ...event,
        message: text(event.message),
        ...(event.hint !== undefined && { hint: text(event.hint) }),
      };
    case "play":
      return { ...event, play: text(event.play) };
    case "list":
      return {
        ...event,
        play: text(event.play),
        tasks: event.tasks.map((task) => ({ ...task, task: text(task.task) })),
      };
    case "profile":
      return { ...event, tasks: event.tasks.map((task) => ({ ...task, task: text(task.task) })) };
    case "start":
    case "recap":
    case "end":
      return event;
  }
}

function said({ item, message, params }: ItemResult): Omit<ItemResult, "status"> {
  return { item, ...(message !== undefined && { message }), ...(params && { params }) };
}

/**
 * What a secret was before is not known. In a line that has the same text around it as one that holds a secret now,
 * what stands between is taken for it.
 */
function maskDiff({ path, before, after }: Diff, secrets: Secrets): Diff {
  const masked = secrets.mask(after);
  const former = secrets.mask(before);
  const kept = new Set(masked.split("\n"));
  const shapes = [...kept].filter((line) => line.includes(STARS)).map(shapeOf);
  const lines = former.split("\n").map((line) => {
    if (line === "" || kept.has(line)) return line;
    const shape = shapes.find(({ pattern }) => pattern.test(line));
    return shape ? shape.line.replaceAll(STARS, FORMER) : line;
  });
  return { path: secrets.mask(path), before: lines.join("\n"), after: masked };
}

function shapeOf(line: string): { readonly line: string; readonly pattern: RegExp } {
  const parts = line.split(STARS).map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  return { line, pattern: new RegExp(`^${parts.join(".*")}$`, "u") };
}
