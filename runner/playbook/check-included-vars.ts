// Files of variables that tasks include by a name that is known before the run: they are there, and can be read. A task
// that may be skipped, or whose failure is ignored or would be rescued, may name what does not exist.

import { statSync } from "node:fs";
import { varsFile } from "../files/vars-file.ts";
import { Problems } from "../source/problem.ts";
import type { Checked } from "./checked.ts";
import { includedVars } from "./included-vars.ts";
import { type Play, type Step, stepsKnown, type Task } from "./playbook.ts";

export function checkIncludedVars(
  play: Play,
  { problems, sources }: Pick<Checked, "problems" | "sources">,
): void {
  for (const task of certain([...play.steps, ...play.handlers])) {
    const included = includedVars(task, play);
    if (!included) continue;
    const { path, tried, name } = included;
    if (!path) {
      const hint = `looked for ${tried.map((each) => sources.shownAs(each)).join(", ")}`;
      const message = "there is no such file for include_vars";
      problems.push({ code: "missing-file", message, at: task.at, hint });
    } else if (statSync(path).isFile()) {
      try {
        const file = varsFile(path, sources);
        if (name === undefined) file.values();
      } catch (error) {
        if (!(error instanceof Problems)) throw error;
        problems.push(...error.list);
      }
    }
  }
}

/** Tasks whose failure is that of the play. */
function certain(steps: readonly Step[]): Task[] {
  return steps.flatMap((step): Task[] => {
    if (step.kind === "block")
      return [...(step.rescue.length > 0 ? [] : certain(step.body)), ...certain(step.always)];
    if (step.kind === "include") return step.settings.when.length > 0 ? [] : certain(stepsKnown(step));
    if (step.kind !== "task") return [];
    return step.settings.when.length > 0 || step.settings.ignoreErrors ? [] : [step];
  });
}
