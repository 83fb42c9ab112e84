// Which roles have run on a host in a play. A role that runs for others, or stands among the play's roles, runs once
// with the same parameters, be it that it comes by an include or not.

import type { RoleUse, Step } from "../playbook/playbook.ts";
import { tasksStanding } from "../playbook/playbook.ts";

export class RolesRun {
  private readonly ran = new Set<string>();
  /** Of the uses that have begun: whether they are left out. */
  private readonly begun = new Map<RoleUse, boolean>();

  /** Whether a task of a role is left out, since the role has run before. */
  leavesOut(use: RoleUse | undefined): boolean {
    if (!use) return false;
    const known = this.begun.get(use);
    if (known !== undefined) return known;
    const leftOut = use.once && this.ran.has(use.key);
    this.begun.set(use, leftOut);
    return leftOut;
  }

  /** A task of the role has run. */
  hasRun(use: RoleUse | undefined): void {
    if (use) this.ran.add(use.key);
  }

  /** The uses within some steps begin anew: an include comes to them again. */
  again(steps: readonly Step[]): void {
    for (const { role } of tasksStanding(steps)) if (role) this.begun.delete(role);
  }
}
