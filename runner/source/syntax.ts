// What is said about YAML that cannot be read. The parser goes on after a mistake and then stumbles over all
// that follows; told is what can be trusted.

import type { YAMLError } from "yaml";
import type { Place, Problem } from "./problem.ts";

/** Deeper than anybody writes, and far from where the parser's recursion would exhaust the stack. */
const MAX_DEPTH = 500;

/** After one of these the parser still knows where it is. */
const HARMLESS: ReadonlySet<string> = new Set(["DUPLICATE_KEY", "TAB_AS_INDENT"]);

export const QUOTE_TEMPLATE = 'put quotes around a value that begins with {{: "{{ name }}"';

/** Harmless mistakes all, of the others the first. */
export function syntaxProblems(
  errors: readonly YAMLError[],
  text: string,
  place: (offset: number) => Place,
): Problem[] {
  const inOrder = [...errors].sort((a, b) => a.pos[0] - b.pos[0]);
  const first = inOrder.find(({ code }) => !HARMLESS.has(code));
  const told = inOrder.filter(
    (error) => error === first || (HARMLESS.has(error.code) && (!first || error.pos[0] < first.pos[0])),
  );
  return told.map((error) => syntaxProblem(error, text, place));
}

function syntaxProblem(error: YAMLError, text: string, place: (offset: number) => Place): Problem {
  const open = /Missing closing (["'])quote/.exec(error.message)?.[1];
  if (open !== undefined) {
    const message = `YAML: this quote is not closed: another ${open} is missing`;
    return { code: "yaml-syntax", message, at: place(lastOpened(text, open, error.pos[0])) };
  }
  if (/^Flow (map|sequence).* end with/i.test(error.message)) {
    const [sign, start] = lastBracket(text);
    const message = `YAML: this ${sign} is not closed: ${sign === "[" ? "]" : "}"} is missing`;
    if (sign !== undefined) return { code: "yaml-syntax", message, at: place(start) };
  }
  const at = place(error.pos[0]);
  const told = error.message.split("\n")[0]?.replace(/:$/, "") ?? error.code;
  const explained = EXPLANATIONS[error.message.includes("without - indicator") ? "INDENT" : error.code] ?? {
    message: `YAML: ${told.charAt(0).toLowerCase()}${told.slice(1)}`,
    hint: undefined,
  };
  const template = /^[^#"']*:\s+\{\{/.test(lineAround(text, error.pos[0]));
  const hint = template ? QUOTE_TEMPLATE : explained.hint;
  return { code: "yaml-syntax", message: explained.message, at, ...(hint ? { hint } : {}) };
}

/** Where a quote was opened that is still open: where a value can begin. */
function lastOpened(text: string, quote: string, before: number): number {
  const begins = new RegExp(`(?<=(?:^|[\\s\\[{,])(?:[:-] +)?)${quote}`, "gm");
  return [...text.slice(0, before).matchAll(begins)].at(-1)?.index ?? before;
}

/** The innermost bracket that is still open at the end of a text. */
function lastBracket(text: string): readonly [sign: string | undefined, start: number] {
  const open: number[] = [];
  for (const { 0: found, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|'[^']*'|#[^\n]*|[[{]|[\]}]/g)) {
    if (found === "[" || found === "{") open.push(index);
    else if (found === "]" || found === "}") open.pop();
  }
  const start = open.at(-1) ?? 0;
  return [open.length > 0 ? text[start] : undefined, start];
}

function lineAround(text: string, offset: number): string {
  const end = text.indexOf("\n", offset);
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, end === -1 ? undefined : end);
}

const EXPLANATIONS: { readonly [code: string]: { message: string; hint: string } } = {
  TAB_AS_INDENT: {
    message: "YAML: a tab stands where spaces are expected",
    hint: "indent with spaces; most editors can convert tabs",
  },
  DUPLICATE_KEY: {
    message: "YAML: this key stands twice in one mapping",
    hint: "remove or merge one of them",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: "YAML: a mapping is not allowed at this place",
    hint: 'quote a value that contains ": ", and indent the lines of a mapping alike',
  },
  INDENT: {
    message: 'YAML: this line belongs to no item of the list: "- " is expected',
    hint: "indent it like the lines that it belongs to",
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'YAML: "KEY: VALUE" is expected on one line',
    hint: "is a colon missing, or is a line indented wrongly?",
  },
  BAD_DQ_ESCAPE: {
    message: "YAML: this backslash begins nothing that is known between double quotes",
    hint: "write it twice, or use single quotes",
  },
  UNEXPECTED_TOKEN: {
    message: "YAML: this is not expected here, after the end of a value",
    hint: "put quotes around the whole value; between single quotes write a single one twice",
  },
};

/** What makes a text unfit for the parser: characters that YAML has no place for, and nesting beyond any measure. */
export function unfit(text: string): { message: string; line: number; column: number } | undefined {
  let open = 0;
  let [line, lineStart] = [1, 0];
  for (let position = 0; position < text.length; position++) {
    const char = text[position] as string;
    const column = position - lineStart + 1;
    if (char === "\n") [line, lineStart] = [line + 1, position + 1];
    else if (char === "[" || char === "{") open += 1;
    else if (char === "]" || char === "}") open = Math.max(0, open - 1);
    else if (CONTROL.test(char)) return { message: "YAML: a control character stands here", line, column };
    // A block cannot be nested deeper than it is indented.
    if (open > MAX_DEPTH || (column === MAX_DEPTH && INDENT.test(text.slice(lineStart, position + 1))))
      return { message: "YAML: this is nested too deeply", line, column };
  }
  return undefined;
}

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const INDENT = /^(?:\s|[?:-](?=\s))*$/;
