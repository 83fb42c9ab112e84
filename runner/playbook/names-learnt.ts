// Names of variables that a run defines as it goes: what tasks register, set and include, the facts, the items of loops. Which
// file is included may be known only then; in its place stands what any file of the playbook and its roles could set.

import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { MACHINE_FACTS } from "../facts/index.ts";
import { searchPath } from "../files/find.ts";
import type { Sources } from "../source/sources.ts";
import type { Scope, Value } from "../template/value.ts";
import { includedVars } from "./included-vars.ts";
import type { NamesInFiles } from "./names-in-files.ts";
import {
  type Include,
  type Play,
  type Rendered,
  type RoleUse,
  rolePathsOf,
  type Step,
  stepsKnown,
  stepsNamed,
  type Task,
  tasksIn,
} from "./playbook.ts";
import { partsKnown, patternOf } from "./unknown-parts.ts";

/** What a task of a loop sees of it besides its item. */
export const LOOP_NAMES: readonly string[] = ["ansible_loop", "ansible_loop_var", "ansible_index_var"];

const LEARNT_BY_RESCUE = ["ansible_failed_task", "ansible_failed_result"];

/** There in every run, or may be, whatever the plays do: facts may be none, and --limit may be given. */
const OF_THE_RUN = ["ansible_facts", "ansible_limit"];

export interface NamesLearnt {
  readonly names: ReadonlySet<string>;
  /** Of variables whose names depend on others. */
  readonly patterns: readonly RegExp[];
}

interface Asking {
  /** What an include's name is rendered with. */
  readonly scopeOf: (step: Rendered, play: Play) => Scope;
  readonly inFiles: NamesInFiles;
  readonly sources: Sources;
}

/** Of all plays. */
export function namesLearnt(plays: readonly Play[], asking: Asking): NamesLearnt | "anything" {
  const names = new Set([...LEARNT_BY_RESCUE, ...OF_THE_RUN]);
  const patterns: RegExp[] = [];
  if (plays.some(({ gatherFacts }) => gatherFacts)) addAll(names, MACHINE_FACTS);
  const inAnyFile = (directories: readonly string[]): boolean => {
    const found = asking.inFiles([...new Set(directories)]);
    return found !== "anything" && addAll(names, found);
  };
  const oneOf = (what: Value | undefined, step: Task | Include, play: Play): boolean => {
    const parts = what && partsKnown(what, asking.scopeOf(step, play));
    const near = searchPath(step, play);
    const named = parts?.[0] ? near.map((each) => dirname(resolve(each, `${parts[0]}x`))) : [];
    return inAnyFile([play.directory, ...rolePathsOf(play.directory), ...near, ...named]);
  };
  const ofVars = (task: Task, play: Play): boolean => {
    const known = includedVars(task, play);
    if (!known) return oneOf((task.params.get("file") ?? task.params.get("dir"))?.value, task, play);
    if (known.name !== undefined) addAll(names, [known.name]);
    else if (known.path && statSync(known.path).isDirectory()) return inAnyFile([known.path]);
    else if (known.path) addAll(names, Object.keys(asking.sources.peek(known.path)?.value ?? {}));
    return true;
  };
  const walk = (steps: readonly Step[], play: Play): boolean =>
    steps.every((step) => {
      if (step.kind === "task") {
        addAll(names, ofTask(step));
        patterns.push(...namedLater(step));
        return step.module.name !== "include_vars" || ofVars(step, play);
      }
      if (step.kind === "block") return walk([...step.body, ...step.rescue, ...step.always], play);
      if (step.kind !== "include") return true;
      addAll(names, ofInclude(step));
      if (step.isPublic)
        for (const { role } of tasksIn(stepsKnown(step))) if (role) addAll(names, ofRole(role));
      const inner = stepsNamed(step, () => asking.scopeOf(step, play));
      return inner ? walk(inner, play) : oneOf(step.what, step, play);
    });
  const known = plays.every((play) => {
    const scope = asking.scopeOf({ ...play, role: undefined }, play);
    const undecided = play.varsFiles.flatMap((file) =>
      "chosen" in file && file.chosen(scope) === undefined ? file.directories(scope) : [],
    );
    return (
      (undecided.length === 0 || inAnyFile(undecided)) && walk(play.steps, play) && walk(play.handlers, play)
    );
  });
  return known ? { names, patterns } : "anything";
}

function ofTask({ register, module, params }: Task): readonly string[] {
  const own = register ? [register] : [];
  if (module.name === "setup") return [...own, ...MACHINE_FACTS];
  return module.name === "set_fact" ? [...own, ...params.keys()] : own;
}

/** Variables that it sets whose names are templates. */
function namedLater({ params }: Task): RegExp[] {
  return [...params].flatMap(([written, { name }]) => {
    if (!name) return [];
    return written.includes("{%") ? [/^/] : [patternOf(written.split(/\{\{.*?\}\}/s))];
  });
}

function ofRole({ role, vars }: RoleUse): string[] {
  return [role.defaults, role.vars, vars].flatMap(({ values }) => [...values.keys()]);
}

/** The loop of an include gives its item to the tasks within. */
function ofInclude({ loop, register }: Include): string[] {
  const own = [loop?.variable, loop?.indexVariable, register].flatMap((name) => name ?? []);
  return loop ? [...own, ...LOOP_NAMES] : own;
}

function addAll(names: Set<string>, more: Iterable<string>): true {
  for (const name of more) names.add(name);
  return true;
}
