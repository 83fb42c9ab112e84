// The runs that a host has kept, newest first: what their journals say.

import { defineFact } from "../facts/fact.ts";
import { quote } from "../transport/quote.ts";
import type { Frame } from "../transport/transport.ts";
import { type Answered, type Entry, placeLine, type RestoreNote, type RunNote } from "./kept.ts";

export interface KeptRun extends RunNote {
  /** In the order of the host; 0 when it does not know. */
  readonly number: number;
  /** What is kept of the run and has not been put back, in the order in which it was kept. */
  readonly entries: readonly Entry[];
  /** What services have answered in it; nothing of roles of which something has been put back. */
  readonly answered: readonly (Entry & Answered)[];
  /** Tasks that changed something, each once, in order: "postfix : Write its configuration". */
  readonly tasks: readonly string[];
  /** Why something has been put back. */
  readonly restored: readonly string[];
  /** It has not come to its end: it was cut off, or is still at work. */
  readonly unfinished: boolean;
}

/** For a directory, or "" for the usual one. */
export const keptRuns = defineFact<string, readonly KeptRun[]>({
  name: "kept-runs",
  script: ([directory = ""]) => `${placeLine(directory, quote)}\n${eachRun("")}`,
  parse: (stdout) => [readRuns(Buffer.from(stdout).toString())],
  subject: () => ({ kind: "machine" }),
  key: (directory) => directory,
});

/** Those that have not come to their end, which are named in a file from their first change on. */
export const unfinishedRuns = defineFact<string, readonly KeptRun[]>({
  name: "unfinished-runs",
  script: ([directory = ""]) => `${placeLine(directory, quote)}
[ ! -e "$d/unfinished" ] || ${eachRun('[ "$u" = "" ] || ')}`,
  parse: (stdout) => [readRuns(Buffer.from(stdout).toString())],
  subject: () => ({ kind: "machine" }),
  key: (directory) => directory,
});

function eachRun(only: string): string {
  return `for f in "$d"/runs/*/journal; do
  u= r=\${f%/journal}
  if grep -qsxF -- "\${r##*/}" "$d/unfinished"; then u='{"unfinished":true}'; fi
  n=$(grep -sx '[0-9]*' "$r/number") || n=0
  [ ! -e "$f" ] || ${only}{ cat -- "$f"; printf '\\n%s\\n{"number":%s}\\0' "$u" "$n"; }
done`;
}

/** Says that runs have come to their end, or that another one has made up for them. */
export function finishFrame(directory: string, runs: readonly string[]): Frame {
  return {
    script: `set -eu
${placeLine(directory, quote)}
[ -e "$d/unfinished" ] || exit 0
umask 077
while read -r run; do
  case $run in ${runs.map(quote).join("|")}) continue ;; esac
  [ ! -d "$d/runs/$run" ] || printf '%s\\n' "$run"
done <"$d/unfinished" >"$d/unfinished.left"
if [ -s "$d/unfinished.left" ]; then mv -f -- "$d/unfinished.left" "$d/unfinished"
else rm -f -- "$d/unfinished" "$d/unfinished.left"; fi`,
  };
}

function readRuns(text: string): KeptRun[] {
  return text
    .split("\0")
    .flatMap((journal) => readRun(journal) ?? [])
    .sort((one, other) => other.number - one.number || (one.at < other.at ? 1 : -1));
}

/** A line that was cut off by a full disk or the end of the host tells nothing, nor does one that is none of ours. */
function readRun(journal: string): KeptRun | undefined {
  const lines = journal.split("\n").flatMap((line): Line[] => parsed(line));
  const note = lines.find(isNote);
  if (!note) return undefined;
  const told = lines.filter(isEntry);
  const all = told.filter(({ kind }) => kind !== "answered");
  const notes = lines.filter(isRestoreNote);
  const back = new Set(notes.flatMap(({ restored }) => restored));
  const undone = new Set(all.flatMap(({ n, role }) => (back.has(n) ? [role] : [])));
  return {
    ...note,
    number: Number(lines.findLast(({ number }) => typeof number === "number")?.number ?? 0),
    entries: all.filter(({ n }) => !back.has(n)),
    answered: told.filter((entry) => entry.kind === "answered" && !undone.has(entry.role)) as (Entry &
      Answered)[],
    tasks: [...new Set(all.map(({ role, task }) => (role === "" ? task : `${role} : ${task}`)))],
    restored: notes.map(({ why }) => why),
    unfinished: lines.some((line) => "unfinished" in line),
  };
}

function parsed(line: string): Line[] {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? [value as Line] : [];
  } catch {
    return [];
  }
}

type Line = Readonly<Record<string, unknown>>;

/** Types of values by their names; those of an entry by its kind. */
const NOTE = { run: "string", at: "string", operator: "string", playbook: "string" };
const ENTRY = { n: "number", role: "string", task: "string" };
const KINDS = new Map<unknown, Readonly<Record<string, string>>>([
  ["path", { path: "string" }],
  ["attributes", { path: "string", uid: "number", gid: "number", mode: "number" }],
  ["unit", { unit: "string", active: "boolean", file: "string", reload: "boolean" }],
  ["other", {}],
  ["answered", { params: "object" }],
]);

const has = (line: Line, types: Readonly<Record<string, string>>): boolean =>
  Object.entries(types).every(([name, type]) => typeof line[name] === type && line[name] !== null);

const isNote = (line: Line): line is Line & RunNote => has(line, NOTE);

function isEntry(line: Line): line is Line & Entry {
  const own = KINDS.get(line.kind);
  return own !== undefined && has(line, { ...ENTRY, ...own });
}

const isRestoreNote = (line: Line): line is Line & RestoreNote =>
  Array.isArray(line.restored) && typeof line.why === "string";
