// What one host says of one task: `changed: [h]`, its items, its diff; for a failure, why and where.

import type { TextOf } from "../source/render.ts";
import { diffLines } from "./diff.ts";
import { duration } from "./duration.ts";
import type { ErrorEvent, ItemResult, Status, TaskEvent } from "./events.ts";
import type { Ink, Paint } from "./paint.ts";
import { plural } from "./plural.ts";
import { excerptLines } from "./problem-lines.ts";
import { failureLines, paramLines, type Result, resultLines } from "./result.ts";
import { visible, visibleLines, visibleName } from "./visible.ts";

export interface HostLook {
  readonly paint: Paint;
  /** 1: results and reasons of skipping; 2: also how long each took. */
  readonly verbosity: number;
  readonly showDiff: boolean;
  /** For excerpts. */
  readonly textOf: TextOf;
}

export const statusInk: Readonly<Record<Status, Ink>> = {
  ok: "ok",
  changed: "changed",
  skipped: "skipped",
  failed: "bad",
  ignored: "bad",
  unreachable: "bad",
};

const INDENT = "    ";

/** Nothing was done and nothing is to be said: the host may be told in a word. */
export function isQuiet(event: TaskEvent, look: HostLook): boolean {
  if (look.verbosity > 0) return false;
  const unchanged = event.status === "ok" || event.status === "skipped";
  const diff = look.showDiff && (event.diff?.length ?? 0) > 0;
  const items = (event.items ?? []).some((item) => isWorthSaying(event, item.status, item.message, look));
  return unchanged && !diff && !items && !says(event) && messageOf(event, look) === undefined;
}

export function hostLines(event: TaskEvent, look: HostLook): string[] {
  if (isPrinted(event)) return visibleLines(event.message ?? "");
  const items = itemsOf(event).flatMap((item) => itemLines(event, item, look));
  const own = items.length === 0 || isBad(event.status) ? ownLines(event, look) : [];
  const diff = look.showDiff ? (event.diff ?? []).flatMap((each) => diffLines(each, look.paint)) : [];
  return [...items, ...own, ...diff];
}

/** An error that belongs to a host, such as a connection that cannot be made. */
export function hostErrorLines(event: ErrorEvent & { readonly host: string }, look: HostLook): string[] {
  const { host, phase, message, hint, at } = event;
  const head = `fatal: [${visibleName(host)}]: ${phase === "connect" ? "UNREACHABLE!" : "FAILED!"}`;
  const lines = withMessage(head, message, (line) => look.paint("bad", line));
  if (hint !== undefined) lines.push(...visibleLines(hint).map((line) => INDENT + line));
  if (at !== undefined) lines.push(placeLine(at, look), ...excerptLines(event, look.textOf));
  return lines;
}

function ownLines(event: TaskEvent, look: HostLook): string[] {
  const { paint, verbosity } = look;
  const { status, at, ms, items, result } = event;
  const time = verbosity > 1 ? ` (${duration(ms)})` : "";
  const message = messageOf(event, look);
  const lines = withMessage(`${statusWord(event)}${time}`, message, (line) => paint(statusInk[status], line));
  // What a loop returned is told item by item.
  if (!items?.length) lines.push(...detailLines(event, { status, message, result }, look));
  if (isBad(status)) lines.push(placeLine(at, look), ...givenLines(event, event.params, look));
  if (status === "ignored") lines.push(paint("skipped", "...ignoring"));
  return lines;
}

/** With -v what was returned; without it what a failed program said, or the value that debug shows. */
function detailLines(
  event: TaskEvent,
  { status, message, result }: { status: Status; message: string | undefined; result: Result | undefined },
  { verbosity }: HostLook,
): string[] {
  if (!result) return [];
  const all = verbosity > 0 || (says(event) && message === undefined);
  const failed = isBad(status) ? failureLines(result, message ?? "") : [];
  return (all ? resultLines(result, message) : failed).map((line) => INDENT + line);
}

function placeLine(at: string, { paint }: HostLook): string {
  return paint("dim", `${INDENT}at ${visible(at)}`);
}

