// What a loaded playbook is: plays with their steps in the order in which they run. Imports and roles are
// resolved, inherited keywords (when, tags, become ...) have reached every task, and each part knows its place.

import { join } from "node:path";
import type { Module } from "../modules/module.ts";
import type { Place } from "../source/problem.ts";
import type { Schema } from "../source/schema.ts";
import type { MapNode, SourceNode } from "../source/yaml.ts";
import type { Scope, Value } from "../template/value.ts";
import type { Layer } from "../variables/layer.ts";

export interface Play {
  readonly name: string;
  readonly at: Place;
  readonly hosts: readonly string[];
  readonly hostsAt: Place;
  readonly gatherFacts: boolean;
  /** What becomes of a play's changes on a host where it fails: as in Ansible, or put back. Ours. */
  readonly onFailure: "leave" | "restore";
  /** Handlers run on a host that has failed, too. */
  readonly forceHandlers: boolean;
  /** A batch ends when more of its hosts than this have failed, in percent. */
  readonly maxFailPercentage: number | undefined;
  /** Sizes of the batches: numbers of hosts, or percentages of the play's hosts such as "30%". */
  readonly serial: readonly (number | string)[];
  readonly vars: Layer;
  readonly varsFiles: readonly VarsFile[];
  readonly settings: Settings;
  /** Their variables are visible in the whole play. */
  readonly roles: readonly RoleUse[];
  /** Those whose tasks are known before the run, be it by an include: their variables are checked. */
  readonly rolesIncluded: readonly RoleUse[];
  readonly steps: readonly Step[];
  /** In definition order: those of roles, then the play's own. */
  readonly handlers: readonly Handler[];
  /** Directory of its file, for looking up files, templates and roles. */
  readonly directory: string;
}

/** A file of variables, or one that is chosen for each host by what is known of it then; undefined when that is too little. */
export type VarsFile = Layer | ChosenVarsFile;

export interface ChosenVarsFile {
  readonly chosen: (scope: Scope) => Layer | undefined;
  /** Where it is looked for, as far as that is known. */
  readonly directories: (scope: Scope) => readonly string[];
}

/** Keywords that a play, role, block or import hands down to its tasks. */
export interface Settings {
  /** Outermost first; all must hold. */
  readonly when: readonly Value[];
  readonly tags: readonly string[];
  readonly become: Value | undefined;
  readonly becomeUser: Value | undefined;
  /** Outermost first; the nearest wins name by name. */
  readonly environment: readonly Value[];
  readonly ignoreErrors: Value | undefined;
  readonly noLog: Value | undefined;
  readonly checkMode: Value | undefined;
  readonly diff: Value | undefined;
  /** The first host does it; its result is that of all. Not for a handler: each host runs those that it has notified. */
  readonly runOnce: boolean | Value;
  /** The host that it runs on instead, with the variables of its own host. */
  readonly delegateTo: Value | undefined;
  /** Facts are those of the host that it was delegated to. */
  readonly delegateFacts: Value | undefined;
  /** So many hosts do it at the same time. */
  readonly throttle: Value | undefined;
  /** Seconds that it may take. */
  readonly timeout: Value | undefined;
  /** The host stays in the play although it cannot be reached now. */
  readonly ignoreUnreachable: Value | undefined;
  /** A failure on one host ends the play on all. */
  readonly anyErrorsFatal: boolean;
  /** Parameters of modules where a task does not give them, outermost first. */
  readonly moduleDefaults: readonly MapNode[];
  /** Variables of blocks, imports and the task itself, outermost first. */
  readonly vars: readonly Layer[];
  /** Variables of the includes around: they win over set_fact. */
  readonly includeVars: readonly Layer[];
}

export type Step = Task | Block | Include | Flush | End;

/** What can be notified: a task, or the tasks of a file as one. */
export type Handler = Task | Include;

/** Runs the handlers that have been notified. */
export interface Flush {
  readonly kind: "flush";
  readonly at: Place;
  /** Of a meta task; the flush points of the play know neither tags nor conditions. */
  readonly meta?: Meta;
}

/** What a meta task is rendered with. */
export interface Meta {
  readonly settings: Settings;
  readonly role: RoleUse | undefined;
  readonly directory: string;
}

/** Ends the play for all hosts, or for the one that comes to it. */
export interface End extends Meta {
  readonly kind: "end";
  readonly at: Place;
  readonly scope: "host" | "play";
}

/** Tasks with what is done when one of them fails (rescue) and in each case (always). */
export interface Block {
  readonly kind: "block";
  readonly at: Place;
  readonly body: readonly Step[];
  readonly rescue: readonly Step[];
  readonly always: readonly Step[];
}

/** Tasks of a file or a role that is chosen while running; what it hands down is vars only. */
export interface Include {
  readonly kind: "include";
  readonly name: Value | undefined;
  readonly at: Place;
  /** include_tasks or include_role. */
  readonly module: string;
  readonly settings: Settings;
  readonly loop: Loop | undefined;
  readonly register: string | undefined;
  /** Handlers only: topics besides its name. */
  readonly listen: readonly string[];
  /** What to include: the name of a file or of a role. */
  readonly what: Value;
  /** The variables of the role are the play's from then on. */
  readonly isPublic: boolean;
  /** Its steps; throws Problems. Read once for each name. */
  readonly steps: (what: string) => readonly Step[];
  readonly role: RoleUse | undefined;
  readonly directory: string;
}

