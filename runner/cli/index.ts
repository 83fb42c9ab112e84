// The command line from argv to exit code: parse, load, then list or run, and report.

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { resolve } from "node:path";
import { run as runPlays } from "../engine/run.ts";
import type { Emit, RunEvent, TaskEvent } from "../report/events.ts";
import { masked } from "../report/masked.ts";
import { colored, plain } from "../report/paint.ts";
import { profileOf } from "../report/profile.ts";
import { createReport, type Report } from "../report/report.ts";
import { terminalOf } from "../report/terminal.ts";
import { Secrets } from "../secrets/secrets.ts";
import { Vault } from "../secrets/vault.ts";
import { formatPlace, type Problem, Problems } from "../source/problem.ts";
import { sortProblems } from "../source/render.ts";
import { Sources } from "../source/sources.ts";
import { type Ask, connect } from "../transport/index.ts";
import { doc } from "./doc.ts";
import { COMMAND_LINE } from "./extra-vars.ts";
import { helpText } from "./help.ts";
import { init } from "./init.ts";
import { listPlay } from "./list.ts";
import { type Loaded, load } from "./load.ts";
import { type Parsed, parseOptions, type Request } from "./options.ts";
import { becomePassword, giveVaultPasswords } from "./passwords.ts";
import { runNote } from "./run-note.ts";
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
  /** Nothing when nobody can answer. */
  readonly ask?: Ask | undefined;
}

/** Milliseconds between two looks of the line that shows progress. */
const TICK = 120;

/** The exit code of --check --exit-code when a run would change something. */
const WOULD_CHANGE = 3;

/** The exit code: see --help. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { out, version, directory } = terminal;
  const secrets = new Secrets();
  const vault = new Vault(secrets);
  const sources = new Sources(directory, vault);
  const parsed = parseOptions(argv, (path) => {
    const text = readFileSync(resolve(directory, path), "utf8");
    sources.remember({ file: path, text });
    return text;
  });
  if (parsed.kind === "help") out.write(helpText(out.columns || 80));
  if (parsed.kind === "version") out.write(`${version}\n`);
  if (parsed.kind === "help" || parsed.kind === "version") return 0;
  if (parsed.kind === "run") rememberExtraVars(parsed.request, sources);
  const look = parsed.kind === "run" ? parsed.request : { json: parsed.kind === "wrong" && parsed.json };
  const report = masked(reportTo(terminal, look, sources, secrets), secrets);
  const since = Date.now();
  const ticking = setInterval(() => report.tick(), TICK);
  let exitCode: number;
  try {
    if (parsed.kind === "wrong") throw new Problems(parsed.problems);
    if (parsed.kind !== "run") {
      out.write(answer(parsed, terminal, sources));
      return 0;
    }
    const request = located(parsed.request, terminal);
    const { ask: askThere, env, signal } = terminal;
    const ask: Ask | undefined = askThere && ((question) => report.aside(() => askThere(question)));
    const around = { directory, env, ask };
    await giveVaultPasswords(request, vault, around);
    const loaded = load(request, directory, sources, secrets);
    const password = await becomePassword(request, secrets, around);
    exitCode = await runRequest(request, { loaded, sources, report, signal, ask, password });
  } catch (error) {
    if (!(error instanceof Problems)) throw withoutSecrets(error, secrets);
    tell(error.list, report.emit);
    exitCode = terminal.signal.aborted ? 130 : 1;
  } finally {
    clearInterval(ticking);
    report.close();
  }
  report.emit({ event: "end", exitCode, ms: Date.now() - since });
  return exitCode;
}

/** For excerpts. Of several on one command line a place does not say which one is meant. */
function rememberExtraVars({ extraVars }: Request, sources: Sources): void {
  const [only, ...others] = extraVars.filter(({ node }) => node.at.file === COMMAND_LINE);
  if (!only || others.length > 0) return;
  sources.remember({ file: COMMAND_LINE, text: only.origin.slice(`${COMMAND_LINE} `.length) });
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

/** Playbooks of the runner's own are where the runner is. */
function located(request: Request, { home, directory }: Terminal): Request {
  if (!request.ownPlaybook) return request;
  return {
    ...request,
    playbooks: request.playbooks.map((name) => resolve(home ?? directory, "playbooks", name)),
  };
}

/** A mistake of our own is printed where it came from, with all that it says. */
function withoutSecrets(error: unknown, secrets: Secrets): unknown {
  if (error instanceof Error && error.stack !== undefined) error.stack = secrets.mask(error.stack);
  return error;
}

interface Prepared {
  readonly loaded: Loaded;
  readonly sources: Sources;
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly ask: Ask | undefined;
  /** For sudo. */
  readonly password: string | undefined;
}

async function runRequest(
  request: Request,
  { loaded, sources, report, signal, ask, password }: Prepared,
): Promise<number> {
  const { emit, watch } = report;
  const { tags, skipTags, check, diff, user, privateKey, knownHosts, acceptNewHostKeys, timeout } = request;
  const filter = { tags, skipTags };
  tell(loaded.warnings, emit);
  const hosts = [...new Set(loaded.plays.flatMap((each) => each.hosts.map(({ name }) => name)))];
  const playbook = request.playbooks.join(" ");
  const now = new Date();
  const run = runName(now);
  const operator = `${userInfo().username}@${hostname()}`;
  emit({ event: "start", version: 1, playbook, check, diff, hosts, run });
  if (request.syntaxCheck) return 0;
  if (request.list.length > 0) {
    for (const { play, hosts } of loaded.plays) emit(listPlay(play, hosts, filter));
    return 0;
  }
  const connection = {
    ...(user ? { user } : {}),
    ...(privateKey ? { privateKey } : {}),
    ...(password === undefined ? {} : { becomePassword: password }),
    ...(ask ? { ask } : {}),
    acceptNewHostKeys,
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
    limit: request.limit,
    ...(request.startAtTask === undefined ? {} : { startAt: request.startAtTask }),
    forceHandlers: request.forceHandlers,
    check,
    diff,
    verbosity: request.verbosity,
    forks,
    connection,
    connect,
    holder: { run, operator },
    note: runNote({ run, at: now.toISOString(), operator, playbook }, loaded.plays[0]?.play.directory ?? "."),
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
  secrets: Secrets,
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
    ...(list && list.length > 0 ? { list } : {}),
    textOf(file) {
      const text = sources.textOf(file);
      return text && secrets.mask(text);
    },
    now: () => Date.now(),
  });
}
