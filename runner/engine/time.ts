// A task's `timeout`: what it runs on the host is ended when its time is up. And pauses, which an interruption ends.

import { setTimeout as sleep } from "node:timers/promises";
import { quote } from "../transport/quote.ts";
import type { Reply } from "../transport/transport.ts";
import { failed, type Outcome } from "./outcome.ts";

/** timeout(1): the status when the time was up, and when the program had to be killed for it. */
const STATUSES: readonly number[] = [124, 137];
/** Seconds until what does not heed SIGTERM is killed. */
const GRACE = 2;

/**
 * The script, with all that it starts, under timeout(1). What a batch gives its scripts is handed on (shell-loop.ts). It
 * comes by a file of the batch's own: a command line, where there may be secrets in it, is everybody's to read.
 */
export function withinTime(script: string, seconds: number): string {
  if (!(seconds > 0)) return script;
  const inner = quote(`T=$1 W=$2 X=$3\nset --\n${script}`);
  return `printf %s ${inner} >"$T/timed" && timeout -k ${GRACE} ${seconds} sh "$T/timed" "$T" "$W" "$X"`;
}

/** For so many seconds, or until the run is interrupted. */
export async function waitFor(seconds: number, signal: AbortSignal): Promise<void> {
  await sleep(1000 * seconds, undefined, { signal }).catch(() => undefined);
}

interface Timed {
  readonly timeout: number;
}

/** A program may end with such a status by itself, before. */
export function ranOut({ status }: Reply, { timeout }: Timed, since: number): boolean {
  return timeout > 0 && STATUSES.includes(status) && Date.now() - since >= timeout * 1000;
}

export function tookTooLong({ timeout }: Timed): Outcome {
  return failed(`it took longer than its timeout of ${timeout} s, and was ended`);
}
