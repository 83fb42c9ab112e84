// Finds mistakes in a loaded playbook before any host is contacted: role variables that do not fit their
// schemas, names that nothing defines, handlers and files that do not exist. All are collected.

import { checkConnection } from "./check-connection.ts";
import { checkDelegation } from "./check-delegation.ts";
import { checkFiles } from "./check-files.ts";
import { checkIncludes } from "./check-includes.ts";
import { checkNotifications } from "./check-notifications.ts";
import { checkRoleVariables, checkUnknownVariables } from "./check-role-variables.ts";
import { checkUndefined } from "./check-undefined.ts";
import type { Checked } from "./checked.ts";

export function checkPlays(checked: Checked): void {
  for (const { play, hosts } of checked.plays) {
    checkNotifications(play, checked.problems);
    checkFiles(play, checked);
    checkIncludes(play, checked);
    checkDelegation(play, checked);
    for (const host of hosts) {
      checkRoleVariables(play, host, checked);
      checkUndefined(play, host, checked);
    }
  }
  for (const host of new Set(checked.plays.flatMap(({ hosts }) => hosts))) checkConnection(host, checked);
  checkUnknownVariables(checked);
}
