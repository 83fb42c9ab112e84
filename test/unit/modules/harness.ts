// Runs a module the way the engine does, on this machine with a real sh: parameters are checked, facts
// probed, a plan made and its scripts run. Nothing here needs root.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Fact, type Foreseen, foresee, type State, touches } from "../../../runner/facts/fact.ts";
import { findModule } from "../../../runner/modules/index.ts";
import type {
  Change,
  Files,
  LocalEntry,
  Module,
  ModuleContext,
  Plan,
} from "../../../runner/modules/module.ts";
import { schemaErrors } from "../../../runner/source/schema.ts";
import { literal } from "../../../runner/template/index.ts";
import type { Reply } from "../../../runner/transport/transport.ts";

export const onLinux = process.platform === "linux";

/** Describes tests that need Debian's sh, coreutils and findutils. */
export function onHost(title: string, body: () => void): void {
  (onLinux ? describe : describe.skip)(title, body);
}

export const plain: ModuleContext = { check: false, diff: false, verbosity: 0 };
export const withDiff: ModuleContext = { check: false, diff: true, verbosity: 0 };
export const checking: ModuleContext = { check: true, diff: true, verbosity: 0 };

/** Values that find holes in quoting. */
export const HOSTILE: readonly string[] = [
  "a b",
  "it's",
  'say "x"',
  "$(touch owned)",
  "`id`",
  "-rf",
  "--help",
  "*",
  "[a-z]?",
  "line\nbreak",
  "ends with\n",
  "tab\tback\\slash",
  "grüße ☃ 𝄞",
  "; exit 3 #",
  "&& false ||",
  "~root",
  "%s %d",
  "!bang",
];

/** Runs a script as the shell loop does, with a file for its input (transport/shell-loop.ts). */
export function sh(script: string, input: Uint8Array = new Uint8Array()): Reply {
  const own = mkdtempSync(join(tmpdir(), "modules-t-"));
  writeFileSync(`${own}.input`, input);
  const stdin = openSync(`${own}.input`, "r");
  const done = spawnSync("sh", ["-c", script], {
    stdio: [stdin, "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C", T: own, W: "ready-test" },
    maxBuffer: 1 << 28,
  });
  closeSync(stdin);
  rmSync(own, { recursive: true });
  rmSync(`${own}.input`);
  return { status: done.status ?? 128, stdout: done.stdout, stderr: done.stderr };
}

export function probe(facts: readonly Fact<unknown>[]): Map<string, unknown> {
  const kinds = new Map(facts.map(({ kind }) => [kind.name, kind]));
  const answers = new Map<string, unknown>();
  for (const kind of kinds.values()) {
    const own = [
      ...new Map(
        facts.filter((each) => each.kind.name === kind.name).map((each) => [each.key, each]),
      ).values(),
    ];
    const asks = own.map(({ ask }) => ask);
    const reply = sh(kind.script(asks));
    assert.equal(reply.status, 0, `${kind.name}: ${Buffer.from(reply.stderr)}`);
    for (const [index, answer] of kind.parse(reply.stdout, asks).entries()) {
      answers.set((own[index] as Fact<unknown>).key, answer);
    }
  }
  return answers;
}

/** Asks the machine one question. */
export function ask<Answer>(fact: Fact<Answer>): Answer {
  return probe([fact]).get(fact.key) as Answer;
}

export function stateOf(known: readonly Foreseen[], uncertain: readonly Fact<unknown>[] = []): State {
  const answers = new Map(known.map(({ fact, answer }) => [fact.key, answer]));
  const doubtful = new Set(uncertain.map(({ key }) => key));
  return {
    get: <Answer>(fact: Fact<Answer>): Answer => {
      assert.ok(answers.has(fact.key), `the fact ${fact.key} was not probed`);
      return answers.get(fact.key) as Answer;
    },
    certain: (fact) => !doubtful.has(fact.key),
    brought: (fact) => doubtful.has(fact.key),
    mayGo: (fact) => doubtful.has(fact.key),
  };
}

/** Parameters as the engine hands them on: checked, converted and complete with defaults. */
export function checked(module: Module, params: Readonly<Record<string, unknown>>): never {
  const copy = structuredClone(params) as Record<string, unknown>;
  const problems = schemaErrors(module.params as never, copy, "coercing");
  assert.deepEqual(
    problems.map(({ path, message }) => [...path, message].join(": ")),
    [],
  );
  return copy as never;
}

