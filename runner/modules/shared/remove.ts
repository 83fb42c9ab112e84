// Removes a path with everything below it; a link itself, never what it leads to.

import { cleanPath, type PathState } from "../../facts/index.ts";
import { quote } from "../../transport/quote.ts";
import type { Change, Plan } from "../module.ts";
import { foreseeAbsent, pathSubjects } from "./foresee.ts";

export function removePlan(path: string, state: PathState): Plan {
  if (cleanPath(path) === "/") return { kind: "fail", message: "/ is not removed" };
  const result = { path, state: "absent" };
  return { kind: "changes", changes: state.type === "absent" ? [] : [removal(path, state)], result };
}

export function removal(path: string, state: PathState): Change {
  return {
    summary: `remove ${path}`,
    diff: { path, before: `${state.type}\n`, after: "absent\n" },
    script: `rm -rf -- ${quote(cleanPath(path))}`,
    touches: pathSubjects(path, { below: true, directory: true }),
    after: foreseeAbsent(path),
  };
}
