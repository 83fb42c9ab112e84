// One task and what all hosts say of it. Where nothing was done, one line is enough; else there is a heading
// and a line or more for each host.

import type { Status, TaskEvent } from "./events.ts";
import { type HeadingLook, taskHeading, taskLine, taskTitle } from "./heading.ts";
import { type HostLook, hostErrorLines, hostLines, isQuiet, statusInk } from "./host-lines.ts";
import type { Block, HostEvent } from "./lineup.ts";
import { visible, visibleName } from "./visible.ts";
import { textWidth } from "./width.ts";

export interface RenderedBlock {
  /** Stands without an empty line beside others of its kind. */
  readonly compact: boolean;
  readonly lines: readonly string[];
}

export type BlockLook = HeadingLook &
  HostLook & {
    /** How many take part in the play. */
    readonly hosts: number;
  };

/** More hosts than this in one state are counted, not named, where one line is enough. */
const MAX_NAMES = 3;

export function renderBlock(block: Block, look: BlockLook): RenderedBlock {
  const [first] = block;
  if (first.event === "error") return { compact: false, lines: hostErrorLines(first, look) };
  const tasks = block.filter(isTask);
  if (tasks.every((task) => isQuiet(task, look)))
    return { compact: true, lines: quietLines(first, tasks, look) };
  return { compact: false, lines: fullLines(first, tasks, look) };
}

function fullLines(first: TaskEvent, tasks: readonly TaskEvent[], look: BlockLook): string[] {
  const place = look.verbosity > 1 ? [look.paint("dim", `task at ${visible(first.at)}`)] : [];
  const hosts = tasks.flatMap((task) => hostLines(task, look));
  return [look.paint("bold", taskHeading(first, look)), ...place, ...hosts];
}

function quietLines(first: TaskEvent, tasks: readonly TaskEvent[], look: BlockLook): string[] {
  const parts = outcome(tasks);
  const painted = (some: readonly Part[]) =>
    some.map(({ status, text }) => look.paint(statusInk[status], text));
  // Where all hosts of the play fare alike, a word is enough if there is no room for more.
  const [only, ...others] = parts;
  const short =
    only && others.length === 0 && tasks.length === look.hosts ? [[{ ...only, text: only.word }]] : [];
  for (const some of [parts, ...short]) {
    const line = taskLine(first, textWidth(some.map(({ text }) => text).join(" ")), look);
    if (line !== undefined) return [line + painted(some).join(" ")];
  }
  // The terminal breaks it where it must; cut off, a name could not be copied.
  return [`${taskTitle(first, { ...look, check: false })} ${painted(short[0] ?? parts).join(" ")}`];
}

interface Part {
  readonly status: Status;
  readonly word: string;
  readonly text: string;
}

/** `ok: [h1, h2]`, `skipping: 12 hosts` */
function outcome(tasks: readonly TaskEvent[]): Part[] {
  return (["ok", "skipped"] as const).flatMap((status) => {
    const hosts = tasks.filter((task) => task.status === status).map((task) => visibleName(task.host));
    if (hosts.length === 0) return [];
    const word = status === "ok" ? "ok" : "skipping";
    const names = hosts.length > MAX_NAMES ? `${hosts.length} hosts` : `[${hosts.join(", ")}]`;
    return [{ status, word, text: `${word}: ${names}` }];
  });
}

function isTask(event: HostEvent): event is TaskEvent {
  return event.event === "task";
}
