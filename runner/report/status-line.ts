// The line at the bottom of a terminal while a run goes on: elapsed time, what changed so far, and which hosts
// the others wait for, with the task they are at.

import { seconds } from "./duration.ts";
import { visible } from "./visible.ts";
import { cut } from "./width.ts";

export interface Activity {
  readonly host: string;
  /** `nginx : write config` */
  readonly label: string;
  readonly ms: number;
}

export interface Progress {
  readonly ms: number;
  readonly changed: number;
  /** How many tasks failed; their lines may be held back for a while. */
  readonly failed: number;
  readonly hosts: number;
  /** How many hosts hold the others back. */
  readonly behind: number;
  /** Those that hold the others back come first. */
  readonly active: readonly Activity[];
}

export function statusLine(
  { ms, changed, failed, hosts, behind, active }: Progress,
  columns: number,
): string {
  const parts = [seconds(ms)];
  if (changed > 0) parts.push(`${changed} changed`);
  if (failed > 0) parts.push(`${failed} failed`);
  if (hosts > 1) parts.push(`waiting for ${behind} of ${hosts} hosts`);
  const at = active.map(({ host, label, ms }) => `${host}: ${label}${ms < 2_000 ? "" : ` (${seconds(ms)})`}`);
  // One column stays free: a full line would make some terminals wrap.
  return cut(visible([...parts, ...at].join(" | ")), columns - 1);
}
