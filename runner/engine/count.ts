// What a task adds to the counts of its host, and to the exit code of the run.

import type { HostState } from "./on-host.ts";
import type { Performed } from "./task-run.ts";

/** The exit code of a run in which a task failed that asked for no other one. */
export const FAILED = 2;

/**
 * As Ansible counts: what changed is ok too, and so is a failure that is ignored, which may have changed too. Gives the
 * task when it has failed.
 */
export function count(
  { counts, exitCodes }: HostState,
  performed: Performed,
  rescued: boolean,
): Performed | undefined {
  const { status, result, own } = performed;
  if (!own) return status === "failed" ? performed : undefined;
  counts[status === "failed" && rescued ? "rescued" : status] += 1;
  if (status === "failed" && !rescued)
    exitCodes.push(typeof result.exit_code === "number" ? result.exit_code : FAILED);
  if (status === "changed" || status === "ignored") counts.ok += 1;
  if (status === "ignored" && result.changed === true) counts.changed += 1;
  return status === "failed" ? performed : undefined;
}
