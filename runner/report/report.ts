// The report of a run: text for people or lines of JSON for programs, both made from the same events. Does no
// input or output but through the writers it is given, and looks at no clock but the one it is given.

import type { TextOf } from "../source/render.ts";
import type { Doing, Emit, RunEvent, Watch } from "./events.ts";
import { taskLabel } from "./heading.ts";
import { jsonLine } from "./json.ts";
import type { ListKind } from "./list.ts";
import { colored, plain } from "./paint.ts";
import { createScreen, type Write } from "./screen.ts";
import { type Progress, statusLine } from "./status-line.ts";
import { createTextReport } from "./text.ts";

export interface ReportOptions {
  readonly format: "text" | "json";
  readonly write: Write;
  /** For errors that belong to no host, in text; by default the same as `write`. */
  readonly writeProblem?: Write;
  /** Asked again each time, since a window can be resized. */
  readonly columns: () => number;
  readonly color: boolean;
  /** By default the same as `color`. */
  readonly problemColor?: boolean;
  /** A terminal that can show a line that changes: call `tick` a few times a second. */
  readonly live: boolean;
  readonly verbosity: number;
  readonly showDiff: boolean;
  /** What list events are asked for. */
  readonly list?: readonly ListKind[];
  /** For the excerpts of errors. */
  readonly textOf: TextOf;
  /** Milliseconds, from anywhere. */
  readonly now: () => number;
}

export interface Report {
  readonly emit: Emit;
  readonly watch: Watch;
  /** Redraws the line that shows progress. */
  tick(): void;
  /** Keeps that line away while something else, such as a question, stands on the terminal. */
  aside<Outcome>(work: () => Promise<Outcome>): Promise<Outcome>;
  /** Removes that line. Call it however the run ends. */
  close(): void;
}

export function createReport(options: ReportOptions): Report {
  return options.format === "json" ? jsonReport(options) : textReport(options);
}

function jsonReport(options: ReportOptions): Report {
  const nothing = (): void => {};
  return {
    emit: (event) => options.write(jsonLine(event, options)),
    watch: nothing,
    tick: nothing,
    aside: (work) => work(),
    close: nothing,
  };
}

function textReport(options: ReportOptions): Report {
  const { write, now, columns, live } = options;
  const screen = createScreen(write, live);
  const problems = options.writeProblem ? createScreen(options.writeProblem, false) : screen;
  const text = createTextReport({
    ...options,
    screen,
    problems,
    paint: options.color ? colored : plain,
    problemPaint: (options.problemColor ?? options.color) ? colored : plain,
    list: options.list ?? ["tasks"],
  });
  const started = now();
  const doing = new Map<string, { label: string; since: number }>();
  let hosts = 0;
  let changed = 0;
  let failed = 0;
  let running = false;
  let asides = 0;

  function watch(event: Doing): void {
    if (event.task === undefined) {
      doing.delete(event.host);
      text.leave(event.host);
    } else doing.set(event.host, { label: taskLabel({ ...event, task: event.task }), since: now() });
  }

  function count(event: RunEvent): void {
    if (event.event === "start") hosts = event.hosts.length;
    if (event.event === "play") running = true;
    if (event.event === "recap") doing.delete(event.host);
    if (event.event === "end") running = false;
    if (event.event !== "task") return;
    if (event.status === "changed") changed++;
    if (event.status === "failed") failed++;
    if (event.status === "failed" || event.status === "unreachable") doing.delete(event.host);
    // Until it is known what the host is at next, it shows what it did last.
    else doing.set(event.host, { label: `after ${taskLabel(event)}`, since: now() });
  }

  function progress(): Progress {
    const behind = text.behind();
    const others = [...doing.keys()].filter((host) => !behind.includes(host));
    const active = [...behind, ...others].map((host) => {
      const { label, since } = doing.get(host) ?? { label: "starting", since: now() };
      return { host, label, ms: now() - since };
    });
    return { ms: now() - started, changed, failed, hosts, behind: behind.length, active };
  }

  return {
    emit(event) {
      count(event);
      text.emit(event);
    },
    watch,
    tick() {
      if (!live || !running || asides > 0) return;
      screen.show(statusLine(progress(), columns()));
    },
    async aside(work) {
      asides++;
      screen.clear();
      try {
        return await work();
      } finally {
        asides--;
      }
    },
    close: () => screen.clear(),
  };
}
