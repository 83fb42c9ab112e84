// A page of the reference, as data: made from schemas and tables, rendered for a terminal (text.ts) or as
// Markdown (markdown.ts). In texts `code` stands between backquotes.

export interface Page {
  readonly title: string;
  /** What it is, in a paragraph. */
  readonly text: string;
  readonly parts: readonly Part[];
}

export interface Part {
  readonly title: string;
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly name: string;
  /** Type, bounds, default and the like. */
  readonly facts: readonly string[];
  readonly text: string;
  readonly example?: { readonly expression: string; readonly value: string };
}
