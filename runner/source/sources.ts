// The files that a run reads on its own machine: each is read and parsed once, and its text is kept for
// the excerpts of problems.

import { existsSync } from "node:fs";
import { isAbsolute, relative } from "node:path";
import { type Place, type Problem, Problems } from "./problem.ts";
import { parseYaml, readSource, type Source, type SourceNode } from "./yaml.ts";

export class Sources {
  private readonly byPath = new Map<string, Source>();
  private readonly byName = new Map<string, Source>();
  private readonly parsed = new Map<string, SourceNode | undefined>();
  private readonly directory: string;

  /** Names are shown relative to `directory`, the one that the runner was started in. */
  constructor(directory: string) {
    this.directory = directory;
  }

  shownAs(path: string): string {
    const near = relative(this.directory, path);
    return near === "" || near.startsWith("..") || isAbsolute(near) ? path : near;
  }

  /** The start of a file, for problems that concern all of it. */
  startOf(path: string): Place {
    return { file: this.shownAs(path), line: 1, column: 1 };
  }

  /** Throws what the file system says; `parse` turns that into a problem. */
  read(path: string): Source {
    const known = this.byPath.get(path);
    if (known) return known;
    return this.add(path, readSource(path, this.shownAs(path)));
  }

  /** Undefined for an empty file and for one with problems, which are told once. */
  parse(path: string, problems: Problem[]): SourceNode | undefined {
    if (!this.parsed.has(path)) {
      try {
        this.parsed.set(path, parseYaml(this.read(path), problems));
      } catch (error) {
        problems.push(...unreadableFile(this.shownAs(path), error));
        this.parsed.set(path, undefined);
      }
    }
    return this.parsed.get(path);
  }

  textOf(file: string): string | undefined {
    return this.byName.get(file)?.text;
  }

  private add(path: string, source: Source): Source {
    this.byPath.set(path, source);
    this.byName.set(source.file, source);
    return source;
  }
}

/** The first of some paths that exists: `*.yml` and `*.yaml` are the same. */
export function firstExisting(paths: readonly string[]): string | undefined {
  return paths.find((path) => existsSync(path));
}

export function unreadableFile(shown: string, error: unknown): readonly Problem[] {
  if (error instanceof Problems) return error.list;
  return [{ code: "unreadable-file", message: unreadable(shown, error) }];
}

export function unreadable(shown: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return `${shown}: there is no such file`;
  if (code === "EISDIR") return `${shown} is a directory; a file is expected`;
  if (code === "EACCES") return `${shown} may not be read`;
  return `${shown} cannot be read: ${(error as Error).message}`;
}
