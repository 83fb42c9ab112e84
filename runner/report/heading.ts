// Headings as Ansible writes them: `TASK [nginx : write config] *****`.

import type { TaskEvent } from "./events.ts";
import { visibleName } from "./visible.ts";
import { textWidth } from "./width.ts";

/** On wider terminals, stars to the very end only make the eye travel. */
const MAX_WIDTH = 100;
const MIN_STARS = 3;

export interface HeadingLook {
  readonly columns: number;
  readonly check: boolean;
}

export function playHeading(play: string, look: HeadingLook): string {
  return starred(`PLAY [${visibleName(play)}]${mark(look)}`, look.columns);
}

export function recapHeading(look: HeadingLook): string {
  return starred(`PLAY RECAP${mark(look)}`, look.columns);
}

export function taskHeading(event: TaskEvent, look: HeadingLook): string {
  return starred(taskTitle(event, look), look.columns);
}

/** `nginx : write config` */
export function taskLabel({ role, task }: { readonly role?: string; readonly task: string }): string {
  return visibleName(role === undefined ? task : `${role} : ${task}`);
}

function taskTitle(event: TaskEvent, look: HeadingLook): string {
  const word = event.kind === "handler" ? "RUNNING HANDLER" : "TASK";
  return `${word} [${taskLabel(event)}]${mark(look)}`;
}

function mark({ check }: HeadingLook): string {
  return check ? " [CHECK MODE]" : "";
}

export function starred(title: string, columns: number): string {
  const stars = Math.min(columns, MAX_WIDTH) - textWidth(title) - 1;
  return stars < MIN_STARS ? title : `${title} ${"*".repeat(stars)}`;
}
