// The command line from argv to exit code: parse, load, then list or run, and report.

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { resolve } from "node:path";
import { run as runPlays } from "../engine/run.ts";
import type { Emit, RunEvent, TaskEvent } from "../report/events.ts";
import { colored, plain } from "../report/paint.ts";
import { profileOf } from "../report/profile.ts";
import { createReport, type Report } from "../report/report.ts";
import { terminalOf } from "../report/terminal.ts";
import { formatPlace, type Problem, Problems } from "../source/problem.ts";
import { sortProblems } from "../source/render.ts";
import { Sources } from "../source/sources.ts";
import { connect } from "../transport/index.ts";
import { doc } from "./doc.ts";
import { helpText } from "./help.ts";
import { init } from "./init.ts";
import { listPlay } from "./list.ts";
import { type Loaded, load } from "./load.ts";
import { type Parsed, parseOptions, type Request } from "./options.ts";
import { writeSchemas } from "./schema.ts";

export interface Terminal {
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
  /** Where relative names of files begin. */
  readonly directory: string;
  /** Where this program is. */
  readonly home?: string;
  /** Aborted at the first Ctrl-C: the steps in hand are finished, and nothing after them is begun. */
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks of the line that shows progress. */
const TICK = 120;

/** The exit code of --check --exit-code when a run would change something. */
const WOULD_CHANGE = 3;

/** The exit code: see --help. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { out, version, directory } = terminal;
  const parsed = parseOptions(argv, (path) => readFileSync(resolve(directory, path), "utf8"));
  if (parsed.kind === "help") out.write(helpText(out.columns || 80));
  if (parsed.kind === "version") out.write(`${version}\n`);
  if (parsed.kind === "help" || parsed.kind === "version") return 0;
  const sources = new Sources(directory);
  const look = parsed.kind === "run" ? parsed.request : { json: parsed.kind === "wrong" && parsed.json };
  const report = reportTo(terminal, look, sources);
  const since = Date.now();
  const ticking = setInterval(() => report.tick(), TICK);
  let exitCode: number;
  try {
    if (parsed.kind === "wrong") throw new Problems(parsed.problems);
    if (parsed.kind !== "run") {
      out.write(answer(parsed, terminal, sources));
      return 0;
    }
    exitCode = await runRequest(
      parsed.request,
      load(parsed.request, directory, sources),
      sources,
      report,
      terminal.signal,
    );
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    tell(error.list, report.emit);
    exitCode = 1;
  } finally {
    clearInterval(ticking);
    report.close();
  }
  report.emit({ event: "end", exitCode, ms: Date.now() - since });
  return exitCode;
}

/** What the commands print that run nothing. Throws Problems. */
function answer(
  parsed: Extract<Parsed, { kind: "init" | "doc" | "schema" }>,
  { out, env, directory, home }: Terminal,
  sources: Sources,
): string {
  const directories = [directory, ...(home ? [home] : [])];
  const { color, columns } = terminalOf(out, env);
  switch (parsed.kind) {
    case "init":
      return init(parsed.request, { directory, home }, sources);
    case "doc":
      return doc(parsed.request, { directories, look: { columns, paint: color ? colored : plain } }, sources);
    case "schema":
      return writeSchemas(parsed.request, { directory, directories }, sources);
  }
}

async function runRequest(
  request: Request,
  loaded: Loaded,
  sources: Sources,
  { emit, watch }: Report,
  signal: AbortSignal,
): Promise<number> {
  const { tags, skipTags, check, diff, user, privateKey, knownHosts, timeout } = request;
  const filter = { tags, skipTags };
  tell(loaded.warnings, emit);
  const hosts = [...new Set(loaded.plays.flatMap((each) => each.hosts.map(({ name }) => name)))];
  const playbook = request.playbooks.join(" ");
  const run = runName(new Date());
  emit({ event: "start", version: 1, playbook, check, diff, hosts, run });
  if (request.list) {
    for (const { play, hosts } of loaded.plays) emit(listPlay(play, hosts, filter));
    return 0;
  }
  if (request.syntaxCheck) return 0;
  const connection = {
    ...(user ? { user } : {}),
    ...(privateKey ? { privateKey } : {}),
    knownHosts,
    timeout: timeout * 1000,
  };
  const { forks, lockTimeout } = request;
  const tasks: TaskEvent[] = [];
  let changed = 0;
  const seen = (event: RunEvent): void => {
    if (event.event === "task" && request.profile) tasks.push(event);
    if (event.event === "recap") changed += event.changed;
    emit(event);
  };
  const code = await runPlays({
    ...loaded,
    sources,
    tags: filter,
    check,
    diff,
    forks,
    connection,
    connect,
    holder: { run, operator: `${userInfo().username}@${hostname()}` },
    lockTimeout,
    emit: seen,
    watch,
    signal,
  });
  if (request.profile) emit(profileOf(tasks));
  if (signal.aborted) return 130;
  return code === 0 && request.exitCode && changed > 0 ? WOULD_CHANGE : code;
}

function tell(problems: readonly Problem[], emit: Emit): void {
  for (const { message, at, hint } of sortProblems(problems)) {
    emit({
      event: "error",
      phase: "load",
      message,
      ...(at ? { at: formatPlace(at) } : {}),
      ...(hint ? { hint } : {}),
    });
  }
}

/** Sorts by time, and two of the same second differ. */
function runName(now: Date): string {
  const time = now.toISOString().replace(/[-:]/g, "").slice(0, 15);
  return `${time}-${randomBytes(2).toString("hex")}`;
}

function reportTo(
  { out, err, env }: Terminal,
  { json, verbosity = 0, diff = false, list }: Partial<Request>,
  sources: Sources,
): Report {
  const [output, errors] = [terminalOf(out, env), terminalOf(err, env)];
  return createReport({
    format: json ? "json" : "text",
    write: (text) => out.write(text),
    ...(json ? {} : { writeProblem: (text: string) => err.write(text) }),
    columns: () => terminalOf(out, env).columns,
    color: output.color,
    problemColor: errors.color,
    live: output.live && !json,
    verbosity,
    showDiff: diff,
    ...(list ? { list } : {}),
    textOf: (file) => sources.textOf(file),
    now: () => Date.now(),
  });
}
