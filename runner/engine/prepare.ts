// Renders a task for a host with what is known now: whether it runs, as whom, for which items, with which
// parameters, and which facts its module wants. Nothing is sent to the host here.

import type { Fact } from "../facts/fact.ts";
import type { Files, Module, ModuleContext } from "../modules/module.ts";
import type { Loop, Task } from "../playbook/playbook.ts";
import { formatPlace, type Place, Problems } from "../source/problem.ts";
import { toldOf } from "../source/render.ts";
import { schemaErrors } from "../source/schema.ts";
import { layeredScope, renderWithFloats, truthy } from "../template/index.ts";
import { str } from "../template/python/print.ts";
import { type Scope, TemplateError, UndefinedVariable, type Value } from "../template/value.ts";
import { NulInWord } from "../transport/quote.ts";
import { OMIT } from "../variables/magic.ts";
import { loopItems, loopVariables } from "./loop.ts";

/** Bytes: a longer word on its command line keeps a program from starting (execve(2): MAX_ARG_STRLEN). */
const LONGEST_WORD = 100_000;

/** What of a host's run a task is rendered with. */
export interface Surroundings {
  /** Layers of variables for this task, lowest first. */
  readonly layers: readonly ReadonlyMap<string, Value>[];
  readonly files: (scope: Scope) => Files;
  readonly check: boolean;
  readonly diff: boolean;
  readonly verbosity: number;
}

export type Prepared =
  | { readonly kind: "skipped"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string; readonly place: Place | undefined }
  /** A loop over nothing. */
  | { readonly kind: "empty" }
  /** Without a loop there is one item, which has no label. */
  | { readonly kind: "ready"; readonly items: readonly PreparedItem[]; readonly looped: boolean };

export type PreparedItem = {
  readonly label: string | undefined;
  readonly item: unknown;
  /** What it is rendered with, the item of the loop included. */
  readonly layers: Surroundings["layers"];
  readonly scope: Scope;
} & (
  | { readonly kind: "skipped"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string; readonly place: Place | undefined }
  | {
      readonly kind: "ready";
      readonly params: Readonly<Record<string, unknown>>;
      readonly local: unknown;
      readonly facts: readonly Fact<unknown>[];
      /** Empty for the user who logged in. */
      readonly user: string;
      readonly environment: ReadonlyMap<string, string>;
      /** Seconds that each thing it runs may take; 0 is no limit. */
      readonly timeout: number;
      /** What it notifies when the task changes something. */
      readonly notify: readonly string[];
      readonly context: ModuleContext;
    }
);

export async function prepare(task: Task, around: Surroundings): Promise<Prepared> {
  if (!task.loop) {
    const item = await prepareItem(task, around.layers, around, undefined, undefined);
    return { kind: "ready", items: [item], looped: false };
  }
  let items: readonly unknown[];
  const scope = layeredScope(around.layers);
  try {
    items = loopItems(task.loop, scope);
  } catch (error) {
    // An undefined list is no mistake when the task is skipped for every item anyway.
    if (conditionsWithoutItem(task, task.loop).some((condition) => isFalse(condition, scope)))
      return { kind: "skipped", message: "a condition is false" };
    return { kind: "failed", ...explain(error) };
  }
  if (items.length === 0) return { kind: "empty" };
  const prepared: PreparedItem[] = [];
  for (const index of items.keys())
    prepared.push(await prepareLoopItem(task, task.loop, around, items, index));
  return { kind: "ready", items: prepared, looped: true };
}

/** One item of a loop, with what is known now: an item before it may have set variables. */
export function prepareLoopItem(
  task: Task,
  loop: Loop,
  around: Surroundings,
  items: readonly unknown[],
  index: number,
): Promise<PreparedItem> {
  const item = items[index];
  const layers = [...around.layers, loopVariables(loop, items, index, task.at)];
  return prepareItem(task, layers, around, item, labelOf(loop, item, layeredScope(layers)));
}

async function prepareItem(
  task: Task,
  layers: Surroundings["layers"],
  around: Surroundings,
  item: unknown,
  label: string | undefined,
): Promise<PreparedItem> {
  const scope = layeredScope(layers);
  const common = { label, item, layers, scope };
  try {
    if (task.settings.when.some((condition) => !truthy(condition.render(scope)))) {
      return { ...common, kind: "skipped", message: "a condition is false" };
    }
    const params = renderParams(task, scope);
    const { settings } = task;
    const check = settings.checkMode ? truthy(settings.checkMode.render(scope)) : around.check;
    const diff = around.diff && (!settings.diff || truthy(settings.diff.render(scope)));
    const context = { check, diff, verbosity: around.verbosity };
    // Asked for when the task is done, when a mistake in them would come too late.
    const { ignoreErrors, noLog, runOnce } = settings;
    for (const later of [ignoreErrors, noLog, runOnce]) if (typeof later === "object") later.render(scope);
    const local = await readLocal(task.module, params, around.files(scope));
    const facts = task.module.probe(params as never, local, context);
    // Asked for together with those of other tasks, which are not to fail for it.
    if (facts.some(({ key }) => key.includes("\0"))) throw new NulInWord();
    if (facts.some(({ key }) => Buffer.byteLength(key) > LONGEST_WORD))
      throw new TemplateError("a path or a name is longer than any command can take", task.at);
    return {
      ...common,
      kind: "ready",
      params,
      local,
      facts,
      user: userOf(task, scope),
      environment: environmentOf(task, scope),
      timeout: Number(settings.timeout?.render(scope) ?? 0),
      notify: notifiedBy(task, scope),
      context,
    };
  } catch (error) {
    return { ...common, kind: "failed", ...explain(error) };
  }
}

