// Files that tasks name plainly must exist: `src` of copy, template and the like; but not where the failure would be
// ignored or rescued. Templates are compiled too, so that a syntax error or an unknown filter is found before the run.

import { existsSync } from "node:fs";
import { findFile, searchPath } from "../files/find.ts";
import { readTemplate } from "../files/templates.ts";
import type { Problem } from "../source/problem.ts";
import type { Schema } from "../source/schema.ts";
import { SETTING_NAMES } from "../template/settings.ts";
import type { Value } from "../template/value.ts";
import type { Checked } from "./checked.ts";
import { literalText, type Play, type Step, stepsKnown, type Task, tasksIn } from "./playbook.ts";

const FORMATS = { "template-file": "templates", "local-file": "files" } as const;

export function checkFiles(play: Play, { sources, problems }: Checked): void {
  const steps = [...play.steps, ...play.handlers];
  const mayFail = new Set(tasksThatMayFail(steps, false));
  for (const task of tasksIn(steps)) {
    for (const { path, at, tried, format } of plainFiles(task, play)) {
      if (path && existsSync(path)) {
        if (format === "template-file") templateAt(path, { task, play, sources }, problems);
        continue;
      }
      if (mayFail.has(task)) continue;
      const hint = `looked for ${tried.map((each) => sources.shownAs(each)).join(", ")}`;
      problems.push({
        code: "missing-file",
        message: `there is no such file for ${task.module.name}`,
        at,
        hint,
      });
    }
  }
}

/** `rescued`: a block around them will deal with it. */
function tasksThatMayFail(steps: readonly Step[], rescued: boolean): Task[] {
  return steps.flatMap((step): Task[] => {
    if (step.kind === "task") return rescued || ignoresErrors(step) ? [step] : [];
    if (step.kind === "include") return tasksThatMayFail(stepsKnown(step), rescued);
    if (step.kind !== "block") return [];
    const body = tasksThatMayFail(step.body, rescued || step.rescue.length > 0);
    return [...body, ...tasksThatMayFail([...step.rescue, ...step.always], rescued)];
  });
}

/** Or may do so, as the run will tell. */
function ignoresErrors({ settings: { ignoreErrors } }: Task): boolean {
  if (!ignoreErrors) return false;
  return ignoreErrors.uses.length > 0 || literalText(ignoreErrors) !== false;
}

/** Templates of a task whose names are known before the run. */
export function plainTemplates(task: Task, play: Play, { sources }: Checked): Value[] {
  return plainFiles(task, play).flatMap(({ path, format }) =>
    format === "template-file" && path ? (templateAt(path, { task, play, sources }, []) ?? []) : [],
  );
}

interface Using {
  readonly task: Task;
  readonly play: Play;
  readonly sources: Checked["sources"];
}

/** Undefined also when how it is to be read is known no earlier than in the run. */
function templateAt(path: string, { task, play, sources }: Using, problems: Problem[]): Value | undefined {
  const settings: Record<string, unknown> = {};
  for (const name of task.module.name === "template" ? SETTING_NAMES : []) {
    const value = task.params.get(name)?.value;
    if (value && value.uses.length > 0) return undefined;
    if (value) settings[name] = literalText(value);
  }
  return readTemplate({ path, directories: searchPath(task, play), sources, settings }, problems);
}

function plainFiles(task: Task, play: Play) {
  const properties = task.module.params.properties as Readonly<Record<string, Schema>>;
  return [...task.params].flatMap(([name, { value }]) => {
    const schema = properties[name] ?? {};
    if (value.uses.length > 0 || isRemote(task) || !/-file"/.test(JSON.stringify(schema))) return [];
    return namedFiles(schema, literalText(value)).map(({ file, format }) => {
      const found = findFile(file, FORMATS[format], searchPath(task, play));
      return { ...found, at: value.at, format };
    });
  });
}

/** src is a file of the host, or may be one. */
function isRemote({ params }: Task): boolean {
  const remote = params.get("remote_src")?.value;
  return remote !== undefined && (remote.uses.length > 0 || literalText(remote) !== false);
}

interface NamedFile {
  readonly file: string;
  readonly format: keyof typeof FORMATS;
}

/** Files that a value names where its schema says so: itself, or entries of a list of mappings. */
function namedFiles(schema: Schema, value: unknown): NamedFile[] {
  const { format } = schema;
  if (format === "template-file" || format === "local-file") return [{ file: String(value), format }];
  const inner = Object.entries((schema.items as Schema | undefined)?.properties ?? {});
  if (!Array.isArray(value) || inner.length === 0) return [];
  return value.flatMap((entry) =>
    inner.flatMap(([key, each]) => (key in entry ? namedFiles(each as Schema, entry[key]) : [])),
  );
}
