// What `register` gets of a path that a module has brought into line: its mode, owner and size as they are then.

import { pathState, type State } from "../../facts/index.ts";
import type { Plan, Result } from "../module.ts";
import { foreseen } from "./foresee.ts";
import { octal } from "./mode.ts";

/** Adds to the result of a plan what is known of the path after it. */
export function withAttributes(plan: Plan, path: string, state: State): Plan {
  if (plan.kind !== "changes") return plan;
  return { ...plan, result: { ...attributes(path, foreseen(state, plan.changes)), ...plan.result } };
}

function attributes(path: string, state: State): Result {
  const found = state.get(pathState(path));
  if (found.type === "absent" || found.type === "denied") return {};
  const { mode, size, owner, group, uid, gid } = found;
  return { mode: octal(mode), size, owner, group, uid, gid, state: found.type };
}