function readLocal(
  module: Module,
  params: Readonly<Record<string, unknown>>,
  files: Files,
): Promise<unknown> {
  return module.local ? module.local(params as never, files) : Promise.resolve(undefined);
}

/**
 * Parameters as the module gets them: of the types that its schema says, complete with defaults. Expressions
 * are `{expression, value}`, and only their source text is checked.
 */
function renderParams(task: Task, scope: Scope): Record<string, unknown> {
  const params: Record<string, unknown> = Object.create(null);
  const evaluated: Record<string, unknown> = Object.create(null);
  for (const [written, { node, value, expression, name: template }] of task.params) {
    const name = template ? String(template.render(scope)) : written;
    const floats = keepsFloats(name, task);
    const rendered = withoutOmitted(floats ? renderWithFloats(value, scope) : value.render(scope));
    if (rendered === OMIT) continue;
    if (expression) evaluated[name] = rendered;
    params[name] = expression
      ? sourceTexts(node.value)
      : asText(name, floats ? rendered : structuredClone(rendered), task);
  }
  const wrong = schemaErrors(task.module.params, params, "coercing")[0];
  if (wrong) {
    const at = task.params.get(wrong.path[0] ?? "")?.value.at ?? task.at;
    throw new TemplateError(
      [task.module.name, wrong.path.join("."), wrong.message].filter(Boolean).join(": "),
      at,
    );
  }
  return { ...params, ...evaluated };
}

/** Parameters that go on to templates or are written as they are; to others 5.0 is the number 5. */
function keepsFloats(name: string, { module }: Task): boolean {
  const properties = module.params.properties as Readonly<Record<string, { keepsFloats?: boolean }>>;
  return Object.hasOwn(properties, name)
    ? properties[name]?.keepsFloats === true
    : module.params.additionalProperties;
}

/** Where a text is expected, Ansible takes a truth value for Python's word of it: `line: yes` is the line True. */
function asText(name: string, value: unknown, { module }: Task): unknown {
  const schema = (module.params.properties as Readonly<Record<string, { type?: unknown }>>)[name];
  return typeof value === "boolean" && schema?.type === "string" ? str(value) : value;
}

function sourceTexts(value: unknown): unknown {
  return Array.isArray(value) ? value.map(String) : String(value);
}

function withoutOmitted(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((each) => each !== OMIT);
  return value;
}

export function userOf(task: Pick<Task, "settings">, scope: Scope): string {
  const { become, becomeUser } = task.settings;
  const wanted = become
    ? truthy(become.render(scope))
    : scope.has("ansible_become") && truthy(scope.get("ansible_become"));
  if (!wanted) return "";
  if (becomeUser) return String(becomeUser.render(scope));
  return scope.has("ansible_become_user") ? String(scope.get("ansible_become_user")) : "root";
}

function notifiedBy({ notify }: Task, scope: Scope): string[] {
  const names = notify.map((each) => each.render(scope)).flat(2);
  return names.filter((name) => name !== null && name !== "" && name !== OMIT).map(String);
}

function environmentOf(task: Task, scope: Scope): Map<string, string> {
  const environment = new Map<string, string>();
  for (const layer of task.settings.environment) {
    const mappings = [layer.render(scope) ?? {}].flat() as Record<string, unknown>[];
    for (const [name, value] of mappings.flatMap((each) => Object.entries(each))) {
      if (!/^[A-Za-z_]\w*$/.test(name))
        throw new TemplateError(`environment: "${name}" is no name of a variable`, layer.at);
      const text = str(value);
      if (text.includes("\0")) throw new TemplateError(`environment: ${name} cannot hold a NUL`, layer.at);
      environment.set(name, text);
    }
  }
  return environment;
}

/** Conditions that mention the item can only be told per item. */
function conditionsWithoutItem(task: Task, loop: Loop): Value[] {
  const own = [loop.variable, loop.indexVariable, "ansible_loop"];
  return task.settings.when.filter(({ uses }) => !uses.some(({ name }) => own.includes(name)));
}

function isFalse(condition: Value, scope: Scope): boolean {
  try {
    return !truthy(condition.render(scope));
  } catch (error) {
    if (isTemplateMistake(error)) return false;
    throw error;
  }
}

function labelOf(loop: Loop, item: unknown, scope: Scope): string {
  try {
    const label = loop.label ? loop.label.render(scope) : item;
    return typeof label === "string" ? label : JSON.stringify(label);
  } catch {
    return JSON.stringify(item);
  }
}

/** An expression could not be rendered: the playbook's mistake, not ours. */
export function isTemplateMistake(error: unknown): error is UndefinedVariable | TemplateError {
  return error instanceof UndefinedVariable || error instanceof TemplateError;
}

/** A failure of rendering as people read it: with the place in the template or the task. */
export function explain(error: unknown): { readonly message: string; readonly place: Place | undefined } {
  if (error instanceof NulInWord) {
    return { message: "a value holds a NUL character, which no command and no path can", place: undefined };
  }
  if (error instanceof Problems) return { message: toldOf(error.list), place: error.list[0]?.at };
  if (isTemplateMistake(error)) {
    return { message: `${formatPlace(error.at)}: ${error.message}`, place: error.at };
  }
  return { message: error instanceof Error ? error.message : String(error), place: undefined };
}