/** What a failed task was given. */
function givenLines({ module }: TaskEvent, params: Result | undefined, { paint }: HostLook): string[] {
  if (params === undefined) return [];
  return paramLines(visibleName(module), params).map((line) => paint("dim", INDENT + line));
}

type Item = ItemResult & { readonly result?: Result };

/** Items, each with its part of what the loop returned. */
function itemsOf({ items = [], result }: TaskEvent): Item[] {
  const results = result?.results;
  if (!Array.isArray(results) || results.length !== items.length) return [...items];
  return items.map((item, index) => ({ ...item, result: results[index] }));
}

function itemLines(
  event: TaskEvent,
  { item, status, message, result, params }: Item,
  look: HostLook,
): string[] {
  const host = visibleName(event.host);
  const name = `(item=${visibleName(item)})`;
  const shown = isBad(status) || isWorthSaying(event, status, message, look) ? message : undefined;
  const head = isBad(status) ? `failed: [${host}] ${name}` : `${itemWords[status]}: [${host}] => ${name}`;
  const lines = withMessage(head, shown, (line) => look.paint(statusInk[status], line));
  const details = detailLines(event, { status, message: shown, result }, look);
  return [...lines, ...details, ...(isBad(status) ? givenLines(event, params, look) : [])];
}

const itemWords: Readonly<Record<Status, string>> = {
  ok: "ok",
  changed: "changed",
  skipped: "skipping",
  failed: "failed",
  ignored: "failed",
  unreachable: "failed",
};

function statusWord({ status, host }: TaskEvent): string {
  const name = visibleName(host);
  switch (status) {
    case "ok":
    case "changed":
      return `${status}: [${name}]`;
    case "skipped":
      return `skipping: [${name}]`;
    case "failed":
    case "ignored":
      return `fatal: [${name}]: FAILED!`;
    case "unreachable":
      return `fatal: [${name}]: UNREACHABLE!`;
  }
}

/** A message of one line goes on after the status; a longer one stands below, set off from what is ours. */
function withMessage(head: string, message: string | undefined, color: (line: string) => string): string[] {
  const lines = message === undefined ? [] : visibleLines(message);
  if (lines.length === 0 || (lines.length === 1 && lines[0] === "")) return [color(head)];
  if (lines.length === 1) return [color(`${head} => ${lines[0]}`)];
  return [`${head} =>`, ...lines.map((line) => INDENT + line)].map(color);
}

/** The message, where it is to be shown. */
function messageOf(event: TaskEvent, look: HostLook): string | undefined {
  const { status, items, message } = event;
  if (isBad(status)) return failureMessage(event);
  // With a loop, each item has its own.
  return isWorthSaying(event, status, message, look) && !items?.length ? message : undefined;
}

/** What changed, what debug and a rollback say, and what check mode cannot foresee; with -v also why something was skipped. */
function isWorthSaying(
  event: TaskEvent,
  status: Status,
  message: string | undefined,
  { verbosity }: HostLook,
): boolean {
  return status === "changed" || says(event) || isOfCheckMode(status, message) || verbosity > 0;
}

/** "check mode: would run systemctl restart nginx" */
function isOfCheckMode(status: Status, message: string | undefined): boolean {
  return status === "skipped" && (message?.startsWith("check mode: ") ?? false);
}

function failureMessage({ message, items = [] }: TaskEvent): string | undefined {
  const failed = items.filter((item) => isBad(item.status)).length;
  return failed === 0 ? message : `${failed} of ${plural(items.length, "item")} failed`;
}

/** Tasks that are there to say something. */
function says({ module, status }: TaskEvent): boolean {
  return SAYING.has(module.replace(/^.*\./, "")) && status === "ok";
}

const SAYING: ReadonlySet<string> = new Set(["debug", "print", "rollback"]);

/** A text to be copied stands as it is. */
function isPrinted({ module, status, items }: TaskEvent): boolean {
  return module === "print" && status === "ok" && !items?.length;
}

function isBad(status: Status): boolean {
  return status === "failed" || status === "ignored" || status === "unreachable";
}
