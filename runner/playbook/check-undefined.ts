// Names that nothing can define: not the inventory, the play, a role, a fact, nor any task's result. Told
// before the run wherever it is certain that the task would run and fail on it, and the play with it.

import { TEMPLATE_VARIABLES } from "../files/templates.ts";
import type { Host } from "../inventory/inventory.ts";
import type { Problem } from "../source/problem.ts";
import { didYouMean } from "../source/suggest.ts";
import { type Condition, layeredScope, truthy } from "../template/index.ts";
import { type Scope, UndefinedVariable, type Value, type VariableUse } from "../template/value.ts";
import { magicVariables, taskVariables, unasked } from "../variables/magic.ts";
import { layersOf, NOTHING_LEARNT } from "../variables/precedence.ts";
import { plainTemplates } from "./check-files.ts";
import type { Checked } from "./checked.ts";
import type { NamesInFiles } from "./names-in-files.ts";
import { LOOP_NAMES, namesLearnt } from "./names-learnt.ts";
import {
  fixedVarsFiles,
  type Play,
  type Rendered,
  type Step,
  stepsKnown,
  type Task,
  tasksIn,
} from "./playbook.ts";

export function checkUndefined(play: Play, host: Host, checked: Checked, inFiles: NamesInFiles): void {
  const { inventory, extra, sources, secrets, problems } = checked;
  const magic = magicVariables({ host, inventory, play, ...unasked(host), sources, secrets });
  const layersFor = (task: Rendered, inPlay: Play) => [
    ...layersOf({ host, play: inPlay, task, learnt: NOTHING_LEARNT, extra, magic, secrets }).map(
      ({ values }) => values,
    ),
    taskVariables(task, inPlay, sources),
  ];
  const plays = checked.plays.map((each) => each.play);
  const scopeOf = (step: Rendered, inPlay: Play) => layeredScope(layersFor(step, inPlay));
  const learnt = namesLearnt(plays, { scopeOf, inFiles, sources });
  if (learnt === "anything") return;
  for (const task of certainTasks([...play.steps, ...play.handlers])) {
    const layers = layersFor(task, play);
    const scope = layeredScope(layers);
    const ofTemplate = task.module.name === "template" ? TEMPLATE_VARIABLES : [];
    const known = new KnownNames(
      [...scope.names(), ...learnt.names, ...loopNames(task), ...ofTemplate],
      learnt.patterns,
    );
    const undefinedUses = usesIn(task, play, checked, layers).filter(({ name }) => !known.has(name));
    const fate = fateOf(task, scope, known);
    if (fate.kind === "fails") problems.push(undefinedName(fate.use, known, task));
    if (fate.kind !== "runs") continue;
    for (const use of undefinedUses) problems.push(undefinedName(use, known, task));
  }
}

class KnownNames {
  readonly names: ReadonlySet<string>;
  private readonly patterns: readonly RegExp[];

  /** `patterns`: of names that depend on variables. */
  constructor(names: Iterable<string>, patterns: readonly RegExp[]) {
    this.names = new Set(names);
    this.patterns = patterns;
  }

  has(name: string): boolean {
    return this.names.has(name) || this.patterns.some((pattern) => pattern.test(name));
  }
}

