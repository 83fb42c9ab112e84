// Template files: read and compiled once for a run; includes are looked up as `src` is.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Problem } from "../source/problem.ts";
import { type Sources, unreadableFile } from "../source/sources.ts";
import { compileTemplate, type TemplateSettings } from "../template/index.ts";
import type { Value } from "../template/value.ts";
import { findFile } from "./find.ts";

export interface TemplateReading {
  readonly path: string;
  /** Where templates that it names are looked up. */
  readonly directories: readonly string[];
  readonly sources: Sources;
  readonly settings: TemplateSettings;
}

/** What only templates know of themselves; template_run_date is not among them: it would make a change at every run. */
export const TEMPLATE_VARIABLES = [
  "template_path",
  "template_fullpath",
  "template_destpath",
  "template_host",
  "template_uid",
] as const;

/** Undefined when it cannot be read; what is wrong with it is told once for a run. */
export function readTemplate(
  { path, directories, sources, settings }: TemplateReading,
  problems: Problem[],
): Value | undefined {
  try {
    const { file, text } = sources.read(path);
    const loader = (name: string) => include(name, path, directories, sources);
    return compileTemplate({ text, file, loader, settings }, problems);
  } catch (error) {
    problems.push(...unreadableFile(sources.shownAs(path), error));
    return undefined;
  }
}

function include(name: string, from: string, directories: readonly string[], sources: Sources) {
  const beside = join(dirname(from), name);
  const path = existsSync(beside) ? beside : findFile(name, "templates", directories).path;
  return path === undefined ? undefined : sources.read(path);
}
