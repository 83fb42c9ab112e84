// The command line, parsed into a request. Reads nothing itself but `--extra-vars @FILE`, through the
// function it is given; all that is wrong is told at once.

import { parseArgs } from "node:util";
import { LIST_KINDS, type ListKind } from "../report/list.ts";
import type { Problem } from "../source/problem.ts";
import { didYouMean } from "../source/suggest.ts";
import type { DocRequest } from "./doc.ts";
import { type ExtraVars, parseExtraVars, type ReadText } from "./extra-vars.ts";
import type { InitRequest } from "./init.ts";
import { notCarried } from "./not-carried.ts";
import {
  DEFAULT_FORKS,
  DEFAULT_INVENTORY,
  DEFAULT_SCHEMA_DIRECTORY,
  DEFAULT_TIMEOUT,
  docOptions,
  type InitOptionName,
  initOptions,
  type Option,
  type OptionName,
  options,
  type RollbackOptionName,
  rollbackOptions,
  schemaOptions,
} from "./option-table.ts";
import type { SchemaRequest } from "./schema.ts";

export type { ExtraVars, ReadText } from "./extra-vars.ts";

export interface Request {
  readonly playbooks: readonly string[];
  /** They come with the runner. */
  readonly ownPlaybook?: true;
  readonly inventories: readonly string[];
  readonly limit?: string;
  /** Empty: all tasks. */
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  /** A name or glob. */
  readonly startAtTask?: string;
  /** In the order given: a later one wins. */
  readonly extraVars: readonly ExtraVars[];
  readonly check: boolean;
  /** Whether what a run would change is told by the exit code, too; only with check. */
  readonly exitCode: boolean;
  readonly diff: boolean;
  readonly forceHandlers: boolean;
  readonly syntaxCheck: boolean;
  /** Empty: nothing is listed. */
  readonly list: readonly ListKind[];
  readonly forks: number;
  readonly user?: string;
  readonly privateKey?: string;
  readonly knownHosts: readonly string[];
  readonly acceptNewHostKeys: boolean;
  readonly askBecomePass: boolean;
  readonly becomePasswordFile?: string;
  readonly askVaultPass: boolean;
  readonly vaultPasswordFiles: readonly string[];
  /** Seconds. */
  readonly timeout: number;
  /** Seconds to wait for another run that is at work on a host. */
  readonly lockTimeout: number;
  readonly json: boolean;
  readonly profile: boolean;
  /** How many -v. */
  readonly verbosity: number;
}

export type Parsed =
  | { readonly kind: "run"; readonly request: Request }
  | { readonly kind: "init"; readonly request: InitRequest }
  | { readonly kind: "doc"; readonly request: DocRequest }
  | { readonly kind: "schema"; readonly request: SchemaRequest }
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  /** `json` says how the problems are to be told. */
  | { readonly kind: "wrong"; readonly problems: readonly Problem[]; readonly json: boolean };

export function parseOptions(argv: readonly string[], read: ReadText): Parsed {
  const [word = "", ...rest] = argv;
  if (word === "init") return parseInit(rest);
  if (word === "doc") return parseDoc(rest);
  if (word === "schema") return parseSchema(rest);
  if (word === "history" || word === "rollback") return parseRun(rest, read, word);
  return parseRun(argv, read);
}

/** An operation is a playbook that comes with the runner. */
function parseRun(argv: readonly string[], read: ReadText, operation?: "history" | "rollback"): Parsed {
  const problems: Problem[] = [];
  const table = operation === "rollback" ? [...options, ...rollbackOptions] : options;
  const given = collect<OptionName | RollbackOptionName>(argv, table, problems);
  if (given.has("help")) return { kind: "help" };
  if (given.has("version")) return { kind: "version" };
  const request = operation
    ? toOperation(operation, given, read, problems)
    : toRequest(given, read, problems);
  if (problems.length > 0) return { kind: "wrong", problems, json: given.has("json") };
  return { kind: "run", request };
}

function parseInit(argv: readonly string[]): Parsed {
  const problems: Problem[] = [];
  const given = collect<InitOptionName>(argv, initOptions, problems);
  if (given.has("help")) return { kind: "help" };
  const [domain, ...others] = given.words;
  if (others.length > 0)
    problems.push(wrong("one-domain", `init takes one domain, and got ${given.words.join(", ")}`));
  if (problems.length > 0) return { kind: "wrong", problems, json: false };
  const output = given.last("output") ?? DEFAULT_INVENTORY;
  return { kind: "init", request: { domain, output, force: given.has("force"), from: given.last("from") } };
}

function parseDoc(argv: readonly string[]): Parsed {
  const problems: Problem[] = [];
  const given = collect(argv, docOptions, problems);
  if (given.has("help")) return { kind: "help" };
  if (problems.length > 0) return { kind: "wrong", problems, json: false };
  return { kind: "doc", request: { words: given.words } };
}

function parseSchema(argv: readonly string[]): Parsed {
  const problems: Problem[] = [];
  const given = collect(argv, schemaOptions, problems);
  if (given.has("help")) return { kind: "help" };
  const [word] = given.words;
  if (word !== undefined)
    problems.push(wrong("no-words", `schema takes no "${word}"`, `schema -o ${word} writes there`));
  if (problems.length > 0) return { kind: "wrong", problems, json: false };
  return { kind: "schema", request: { output: given.last("output") ?? DEFAULT_SCHEMA_DIRECTORY } };
}

/** What was given, by option; a switch has one empty text for each time it was given. */
interface Given<Name extends string> {
  /** What belongs to no option. */
  readonly words: readonly string[];
  has(name: Name): boolean;
  all(name: Name): readonly string[];
  last(name: Name): string | undefined;
}

