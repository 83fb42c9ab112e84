// One task and what all hosts say of it: a heading, and a line or more for each host. Nothing where all hosts were
// in order already, so that what has changed stands out; the recap counts these, and -v shows them.

import type { TaskEvent } from "./events.ts";
import { type HeadingLook, taskHeading } from "./heading.ts";
import { type HostLook, hostErrorLines, hostLines, isQuiet } from "./host-lines.ts";
import type { Block, HostEvent } from "./lineup.ts";
import { visible } from "./visible.ts";

export type BlockLook = HeadingLook & HostLook;

/** Nothing where there is nothing to say. */
export function blockLines(block: Block, look: BlockLook): string[] {
  const [first] = block;
  if (first.event === "error") return hostErrorLines(first, look);
  const tasks = block.filter(isTask);
  if (tasks.every((task) => isQuiet(task, look))) return [];
  const place = look.verbosity > 1 ? [look.paint("dim", `task at ${visible(first.at)}`)] : [];
  const hosts = tasks.flatMap((task) => hostLines(task, look));
  return [look.paint("bold", taskHeading(first, look)), ...place, ...hosts];
}

function isTask(event: HostEvent): event is TaskEvent {
  return event.event === "task";
}
