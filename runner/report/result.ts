// What a module returned, laid out for reading: one line per key, texts of several lines as they are.

import { visible, visibleLines, visibleName } from "./visible.ts";

export type Result = Readonly<Record<string, unknown>>;

/** Of a failed command, the end says why; the rest is there with -v. */
const LAST_LINES = 20;

/** What the status says already, and what loops add to each item. */
const KNOWN: ReadonlySet<string> = new Set(["changed", "failed", "skipped", "item", "ansible_loop_var"]);

/** All of it, for -v, but for what has been told. */
export function resultLines(result: Result, message: string | undefined): string[] {
  const keys = Object.keys(result).filter(
    (key) => !KNOWN.has(key) && !isCopy(key, result) && !(key === "msg" && result.msg === message),
  );
  return keys.flatMap((key) => valueLines(visibleName(key), result[key]));
}

/** What a failed program said and is not in the message yet. */
export function failureLines(result: Result, message: string): string[] {
  const lines: string[] = [];
  if (typeof result.rc === "number") lines.push(`rc: ${result.rc}`);
  for (const key of ["stdout", "stderr"]) {
    const text = result[key];
    if (typeof text !== "string" || text.trim() === "" || message.includes(text.trim())) continue;
    lines.push(...valueLines(key, text, LAST_LINES));
  }
  return lines;
}

/** Of a long parameter, the beginning tells which one it is. */
const MAX_PARAM = 100;

/** What a task was given: a line for each parameter. */
export function paramLines(module: string, params: Result): string[] {
  const lines = Object.entries(params).map(([name, value]) => `    ${visibleName(name)}: ${shortly(value)}`);
  return [`${module}:`, ...lines];
}

function shortly(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  const line = visible(text.trimEnd());
  return line.length > MAX_PARAM ? `${line.slice(0, MAX_PARAM)}... (${text.length} characters)` : line;
}

/** `stdout_lines` beside `stdout` says nothing new. */
function isCopy(key: string, result: Result): boolean {
  return key.endsWith("_lines") && typeof result[key.slice(0, -"_lines".length)] === "string";
}

function valueLines(key: string, value: unknown, limit = Number.POSITIVE_INFINITY): string[] {
  if (typeof value !== "string") return jsonLines(key, value);
  if (value === "") return [`${key}: ""`];
  const lines = visibleLines(value);
  if (lines.length === 1) return [`${key}: ${lines[0]}`];
  const hidden = lines.length - limit;
  const note = hidden > 0 ? [`    (${hidden} earlier ${hidden === 1 ? "line" : "lines"}: see -v)`] : [];
  return [`${key}:`, ...note, ...lines.slice(Math.max(0, hidden)).map((line) => `    ${line}`)];
}

/** On one line when that is short. */
function jsonLines(key: string, value: unknown): string[] {
  const short = JSON.stringify(value) ?? String(value);
  const text = short.length <= 60 ? short : (JSON.stringify(value, null, 2) ?? short);
  const [first, ...others] = visibleLines(text);
  return [`${key}: ${first}`, ...others];
}
