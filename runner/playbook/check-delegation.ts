// `delegate_to` must name a host of the inventory, or localhost. Names that depend on variables are known in the
// run, and so is whether a task with a condition comes to it.

import { hostNamed } from "../inventory/inventory.ts";
import { didYouMean } from "../source/suggest.ts";
import type { Checked } from "./checked.ts";
import { literalText, type Play, tasksIn } from "./playbook.ts";

export function checkDelegation(
  play: Play,
  { inventory, problems }: Pick<Checked, "inventory" | "problems">,
): void {
  for (const { settings } of tasksIn([...play.steps, ...play.handlers])) {
    const { delegateTo, when } = settings;
    if (!delegateTo || delegateTo.uses.length > 0 || when.length > 0) continue;
    const name = String(literalText(delegateTo));
    if (hostNamed(inventory, name)) continue;
    const hint = didYouMean(name, [...inventory.hosts.keys(), "localhost"]);
    const message = `there is no host "${name}" to delegate to`;
    problems.push({ code: "unknown-host", message, at: delegateTo.at, ...(hint ? { hint } : {}) });
  }
}
