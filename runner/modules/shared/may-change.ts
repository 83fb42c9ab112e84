// What check mode says where something before makes it impossible to know what a task will do.

import type { Fact, State, Subject } from "../../facts/fact.ts";
import type { Change, Plan } from "../module.ts";

function announcement(what: string): string {
  return `may change: ${what}, but that depends on packages or commands before it`;
}

/** A change that stands for "perhaps": only planned in check mode, so its script is never run. */
export function mayChange(what: string, touches: readonly Subject[] | "everything"): Change {
  return { summary: announcement(what), script: "exit 1", touches, after: [] };
}

export function mayChangePlan(what: string, touches: readonly Subject[] | "everything"): Plan {
  const change = mayChange(what, touches);
  return { kind: "changes", changes: [change], result: { msg: change.summary } };
}

/** A change that makes what is not there, announced as what it is when packages before it may bring that. */
export function unlessBrought(change: Change, fact: Fact<unknown>, state: State): Change {
  return state.brought(fact) ? { ...change, summary: announcement(change.summary) } : change;
}
