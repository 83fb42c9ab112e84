// The shape of a module, the thing that a task names: a schema, a probe and a plan. Between what a module
// plans and what is done stands only the engine, so check mode and a real run cannot differ in anything else.

import type { Fact, Foreseen, State, Subject } from "../facts/fact.ts";
import type { Kept } from "../journal/kept.ts";
import type { TemplateSettings } from "../template/index.ts";
import type { Value } from "../template/value.ts";
import type { Reply } from "../transport/transport.ts";
import type { Params, ParamsSchema } from "./params.ts";

export { EXPRESSION_FORMAT, type Expression, type Params, type ParamsSchema } from "./params.ts";

/** What a change does to a text; for other things `before` and `after` are short descriptions. */
export interface Diff {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

export interface Change {
  /** A few words in the present tense: "write /etc/hosts", "mode 0644 -> 0600". */
  readonly summary: string;
  readonly diff?: Diff;
  /** POSIX shell that makes the change, run with `set -eu`; what it reads on standard input is `input`. */
  readonly script: string;
  readonly input?: Uint8Array;
  /** All that the change may alter; facts about these are asked anew before they are used again. */
  readonly touches: readonly Subject[] | "everything";
  /** Beside what is planned, packages bring files, users and units, or a service its files; nothing is taken away. */
  readonly brings?: "packages" | "files";
  /** The file that it writes, by a rename over what is there, when it does nothing else. */
  readonly writes?: string;
  /** What is to be kept so that the change can be undone; a change that names nothing cannot be. */
  readonly keeps?: readonly Kept[];
  /** What its reply adds to the result. */
  readonly learns?: (reply: Reply) => Result;
  /** How it is made together with its neighbours. */
  readonly joint?: Joint;
  /** What facts will be afterwards, as far as that is known; check mode goes on with these. */
  readonly after: readonly Foreseen[];
}

/** Changes that can be made in one go when they come one after the other: all packages in one transaction of apt. */
export interface Joint {
  /** Only those of one kind can. */
  readonly kind: string;
  /** What it is about. */
  readonly words: readonly string[];
  /**
   * The script that makes it, and with it as many of the others, in their order, as would have been to make after it. For
   * the first of them that it has made it creates the file PLACE-1, for the next PLACE-2; `place` is a word of the shell.
   */
  readonly script: (others: readonly (readonly string[])[], place: string) => string;
}

export type Result = Readonly<Record<string, unknown>>;

/** What a module wants to be done, having seen the facts. */
export type Plan =
  /** No changes: "ok". Some: "changed". `result` is what `register` gets beside `changed`. */
  | {
      readonly kind: "changes";
      readonly changes: readonly Change[];
      readonly result?: Result;
      /** Variables that the host has from then on; they are rendered where they are used (include_vars). */
      readonly variables?: ReadonlyMap<string, Value>;
      /** What to tell people even when nothing changes (debug). */
      readonly message?: string;
    }
  /** Runs always and tells afterwards what it did: command, shell, wait_for. */
  | {
      readonly kind: "run";
      readonly summary: string;
      readonly script: string;
      readonly input?: Uint8Array;
      readonly touches: readonly Subject[] | "everything";
      /** Nothing is taken away. */
      readonly brings?: "files";
      /** What is sure to be there afterwards; check mode goes on with it. */
      readonly after?: readonly Foreseen[];
      /** What check mode does: "skip" reports it as skipped, "changed" and "ok" predict. */
      readonly inCheckMode: "skip" | "changed" | "ok";
      /** `failed` with `msg` makes the task fail; `changed` defaults to false. */
      readonly interpret: (reply: Reply) => Result;
    }
  /** Lets time go by; nothing is done on the host. */
  | { readonly kind: "wait"; readonly seconds: number; readonly result: Result }
  | { readonly kind: "fail"; readonly message: string; readonly result?: Result }
  | { readonly kind: "skip"; readonly message: string; readonly result?: Result };

/** What is the same for all modules of a run. */
export interface ModuleContext {
  readonly check: boolean;
  /** Diffs are wanted: probe what they show (contents), which otherwise stays where it is. */
  readonly diff: boolean;
  /** How many times -v was given. */
  readonly verbosity: number;
}

/** What `Files.list` tells of a file of the runner's own machine. */
export interface LocalEntry {
  /** Relative to what was listed; "" for itself. */
  readonly path: string;
  readonly type: "file" | "directory" | "link";
  readonly mode: number;
  /** Where a link points to, as it is written in the link. */
  readonly target?: string;
}

/** Where roles keep what tasks name. */
export type Folder = "files" | "templates" | "vars";

export interface VarsFile {
  /** Each by its name; throws Problems when one is no name of a variable. */
  readonly values: () => ReadonlyMap<string, Value>;
  /** All of them. */
  readonly mapping: Value;
  /** As it is written. */
  readonly written: Result;
}

/** How a module reads files of the machine that the runner runs on; names are looked up as Ansible does. */
export interface Files {
  /** Absolute path of a `src` (role's files/ or templates/, then the playbook's); throws with the places tried. */
  find(name: string, folder: Folder): string;
  read(path: string): Promise<Uint8Array>;
  /** A file itself, or a directory and everything below it in the order of names; links are not followed below it. */
  list(path: string): Promise<readonly LocalEntry[]>;
  /** A file of variables; throws Problems. */
  variables(path: string): VarsFile;
  /** Renders a template file with the task's variables. */
  render(path: string, rendering?: Rendering): Promise<string>;
}

/** How a template file is read, and what it knows of itself. */
export interface Rendering {
  readonly settings?: TemplateSettings;
  /** As the task names it. */
  readonly src?: string;
  readonly dest?: string;
}

export interface Module<Schema extends ParamsSchema = ParamsSchema, Local = unknown> {
  /** Without "ansible.builtin."; `aliases` are full synonyms (service for systemd). */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One paragraph for `chatmail-play doc`. */
  readonly doc: string;
  /** It changes nothing on a host, whatever its parameters are. */
  readonly readOnly?: true;
  /** One host does it for all, as with run_once. */
  readonly onceForAll?: true;
  /** JSON Schema of the parameters: an object, `additionalProperties: false`, a description for each. */
  readonly params: Schema;
  /** Other names that Ansible has for parameters: `{ dest: "path" }` for file. */
  readonly parameterAliases?: Readonly<Record<string, string>>;
  /** The parameter that a bare string stands for: `command: ls -l`. Only command and shell have one. */
  readonly freeForm?: string;
  /** Reads what it needs of the runner's own machine: the file to copy, the template's text. */
  readonly local?: (params: Params<Schema>, files: Files) => Promise<Local>;
  /** The facts that `plan` needs. Pure. */
  readonly probe: (params: Params<Schema>, local: Local, context: ModuleContext) => readonly Fact<unknown>[];
  /** Pure: no input or output, no clock. */
  readonly plan: (params: Params<Schema>, state: State, local: Local, context: ModuleContext) => Plan;
}

/** Gives a module's functions the types that its schema says. */
export function defineModule<const Schema extends ParamsSchema, Local = undefined>(
  module: Module<Schema, Local>,
): Module<Schema, Local> {
  return module;
}