export function moduleNamed(name: string): Module {
  const module = findModule(name);
  assert.ok(module, `no module ${name}`);
  return module;
}

export interface Case {
  readonly module: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly files?: Files;
  readonly context?: ModuleContext;
}

export async function planOf({
  module: name,
  params,
  files = noFiles,
  context = plain,
}: Case): Promise<Plan> {
  const module = moduleNamed(name);
  const given = checked(module, params);
  const local = await module.local?.(given, files);
  const answers = probe(module.probe(given, local, context));
  const known = [...answers].map(([key, answer]) => ({ fact: { key } as Fact<unknown>, answer }));
  return module.plan(given, stateOf(known), local, context);
}

export function changesOf(plan: Plan): readonly Change[] {
  assert.equal(plan.kind, "changes", plan.kind === "fail" ? plan.message : plan.kind);
  return plan.kind === "changes" ? plan.changes : [];
}

export function apply(changes: readonly Change[]): void {
  for (const { script, input, summary } of changes) {
    const reply = sh(`set -eu\n${script}`, input);
    assert.equal(reply.status, 0, `${summary}: ${Buffer.from(reply.stderr)}\n${script}`);
  }
}

/**
 * Plans, applies, and plans again: the second plan must be empty. What the changes foresaw must be what is
 * then found, but for times and sizes of directories.
 */
export async function converge(what: Case): Promise<readonly Change[]> {
  const changes = changesOf(await planOf(what));
  apply(changes);
  for (const [index, { after }] of changes.entries()) {
    for (const { fact, answer } of after) {
      if (changes.slice(index + 1).some((later) => mayAlter(later, fact))) continue;
      assert.deepEqual(comparable(ask(fact)), comparable(answer), fact.key);
    }
  }
  assert.deepEqual(
    changesOf(await planOf(what)).map(({ summary }) => summary),
    [],
    "the second run changes nothing",
  );
  return changes;
}

function mayAlter({ touches: touched }: Change, { subject }: Fact<unknown>): boolean {
  return touched === "everything" || touched.some((each) => touches(each, subject));
}

/** What nobody can foresee, or what is the same as something else. */
const PASSING = ["now", "mtime", "atime", "ctime", "raw"];

function comparable(answer: unknown): unknown {
  if (typeof answer !== "object" || answer === null) return answer;
  if (answer instanceof Uint8Array) return Buffer.from(answer).toString("latin1");
  if (Array.isArray(answer)) return answer.map(comparable);
  const { type } = answer as { type?: unknown };
  return Object.fromEntries(
    Object.entries(answer)
      .filter(([key]) => !PASSING.includes(key) && !(key === "size" && type === "directory"))
      .map(([key, value]) => [key, comparable(value)]),
  );
}

/** Runs a plan of the kind "run" and gives its result. */
export function runOf(plan: Plan): Readonly<Record<string, unknown>> {
  assert.equal(plan.kind, "run", plan.kind === "fail" ? plan.message : plan.kind);
  if (plan.kind !== "run") return {};
  return plan.interpret(sh(plan.script, plan.input));
}

const noVariables: Files["variables"] = () => ({
  values: () => new Map(),
  mapping: literal({}),
  written: {},
});

export const noFiles: Files = {
  variables: noVariables,
  find: (name) => {
    throw new Error(`there is no file ${name}`);
  },
  read: async () => new Uint8Array(),
  list: async () => [],
  render: async () => "",
};

/** Local files below a directory; a template renders to what is in its file. */
export function filesIn(root: string): Files {
  return {
    variables: noVariables,
    find: (name) => join(root, name),
    read: async (path) => readFileSync(path),
    list: async (path) => listLocal(path, ""),
    render: async (path) => readFileSync(path, "utf8"),
  };
}

function listLocal(root: string, path: string): LocalEntry[] {
  const found = statSync(join(root, path));
  const mode = found.mode & 0o7777;
  if (!found.isDirectory()) return [{ path, type: "file", mode }];
  const below = readdirSync(join(root, path)).sort();
  return [{ path, type: "directory", mode }, ...below.flatMap((name) => listLocal(root, join(path, name)))];
}

/** A new directory for each test of the surrounding describe, removed afterwards. */
export function scratch(): { readonly path: string; at(name: string): string } {
  let path = "";
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), "modules-"));
  });
  afterEach(() => rmSync(path, { recursive: true, force: true }));
  return {
    get path() {
      return path;
    },
    at: (name) => join(path, name),
  };
}

export function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8).padStart(4, "0");
}

export { basename, foresee };
