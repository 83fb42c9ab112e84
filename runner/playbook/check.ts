// Finds mistakes in a loaded playbook before any host is contacted: role variables that do not fit their
// schemas, names that nothing defines, handlers and files that do not exist. All are collected.

import { type Problem, Problems } from "../source/problem.ts";
import { TemplateError } from "../template/value.ts";
import { checkConnection } from "./check-connection.ts";
import { checkDelegation } from "./check-delegation.ts";
import { checkFiles } from "./check-files.ts";
import { checkIncludedVars } from "./check-included-vars.ts";
import { checkIncludes } from "./check-includes.ts";
import { checkNotifications } from "./check-notifications.ts";
import { checkRoleVariables, checkUnknownVariables } from "./check-role-variables.ts";
import { checkUndefined } from "./check-undefined.ts";
import type { Checked } from "./checked.ts";
import { namesInFiles } from "./names-in-files.ts";

/** A file of variables that is chosen by the host may not be there, or be wrong. */
function ofVarsFile(error: unknown): readonly Problem[] {
  if (error instanceof Problems) return error.list;
  if (!(error instanceof TemplateError)) throw error;
  return [{ code: "missing-file", message: error.message, at: error.at }];
}

export function checkPlays(checked: Checked): void {
  const inFiles = namesInFiles(checked.sources);
  for (const { play, hosts } of checked.plays) {
    checkNotifications(play, checked.problems);
    checkFiles(play, checked);
    checkIncludes(play, checked);
    checkIncludedVars(play, checked);
    checkDelegation(play, checked);
    for (const host of hosts) {
      try {
        checkRoleVariables(play, host, checked);
        checkUndefined(play, host, checked, inFiles);
      } catch (error) {
        checked.problems.push(...ofVarsFile(error));
      }
    }
  }
  for (const host of new Set(checked.plays.flatMap(({ hosts }) => hosts))) checkConnection(host, checked);
  checkUnknownVariables(checked);
}