/** Not strict: so that every mistake is told, in our words, and not only the first. */
function collect<Name extends string>(
  argv: readonly string[],
  table: readonly Option[],
  problems: Problem[],
): Given<Name> {
  const byName = new Map(table.map((option) => [option.name, option]));
  const config = Object.fromEntries(
    [...byName.values()].map(({ name, short, value }) => [
      name,
      { type: value ? ("string" as const) : ("boolean" as const), multiple: true, ...(short && { short }) },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...argv],
    options: config,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const option = byName.get(token.name);
    const problem = option ? valueProblem(option, token) : unknownOption(token, byName.keys());
    if (problem) problems.push(problem);
    else values.set(token.name, [...(values.get(token.name) ?? []), token.value ?? ""]);
  }
  return {
    words,
    has: (name) => values.has(name),
    all: (name) => values.get(name) ?? [],
    last: (name) => values.get(name)?.at(-1),
  };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function valueProblem(option: Option, { rawName, value, inlineValue }: OptionToken): Problem | undefined {
  if (!option.value) {
    if (value === undefined) return undefined;
    return wrong("unexpected-value", `${rawName} takes no value, and got "${value}"`);
  }
  const absent = value === undefined || value === "" || (!inlineValue && /^-./.test(value));
  if (!absent) return undefined;
  const hint = value?.startsWith("-")
    ? `a value that starts with - is given as --${option.name}=VALUE`
    : undefined;
  return wrong("missing-value", `${rawName} needs a value: ${rawName} ${option.value}`, hint);
}

function unknownOption({ name, rawName }: OptionToken, names: Iterable<string>): Problem {
  const hint =
    (Object.hasOwn(notCarried, name) ? notCarried[name] : undefined) ??
    (rawName.startsWith("--") ? didYouMean(name, names) : undefined) ??
    "see --help";
  return wrong("unknown-option", `there is no option ${rawName}`, hint.replace(/"(.*)"/, '"--$1"'));
}

function toOperation(
  operation: string,
  given: Given<OptionName | RollbackOptionName>,
  read: ReadText,
  problems: Problem[],
): Request {
  if (given.words.length > 0)
    problems.push(wrong("no-playbook", `${operation} takes no playbook, and got ${given.words.join(", ")}`));
  const request = toRequest({ ...given, words: [`${operation}.yaml`] }, read, problems);
  const run = parseExtraVars(JSON.stringify({ rollback_run: given.last("run") }), read, problems);
  return { ...request, ownPlaybook: true, extraVars: [...request.extraVars, ...(run ? [run] : [])] };
}

function toRequest(given: Given<OptionName>, read: ReadText, problems: Problem[]): Request {
  // A misspelt option may have swallowed the playbook or left its value behind; one message is enough then.
  if (given.words.length === 0 && problems.length === 0) {
    problems.push(
      wrong("missing-playbook", "name the playbook to run", "chatmail-play site.yaml -i inventory.yaml"),
    );
  }
  if (given.has("exit-code") && !given.has("check")) {
    const hint = "it tells whether --check has found something to change";
    problems.push(wrong("conflicting-options", "--exit-code needs --check", hint));
  }
  const inventories = given.all("inventory");
  return {
    playbooks: given.words,
    inventories: inventories.length > 0 ? inventories : [DEFAULT_INVENTORY],
    ...optional("limit", given.last("limit")),
    tags: commaSeparated(given.all("tags")),
    skipTags: commaSeparated(given.all("skip-tags")),
    ...optional("startAtTask", given.last("start-at-task")),
    extraVars: given.all("extra-vars").flatMap((text) => parseExtraVars(text, read, problems) ?? []),
    check: given.has("check"),
    exitCode: given.has("exit-code"),
    diff: given.has("diff"),
    forceHandlers: given.has("force-handlers"),
    syntaxCheck: given.has("syntax-check"),
    list: LIST_KINDS.filter((kind) => given.has(`list-${kind}`)),
    forks: wholeNumber("forks", given.last("forks"), DEFAULT_FORKS, problems),
    ...optional("user", given.last("user")),
    ...optional("privateKey", given.last("private-key")),
    knownHosts: given.all("known-hosts"),
    acceptNewHostKeys: given.has("accept-new-host-keys"),
    askBecomePass: given.has("ask-become-pass"),
    ...optional("becomePasswordFile", given.last("become-password-file")),
    askVaultPass: given.has("ask-vault-pass"),
    vaultPasswordFiles: given.all("vault-password-file"),
    timeout: wholeNumber("timeout", given.last("timeout"), DEFAULT_TIMEOUT, problems),
    lockTimeout: wholeNumber("lock-timeout", given.last("lock-timeout"), 0, problems),
    json: given.has("json"),
    profile: given.has("profile"),
    verbosity: given.all("verbose").length,
  };
}

function wholeNumber(
  name: OptionName,
  text: string | undefined,
  otherwise: number,
  problems: Problem[],
): number {
  if (text === undefined) return otherwise;
  if (/^[1-9][0-9]{0,5}$/.test(text)) return Number(text);
  problems.push(wrong("bad-number", `--${name} needs a whole number from 1 to 999999, and got "${text}"`));
  return otherwise;
}

function commaSeparated(texts: readonly string[]): string[] {
  const parts = texts.flatMap((text) => text.split(",")).map((part) => part.trim());
  return [...new Set(parts.filter((part) => part !== ""))];
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]?: V });
}

function wrong(code: string, message: string, hint?: string): Problem {
  return { code, message, ...(hint && { hint }) };
}
