// Includes whose file or role is known before the run: what is wrong there is told before it, too. An include that
// may be skipped, or whose failure would be rescued, may name what does not exist.

import { Problems } from "../source/problem.ts";
import type { Checked } from "./checked.ts";
import { type Include, literalText, type Play, type Step } from "./playbook.ts";

export function checkIncludes({ steps, handlers }: Play, { problems }: Pick<Checked, "problems">): void {
  for (const { include, rescued } of includesIn([...steps, ...handlers], false)) {
    if (include.what.uses.length > 0) continue;
    try {
      include.steps(String(literalText(include.what)));
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
      const mayBeMissing = rescued || include.settings.when.length > 0 || include.loop !== undefined;
      problems.push(...error.list.filter(({ code }) => !(mayBeMissing && MISSING.has(code))));
    }
  }
}

const MISSING: ReadonlySet<string> = new Set(["missing-file", "unknown-role"]);

/** Those within includes are found when these are read. */
function includesIn(
  steps: readonly Step[],
  rescued: boolean,
): { readonly include: Include; readonly rescued: boolean }[] {
  return steps.flatMap((step) => {
    if (step.kind === "include") return [{ include: step, rescued }];
    if (step.kind !== "block") return [];
    const body = includesIn(step.body, rescued || step.rescue.length > 0);
    return [...body, ...includesIn([...step.rescue, ...step.always], true)];
  });
}