export interface Task {
  readonly kind: "task";
  /** May hold templates; undefined when the task has no name and is called by its module. */
  readonly name: Value | undefined;
  readonly at: Place;
  readonly module: Module;
  readonly params: ReadonlyMap<string, Param>;
  readonly settings: Settings;
  readonly loop: Loop | undefined;
  readonly register: string | undefined;
  /** Names of handlers, or what gives a list of them. */
  readonly notify: readonly Value[];
  readonly changedWhen: readonly Value[] | undefined;
  readonly failedWhen: readonly Value[] | undefined;
  readonly retry: Retry | undefined;
  /** Handlers only: topics besides its name. */
  readonly listen: readonly string[];
  readonly role: RoleUse | undefined;
  /** Of the file that it stands in. */
  readonly directory: string;
}

/** What of a task its variables depend on. */
export type Rendered = Pick<Task, "settings" | "role" | "directory">;

/** Tries again until a condition holds: the first try and `retries` more, `delay` seconds apart. */
export interface Retry {
  readonly until: readonly Value[];
  readonly retries: Value | undefined;
  readonly delay: Value | undefined;
}

export interface Param {
  readonly node: SourceNode;
  readonly value: Value;
  /** The parameter holds bare expressions: it is rendered to `{expression, value}`, one or a list of them. */
  readonly expression: boolean;
  /** Something else stands for what is undefined. */
  readonly mayBeUndefined?: boolean;
  /** Where the parameter's name is a template: the variable that set_fact sets may depend on others. */
  readonly name?: Value;
}

export interface Loop {
  readonly items: Value;
  /** with_items flattens one level, loop does not. */
  readonly flatten: boolean;
  readonly variable: string;
  readonly indexVariable: string | undefined;
  /** ansible_loop tells where an item stands among the others, and with `allItems` also what these are. */
  readonly extended: boolean;
  readonly allItems: boolean;
  /** Seconds between two items. */
  readonly pause: Value | undefined;
  readonly label: Value | undefined;
}

/** A role as its directory defines it. */
export interface Role {
  readonly name: string;
  readonly directory: string;
  /** Undefined for a role without role.yaml: it is untyped and may have defaults/. */
  readonly definition: RoleDefinition | undefined;
  readonly defaults: Layer;
  readonly vars: Layer;
}

export interface RoleDefinition {
  readonly description: string;
  readonly variables: ReadonlyMap<string, RoleVariable>;
}

export interface RoleVariable {
  readonly name: string;
  readonly schema: Schema;
  readonly at: Place;
}

/** A role in a play, with the parameters given to it there. */
export interface RoleUse {
  readonly role: Role;
  readonly at: Place;
  /** Given directly: they win over set_fact. */
  readonly params: Layer;
  /** Given below `vars`: the whole play sees them, as it sees the role's own. */
  readonly vars: Layer;
  /** The role with its parameters: what runs once for a host in a play. */
  readonly key: string;
  /** Not again where the same has run before. */
  readonly once: boolean;
  /** The uses of roles on whose behalf it runs, outermost first: their variables reach it too. */
  readonly dependents: readonly RoleUse[];
}

/** The final value of something that mentions no variables. */
export function literalText(value: Value): unknown {
  return value.render(NO_VARIABLES);
}

/** Nothing is known in it. */
export const NO_VARIABLES: Scope = {
  has: () => false,
  get: (name) => {
    throw new Error(`${name} is not known before the run`);
  },
  names: () => [],
};

/** Those that are known before the run. */
export function fixedVarsFiles({ varsFiles }: Play): Layer[] {
  return varsFiles.flatMap((file) => ("chosen" in file ? [] : [file]));
}

/** The tasks that stand there without an include. */
export function tasksStanding(steps: readonly Step[]): Task[] {
  return steps.flatMap((step): Task[] => {
    if (step.kind === "block") return tasksStanding([...step.body, ...step.rescue, ...step.always]);
    return step.kind === "task" ? [step] : [];
  });
}

/** All tasks among some steps, those of blocks and of includes that are known before the run too. */
export function tasksIn(steps: readonly Step[]): Task[] {
  return steps.flatMap((step): Task[] => {
    if (step.kind === "task") return [step];
    if (step.kind === "block") return tasksIn([...step.body, ...step.rescue, ...step.always]);
    return step.kind === "include" ? tasksIn(stepsKnown(step)) : [];
  });
}

/** The steps of an include whose file or role is known before the run; none when it is not, or is not there. */
export function stepsKnown(include: Include): readonly Step[] {
  return include.what.uses.length > 0 ? [] : (stepsNamed(include, () => NO_VARIABLES) ?? []);
}

/** The steps of an include by what its name is now; undefined when that cannot be told, none when there is no such file. */
export function stepsNamed(include: Include, scope: () => Scope): readonly Step[] | undefined {
  let name: string;
  try {
    name = String(include.what.render(include.what.uses.length > 0 ? scope() : NO_VARIABLES));
  } catch {
    return undefined;
  }
  try {
    return include.steps(name);
  } catch {
    return [];
  }
}

/** Where roles are looked up: beside the playbook, and beside the folder of playbooks. */
export function rolePathsOf(directory: string): string[] {
  return [join(directory, "roles"), join(directory, "..", "roles")];
}
