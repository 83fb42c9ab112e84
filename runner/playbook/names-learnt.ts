// Names of variables that a run defines as it goes: what tasks register and set, the facts, the items of loops. Those of
// includes are looked for as far as it is known before the run which file or role they choose.

import { MACHINE_FACTS } from "../facts/index.ts";
import type { Scope } from "../template/value.ts";
import {
  type Include,
  type Play,
  type RoleUse,
  type Step,
  stepsKnown,
  stepsNamed,
  type Task,
  tasksIn,
} from "./playbook.ts";

/** What a task of a loop sees of it besides its item. */
export const LOOP_NAMES: readonly string[] = ["ansible_loop", "ansible_loop_var", "ansible_index_var"];

const LEARNT_BY_RESCUE = ["ansible_failed_task", "ansible_failed_result"];

/** There in every run, or may be, whatever the plays do: facts may be none, and --limit may be given. */
const OF_THE_RUN = ["ansible_facts", "ansible_limit"];

/** Of all plays; `scopeOf` gives what an include's name is rendered with. */
export function namesLearnt(
  plays: readonly Play[],
  scopeOf: (include: Include, play: Play) => Scope,
): ReadonlySet<string> | "anything" {
  const names = new Set([...LEARNT_BY_RESCUE, ...OF_THE_RUN]);
  if (plays.some(({ gatherFacts }) => gatherFacts)) addAll(names, MACHINE_FACTS);
  const walk = (steps: readonly Step[], play: Play): boolean =>
    steps.every((step) => {
      if (step.kind === "task") return !isNamedLater(step) && addAll(names, ofTask(step));
      if (step.kind === "block") return walk([...step.body, ...step.rescue, ...step.always], play);
      if (step.kind !== "include") return true;
      addAll(names, ofInclude(step));
      if (step.isPublic)
        for (const { role } of tasksIn(stepsKnown(step))) if (role) addAll(names, ofRole(role));
      const inner = stepsNamed(step, () => scopeOf(step, play));
      return inner !== undefined && walk(inner, play);
    });
  const known = plays.every((play) => walk(play.steps, play) && walk(play.handlers, play));
  return known ? names : "anything";
}

function ofTask({ register, module, params }: Task): readonly string[] {
  const own = register ? [register] : [];
  if (module.name === "setup") return [...own, ...MACHINE_FACTS];
  return module.name === "set_fact" ? [...own, ...params.keys()] : own;
}

/** It sets a variable whose name is a template. */
function isNamedLater({ params }: Task): boolean {
  return [...params.values()].some(({ name }) => name !== undefined);
}

function ofRole({ role, vars }: RoleUse): string[] {
  return [role.defaults, role.vars, vars].flatMap(({ values }) => [...values.keys()]);
}

/** The loop of an include gives its item to the tasks within. */
function ofInclude({ loop, register }: Include): string[] {
  const own = [loop?.variable, loop?.indexVariable, register].flatMap((name) => name ?? []);
  return loop ? [...own, ...LOOP_NAMES] : own;
}

function addAll(names: Set<string>, more: readonly string[]): true {
  for (const name of more) names.add(name);
  return true;
}
