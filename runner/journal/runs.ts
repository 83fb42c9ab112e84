// The runs that a host has kept, newest first: what their journals say.

import { defineFact } from "../facts/fact.ts";
import { quote } from "../transport/quote.ts";
import { type Entry, placeLine, type RestoreNote, type RunNote } from "./kept.ts";

export interface KeptRun extends RunNote {
  /** What is kept of the run and has not been put back, in the order in which it was kept. */
  readonly entries: readonly Entry[];
  /** Tasks that changed something, each once, in order: "postfix : Write its configuration". */
  readonly tasks: readonly string[];
  /** Why something has been put back. */
  readonly restored: readonly string[];
}

/** For a directory, or "" for the usual one. */
export const keptRuns = defineFact<string, readonly KeptRun[]>({
  name: "kept-runs",
  script: ([directory = ""]) => `${placeLine(directory, quote)}
for f in "$d"/runs/*/journal; do [ ! -e "$f" ] || { cat -- "$f"; printf '\\0'; }; done`,
  parse: (stdout) => [readRuns(Buffer.from(stdout).toString())],
  subject: () => ({ kind: "machine" }),
  key: (directory) => directory,
});

export function readRuns(text: string): KeptRun[] {
  return text
    .split("\0")
    .flatMap((journal) => readRun(journal) ?? [])
    .sort((one, other) => (one.at < other.at ? 1 : -1));
}

/** A line that was cut off by a full disk or the end of the host tells nothing. */
function readRun(journal: string): KeptRun | undefined {
  const lines = journal.split("\n").flatMap((line) => parsed(line) ?? []);
  const note = lines.find((line): line is RunNote => "operator" in line);
  if (!note) return undefined;
  const all = lines.filter((line): line is Entry => "n" in line);
  const notes = lines.filter((line): line is RestoreNote => "restored" in line);
  const back = new Set(notes.flatMap(({ restored }) => restored));
  return {
    ...note,
    entries: all.filter(({ n }) => !back.has(n)),
    tasks: [...new Set(all.map(({ role, task }) => (role === "" ? task : `${role} : ${task}`)))],
    restored: notes.map(({ why }) => why),
  };
}

function parsed(line: string): RunNote | Entry | RestoreNote | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Entry) : undefined;
  } catch {
    return undefined;
  }
}
