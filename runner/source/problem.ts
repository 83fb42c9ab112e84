// What is wrong with something that a person wrote, and where. Problems are values: they are
// collected while loading and printed together (see render.ts), never thrown one at a time.

/** A position in a file as people count it: line and column start at 1, column counts UTF-16 units. */
export interface Place {
  /** As shown to the user: relative to the directory the runner was started in where possible. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Problem {
  /** Short and stable, for tests and documentation: "unknown-keyword", "undefined-variable" ... */
  readonly code: string;
  /** One sentence: what is wrong and what is expected. */
  readonly message: string;
  readonly at?: Place;
  /** What to do about it, or the nearest right name. */
  readonly hint?: string;
}

/** Thrown at the end of a stage that found problems; carries all of them. */
export class Problems extends Error {
  readonly list: readonly Problem[];

  constructor(list: readonly Problem[]) {
    super(list.map((problem) => problem.message).join("\n"));
    this.name = "Problems";
    this.list = list;
  }
}

export function formatPlace({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}
