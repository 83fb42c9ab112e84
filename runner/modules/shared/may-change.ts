// What check mode says where something before makes it impossible to know what a task will do.

import type { Subject } from "../../facts/fact.ts";
import type { Change, Plan } from "../module.ts";

/** A change that stands for "perhaps": only planned in check mode, so its script is never run. */
export function mayChange(what: string, touches: readonly Subject[] | "everything"): Change {
  return {
    summary: `may change: ${what}, but that depends on packages or commands before it`,
    script: "exit 1",
    touches,
    after: [],
  };
}

export function mayChangePlan(what: string, touches: readonly Subject[] | "everything"): Plan {
  const change = mayChange(what, touches);
  return { kind: "changes", changes: [change], result: { msg: change.summary } };
}
