// Events for programs: one JSON object per line (docs/json.md).

import type { RunEvent } from "./events.ts";
import { visibleJson } from "./visible.ts";

export interface JsonLook {
  readonly showDiff: boolean;
  readonly verbosity: number;
}

export function jsonLine(event: RunEvent, look: JsonLook): string {
  return `${visibleJson(JSON.stringify(asked(event, look)))}\n`;
}

/** Diffs and results can be large: they are there only when they were asked for. */
function asked(event: RunEvent, { showDiff, verbosity }: JsonLook): RunEvent {
  if (event.event !== "task") return event;
  const { diff, result, ...rest } = event;
  return {
    ...rest,
    ...(showDiff && diff && { diff }),
    ...(verbosity > 0 && result && { result }),
  };
}
