// Template files: read and compiled once for a run; includes are looked up as `src` is.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Problem } from "../source/problem.ts";
import { type Sources, unreadableFile } from "../source/sources.ts";
import { compileTemplate } from "../template/index.ts";
import type { Value } from "../template/value.ts";
import { findFile } from "./find.ts";

/** Undefined when it cannot be read; what is wrong with it is told once for a run. */
export function readTemplate(
  path: string,
  directories: readonly string[],
  sources: Sources,
  problems: Problem[],
): Value | undefined {
  try {
    const { file, text } = sources.read(path);
    return compileTemplate(text, file, (name) => include(name, path, directories, sources), problems);
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