/** What a task mentions that must be defined when it runs. */
function usesIn(
  task: Task,
  play: Play,
  checked: Checked,
  layers: readonly ReadonlyMap<string, Value>[],
): VariableUse[] {
  const verdicts = verdictsOf(task);
  const values = [...valuesNeeded(task), ...verdicts, ...plainTemplates(task, play, checked)];
  const guarded = new Set([
    ...values.flatMap(({ uses }) => uses.flatMap((use) => (use.guarded ? [use.name] : []))),
    ...(verdicts.length > 0 ? RESULT_NAMES : []),
    ...[...task.settings.when, ...verdicts].flatMap((each) =>
      "asksFor" in each ? (each as Condition).asksFor : [],
    ),
  ]);
  const uses = values.flatMap((value) => reachable(value.uses, layers));
  return uses.filter((use) => !use.guarded && !guarded.has(use.name));
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

function undefinedName({ name, at }: VariableUse, known: KnownNames, task: Task): Problem {
  const hint = didYouMean(name, known.names) ?? `used by the task at ${task.at.file}:${task.at.line}`;
  return { code: "undefined-variable", message: `"${name}" is not defined anywhere`, at, hint };
}

type Fate = { readonly kind: "runs" | "unknown" } | { readonly kind: "fails"; readonly use: VariableUse };

/** A skipped task may mention undefined names, one may fail whose errors are ignored; both may hang on results. */
function fateOf({ settings }: Task, scope: Scope, known: KnownNames): Fate {
  const { when, ignoreErrors } = settings;
  if (ignoreErrors && holds(ignoreErrors, scope)) return { kind: "unknown" };
  for (const condition of when) {
    try {
      if (!truthy(condition.render(scope))) return { kind: "unknown" };
    } catch (error) {
      const isName = error instanceof UndefinedVariable && /^\w+$/.test(error.variable);
      if (!isName || known.has(error.variable)) return { kind: "unknown" };
      return { kind: "fails", use: { name: error.variable, at: error.at, guarded: false } };
    }
  }
  return { kind: "runs" };
}

function holds(value: Value, scope: Scope): boolean {
  try {
    return truthy(value.render(scope));
  } catch {
    return false;
  }
}

/** Not its name, which is shown as it is written then. */
function valuesNeeded(task: Task): Value[] {
  const free = [
    task.name,
    ...[...task.params.values()].map(({ mayBeUndefined, value }) => mayBeUndefined && value),
  ];
  return valuesOf(task).filter((value) => !free.includes(value));
}

/** Everything of a task that is rendered when it runs, but its conditions. */
export function valuesOf(task: Task): Value[] {
  const { settings, loop, retry } = task;
  const optional = [
    task.name,
    loop?.items,
    loop?.label,
    loop?.pause,
    settings.become,
    settings.becomeUser,
    settings.checkMode,
    settings.diff,
    settings.noLog,
    settings.ignoreErrors,
    settings.delegateTo,
    settings.delegateFacts,
    settings.throttle,
    settings.timeout,
    settings.ignoreUnreachable,
    ...task.notify,
    retry?.retries,
    retry?.delay,
  ];
  return [
    ...[...task.params.values()].flatMap(({ name, value }) => [name ?? [], value].flat()),
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
  const own = [loop?.variable, loop?.indexVariable, register].flatMap((name) => name ?? []);
  return loop ? [...own, ...LOOP_NAMES] : own;
}

/**
 * Tasks that run whenever the play does, and whose failure is not rescued: a rescue may not run, nor an include that
 * depends on a condition.
 */
function certainTasks(steps: readonly Step[]): Task[] {
  return steps.flatMap((step): Task[] => {
    if (step.kind === "task") return [step];
    if (step.kind === "block")
      return certainTasks([...(step.rescue.length > 0 ? [] : step.body), ...step.always]);
    if (step.kind === "include" && step.settings.when.length === 0) return certainTasks(stepsKnown(step));
    return [];
  });
}

function tasksOf(play: Play): Task[] {
  return tasksIn([...play.steps, ...play.handlers]);
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
    ...plays.flatMap((play) => [
      play.vars,
      ...fixedVarsFiles(play),
      ...[...play.roles, ...play.rolesIncluded].flatMap(({ role, vars }) => [role.defaults, role.vars, vars]),
    ]),
  ];
  const values = [...plays.flatMap(ofPlay), ...inLayers.flatMap(({ values: each }) => [...each.values()])];
  return new Set(values.flatMap(({ uses }) => uses.map(({ name }) => name)));
}
