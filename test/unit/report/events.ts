// Events for tests, each with only what the test is about spelled out, and a report that collects its text.

import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import type {
  PlayEvent,
  RecapEvent,
  RunEvent,
  StartEvent,
  TaskEvent,
} from "../../../runner/report/events.ts";
import { createReport, type Report, type ReportOptions } from "../../../runner/report/report.ts";

export function startOf(hosts: readonly string[], more: Partial<StartEvent> = {}): StartEvent {
  const fixed = { event: "start", version: 1, playbook: "site.yaml", run: "20260901T101502-1f3a" } as const;
  return { ...fixed, check: false, diff: false, hosts, ...more };
}

export function playOf(hosts: readonly string[], play = "relays"): PlayEvent {
  return { event: "play", play, hosts };
}

/** A task at a line of one file; tasks with the same name stand on the same line unless told otherwise. */
export function taskOf(host: string, task: string, more: Partial<TaskEvent> = {}): TaskEvent {
  const at = "roles/nginx/tasks/main.yaml:12:3";
  const fixed = { event: "task", play: "relays", kind: "task", module: "copy", ms: 4 } as const;
  return { ...fixed, host, task, status: "ok", at, ...more };
}

export function recapOf(host: string, more: Partial<RecapEvent> = {}): RecapEvent {
  const counts = { ok: 1, changed: 0, skipped: 0, failed: 0, ignored: 0, rescued: 0, unreachable: 0 };
  return { event: "recap", host, ...counts, roundTrips: 1, ms: 812, ...more };
}

export interface Collected extends Report {
  text(): string;
}

export function collect(more: Partial<ReportOptions> = {}): Collected {
  let text = "";
  const report = createReport({
    format: "text",
    write: (part) => {
      text += part;
    },
    columns: () => 60,
    color: false,
    live: false,
    verbosity: 0,
    showDiff: false,
    textOf: () => undefined,
    now: () => 0,
    ...more,
  });
  return { ...report, text: () => text };
}

export function textOf(events: readonly RunEvent[], more: Partial<ReportOptions> = {}): string {
  const report = collect(more);
  for (const event of events) report.emit(event);
  return report.text();
}

/** The lines below the task's heading. */
export function linesOf(more: Partial<TaskEvent>, options: Partial<ReportOptions> = {}): string {
  const text = textOf([startOf(["h"]), playOf(["h"]), taskOf("h", "t", more)], options);
  const [heading, ...below] = text.split("\n").slice(2);
  assert.match(stripVTControlCharacters(heading ?? ""), /^(TASK|RUNNING HANDLER) \[t\]( \*+)?$/);
  return below.join("\n");
}
