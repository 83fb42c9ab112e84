// Removes a path with everything below it; a link itself, never what it leads to.

import { cleanPath, type PathState, pathState, type State } from "../../facts/index.ts";
import { quote } from "../../transport/quote.ts";
import type { Change, Plan } from "../module.ts";
import { foreseeAbsent, pathSubjects } from "./foresee.ts";
import { mayChange } from "./may-change.ts";

export function removePlan(path: string, state: State): Plan {
  if (cleanPath(path) === "/") return { kind: "fail", message: "/ is not removed" };
  const fact = pathState(path);
  const found = state.get(fact);
  const result = { path, state: "absent" };
  if (found.type !== "absent") return { kind: "changes", changes: [removal(path, found)], result };
  const perhaps = state.brought(fact) ? [mayChange(`remove ${path}`, pathSubjects(path))] : [];
  return { kind: "changes", changes: perhaps, result };
}

export function removal(path: string, state: PathState): Change {
  return {
    summary: `remove ${path}`,
    diff: { path, before: `${state.type}\n`, after: "absent\n" },
    script: `rm -rf -- ${quote(cleanPath(path))}`,
    keeps: [{ kind: "path", path: cleanPath(path) }],
    touches: pathSubjects(path, { below: true, directory: true }),
    after: foreseeAbsent(path),
  };
}
