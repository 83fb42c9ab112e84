// Reads one `--extra-vars` argument: `name=value` pairs with the quoting of a shell, a YAML or JSON
// mapping, or `@FILE`. Values of pairs are texts, as in Ansible; a mapping keeps its types.

import { isEncrypted } from "../secrets/vault.ts";
import type { Place, Problem } from "../source/problem.ts";
import { type MapEntry, type MapNode, parseYaml, type ScalarNode, type Source } from "../source/yaml.ts";

export interface ExtraVars {
  /** As the user wrote it: `--extra-vars a=1`, `vars.yaml`. */
  readonly origin: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** The same with places; `node.value` is `values`. */
  readonly node: MapNode;
}

/** Gives the text of a file; throws what node:fs throws. */
export type ReadText = (path: string) => string;

/** What is shown as the file of variables that stand on the command line. */
export const COMMAND_LINE = "--extra-vars";

export function parseExtraVars(argument: string, read: ReadText, problems: Problem[]): ExtraVars | undefined {
  if (argument.startsWith("@")) return readFile(argument.slice(1), read, problems);
  const source: Source = { file: COMMAND_LINE, text: argument };
  const origin = `${COMMAND_LINE} ${argument}`;
  const node = looksLikeYaml(argument) ? parseMapping(source, problems) : parsePairs(argument, problems);
  return node && { origin, values: node.value, node };
}

function readFile(path: string, read: ReadText, problems: Problem[]): ExtraVars | undefined {
  let text: string;
  try {
    text = read(path);
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : String(error);
    problems.push(wrong(`--extra-vars @${path}: ${reason}`));
    return undefined;
  }
  if (isEncrypted(text)) {
    const hint = "name it in vars_files, or put it below group_vars";
    problems.push(wrong(`--extra-vars @${path} is encrypted by ansible-vault`, undefined, hint));
    return undefined;
  }
  const node = parseMapping({ file: path, text: text.replace(/^\uFEFF/, "") }, problems);
  return node && { origin: path, values: node.value, node };
}

/** `{a: 1}`, or `a: 1`; in a pair, no blank can follow a colon before the first `=`. */
function looksLikeYaml(text: string): boolean {
  return /^\s*[{[]/.test(text) || /^\s*[^\s=:]+:(\s|$)/.test(text);
}

function parseMapping(source: Source, problems: Problem[]): MapNode | undefined {
  const before = problems.length;
  const node = parseYaml(source, problems);
  if (node?.kind === "map") return node;
  // A file without content, or with comments only, sets nothing; a syntax error is told already.
  if (node === undefined) return problems.length > before ? undefined : mapNode(source.file, []);
  problems.push(wrong("variables must be a mapping of names to values", node.at));
  return undefined;
}

function parsePairs(text: string, problems: Problem[]): MapNode | undefined {
  const words = splitWords(text);
  if (words === undefined) {
    problems.push(
      wrong(
        `the quotes do not match in --extra-vars ${text}`,
        undefined,
        "put a \\ before a quote that is meant",
      ),
    );
    return undefined;
  }
  const entries: MapEntry[] = [];
  for (const { text: word, column } of words) {
    const at: Place = { file: COMMAND_LINE, line: 1, column };
    const equals = word.indexOf("=");
    if (equals > 0) entries.push(pair(word.slice(0, equals), word.slice(equals + 1), at));
    else {
      const hint = "write name=value, a mapping such as '{name: value}', or @FILE; quote a value with blanks";
      problems.push(wrong(`"${word}" in --extra-vars is no name=value pair`, undefined, hint));
    }
  }
  return mapNode(COMMAND_LINE, entries);
}

function pair(key: string, value: string, keyAt: Place): MapEntry {
  const at = { ...keyAt, column: keyAt.column + key.length + 1 };
  const node: ScalarNode = {
    kind: "scalar",
    value,
    at,
    inside: (line, column) =>
      line === 0
        ? { ...at, column: at.column + column }
        : { ...at, line: at.line + line, column: column + 1 },
  };
  return { key, keyAt, node };
}

function mapNode(file: string, entries: readonly MapEntry[]): MapNode {
  return {
    kind: "map",
    entries: new Map(entries.map((entry) => [entry.key, entry])),
    value: Object.fromEntries(entries.map(({ key, node }) => [key, node.value])),
    at: { file, line: 1, column: 1 },
  };
}

interface Word {
  readonly text: string;
  /** Where it begins in the argument, from 1. */
  readonly column: number;
}

/** A part of a word: quoted, an expression that keeps its blanks, an escaped character, or plain text. */
const PART = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|(\{\{[\s\S]*?\}\})|\\([\s\S])|([^\s'"\\])/y;

/** Splits at blanks as a POSIX shell does, without expanding anything; undefined when a quote is left open. */
export function splitWords(text: string): Word[] | undefined {
  const words: Word[] = [];
  let word: string | undefined;
  let column = 1;
  let position = 0;
  const finish = (): void => {
    if (word !== undefined) words.push({ text: word, column });
    word = undefined;
  };
  while (position < text.length) {
    if (/\s/.test(text[position]!)) {
      finish();
      position++;
      continue;
    }
    PART.lastIndex = position;
    const part = PART.exec(text);
    if (!part) return undefined;
    if (word === undefined) column = position + 1;
    const [, single, double, expression, escaped, plain] = part;
    word = (word ?? "") + (single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? expression ?? escaped ?? plain);
    position = PART.lastIndex;
  }
  finish();
  return words;
}

function wrong(message: string, at?: Place, hint?: string): Problem {
  return { code: "extra-vars", message, ...(at && { at }), ...(hint && { hint }) };
}
