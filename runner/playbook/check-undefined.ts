// Names that nothing can define: not the inventory, the play, a role, a fact, nor any task's result. Told
// before the run wherever it is certain that the task would run and fail on it.

import type { Host } from "../inventory/inventory.ts";
import type { Problem } from "../source/problem.ts";
import { didYouMean } from "../source/suggest.ts";
import { type Condition, layeredScope, truthy } from "../template/index.ts";
import type { Value, VariableUse } from "../template/value.ts";
import { magicVariables, taskVariables, unasked } from "../variables/magic.ts";
import { layersOf, NOTHING_LEARNT } from "../variables/precedence.ts";
import { plainTemplates } from "./check-files.ts";
import type { Checked } from "./checked.ts";
import { type Play, type Step, stepsKnown, type Task, tasksIn } from "./playbook.ts";

export function checkUndefined(play: Play, host: Host, checked: Checked): void {
  const { inventory, extra, sources, secrets, problems } = checked;
  const learnt = namesLearnt(checked.plays.map((each) => each.play));
  const magic = magicVariables({ host, inventory, play, ...unasked(host), sources, secrets });
  for (const task of [...certainTasks(play.steps), ...play.handlers]) {
    const layers = layersOf({ host, play, task, learnt: NOTHING_LEARNT, extra, magic, secrets }).map(
      ({ values }) => values,
    );
    const scope = layeredScope([...layers, taskVariables(task, play, sources)]);
    const known = new Set([...scope.names(), ...learnt, ...loopNames(task)]);
    if (mayBeSkipped(task, scope)) continue;
    const verdicts = verdictsOf(task);
    const values = [...valuesOf(task), ...verdicts, ...plainTemplates(task, play, checked)];
    const guarded = new Set([
      ...values.flatMap(({ uses }) => uses.flatMap((use) => (use.guarded ? [use.name] : []))),
      ...(verdicts.length > 0 ? RESULT_NAMES : []),
      ...[...task.settings.when, ...verdicts].flatMap((each) =>
        "asksFor" in each ? (each as Condition).asksFor : [],
      ),
    ]);
    for (const use of values.flatMap(({ uses }) => reachable(uses, layers))) {
      if (known.has(use.name) || guarded.has(use.name) || use.guarded || use.name.startsWith("ansible_"))
        continue;
      problems.push(undefinedName(use, known, task));
    }
  }
}

/** Uses of a value, and of the variables that these stand for, each once. */
function reachable(
  uses: readonly VariableUse[],
  layers: readonly ReadonlyMap<string, Value>[],
): VariableUse[] {
  const found: VariableUse[] = [];
  const seen = new Set<string>();
  const walk = (list: readonly VariableUse[]): void => {
    for (const use of list) {
      found.push(use);
      if (use.guarded || seen.has(use.name)) continue;
      seen.add(use.name);
      walk(layers.findLast((layer) => layer.has(use.name))?.get(use.name)?.uses ?? []);
    }
  };
  walk(uses);
  return found;
}

function undefinedName({ name, at }: VariableUse, known: ReadonlySet<string>, task: Task): Problem {
  const hint = didYouMean(name, known) ?? `used by the task at ${task.at.file}:${task.at.line}`;
  return { code: "undefined-variable", message: `"${name}" is not defined anywhere`, at, hint };
}

/** A skipped task may mention undefined names; a condition on results is not known before the run. */
function mayBeSkipped(task: Task, scope: ReturnType<typeof layeredScope>): boolean {
  return task.settings.when.some((condition) => {
    try {
      return !truthy(condition.render(scope));
    } catch {
      return true;
    }
  });
}

/** Everything of a task that is rendered when it runs, but its conditions. */
export function valuesOf(task: Task): Value[] {
  const { settings, loop, retry } = task;
  const optional = [
    task.name,
    loop?.items,
    loop?.label,
    settings.become,
    settings.becomeUser,
    settings.checkMode,
    settings.diff,
    settings.noLog,
    settings.ignoreErrors,
    task.delegateTo,
    task.notify,
    retry?.retries,
    retry?.delay,
  ];
  return [
    ...[...task.params.values()].map(({ value }) => value),
    ...settings.environment,
    ...optional.flatMap((value) => value ?? []),
  ];
}

/** What is asked of a task's result. */
function verdictsOf({ changedWhen = [], failedWhen = [], retry }: Task): readonly Value[] {
  return [...changedWhen, ...failedWhen, ...(retry?.until ?? [])];
}

/** Parts of the result that `changed_when` and the like see as variables (engine/outcome.ts). */
const RESULT_NAMES = ["rc", "stdout", "stdout_lines", "stderr", "stderr_lines"];

function loopNames({ loop, register }: Task): string[] {
  return [...(loop ? [loop.variable, loop.indexVariable ?? "", "ansible_loop"] : []), register ?? ""];
}

/** Tasks that run whenever the play does: a rescue may not, nor an include that depends on a condition. */
function certainTasks(steps: readonly Step[]): Task[] {
  return steps.flatMap((step): Task[] => {
    if (step.kind === "task") return [step];
    if (step.kind === "block") return certainTasks([...step.body, ...step.always]);
    if (step.kind === "include" && step.settings.when.length === 0) return certainTasks(stepsKnown(step));
    return [];
  });
}

/** Loops of includes give their item to the tasks within. */
function includedNames(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => {
    if (step.kind === "block") return includedNames([...step.body, ...step.rescue, ...step.always]);
    if (step.kind !== "include") return [];
    const own = [step.loop?.variable, step.loop?.indexVariable, step.register].flatMap((name) => name ?? []);
    return [...own, ...includedNames(stepsKnown(step))];
  });
}

function tasksOf(play: Play): Task[] {
  return [...tasksIn(play.steps), ...play.handlers];
}

/** What tasks of the whole run register or set. */
function namesLearnt(plays: readonly Play[]): Set<string> {
  const names = plays
    .flatMap(tasksOf)
    .flatMap((task) => [
      ...(task.register ? [task.register] : []),
      ...(task.module.name === "set_fact" ? task.params.keys() : []),
    ]);
  return new Set([...names, ...plays.flatMap(({ steps }) => includedNames(steps))]);
}

/** Every name that any value of the playbook, its templates or its inventory mentions. */
export function namesMentioned(checked: Checked): Set<string> {
  const { inventory, extra } = checked;
  const plays = checked.plays.map(({ play }) => play);
  const layers = [...inventory.hosts.values()].flatMap((host) => host.layers);
  const ofPlay = (play: Play): Value[] =>
    tasksOf(play).flatMap((task) => [
      ...valuesOf(task),
      ...task.settings.when,
      ...verdictsOf(task),
      ...plainTemplates(task, play, checked),
    ]);
  const inLayers = [
    ...layers,
    extra,
    ...plays.flatMap(({ vars, varsFiles, roles, rolesIncluded }) => [
      vars,
      ...varsFiles,
      ...[...roles, ...rolesIncluded].flatMap(({ role }) => [role.defaults, role.vars]),
    ]),
  ];
  const values = [...plays.flatMap(ofPlay), ...inLayers.flatMap(({ values: each }) => [...each.values()])];
  return new Set(values.flatMap(({ uses }) => uses.map(({ name }) => name)));
}
