// Files of variables that tasks name (include_vars): read once for a run, and told of in each task that they fail.

import type { VarsFile } from "../modules/module.ts";
import { readVars } from "../playbook/vars.ts";
import { type Problem, Problems } from "../source/problem.ts";
import { show } from "../source/schema.ts";
import type { Sources } from "../source/sources.ts";
import { compileValue, literal } from "../template/index.ts";

export function varsFile(path: string, sources: Sources): VarsFile {
  const problems: Problem[] = [];
  const node = sources.parseAgain(path, problems);
  if (node && node.kind !== "map" && node.value !== null) {
    const message = `a mapping of names to values is expected, not ${show(node.value)}`;
    problems.push({ code: "wrong-value", message, at: node.at });
  }
  const sound = <Result>(result: Result): Result => {
    if (problems.length > 0) throw new Problems(problems);
    return result;
  };
  const whole = sound(node?.kind === "map" ? node : undefined);
  return {
    values: () => sound(readVars(whole, sources.shownAs(path), problems).values),
    mapping: sound(whole ? compileValue(whole, problems) : literal({}, sources.startOf(path))),
    written: whole?.value ?? {},
  };
}
