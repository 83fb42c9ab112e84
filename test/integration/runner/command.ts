// The command as users type it, in a process group of its own, so that a test can interrupt or kill all of it.
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const REPO = fileURLToPath(new URL("../../..", import.meta.url));

/** The keys of an event that these tests look at; see the documentation of --json. */
export interface RunEvent {
  readonly event: string;
  readonly role?: string;
  readonly task?: string;
  readonly module?: string;
  readonly kind?: string;
  readonly status?: string;
  readonly message?: string;
  readonly hint?: string;
  readonly phase?: string;
  readonly roundTrips?: number;
  readonly items?: readonly { readonly item: string; readonly status: string; readonly message?: string }[];
  readonly diff?: readonly { readonly path: string; readonly before: string; readonly after: string }[];
}

export interface Ended {
  /** What a shell has in $?: 128 and the number of the signal when one ended it. npx ends by the one it got. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly events: readonly RunEvent[];
  /** Names of tasks and handlers that report a change. */
  readonly changed: readonly string[];
  readonly ms: number;
  /** For the message of a failed assertion. */
  readonly trouble: string;
}

export interface Running {
  readonly ended: Promise<Ended>;
  /** Settles when an event of that task has been printed, or the run has ended. */
  saw(task: string): Promise<void>;
  /** Settles when so many tasks have been told, or the run has ended. */
  passed(tasks: number): Promise<void>;
  signal(name: NodeJS.Signals): void;
}

/** Starts `npx chatmail-play` with --json. */
export function start(args: readonly string[], directory = REPO): Running {
  const since = performance.now();
  const command = ["chatmail-play", ...args, "--json"];
  const child = spawn("npx", ["--prefix", REPO, ...command], {
    cwd: directory,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  const listeners = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    for (const listener of listeners) listener();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => {
      const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
      resolve(outcome(exitCode, stdout, stderr, performance.now() - since));
    });
  });
  const until = (holds: (events: readonly RunEvent[]) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = () => {
        if (!holds(eventsOf(stdout))) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
      ended.then(() => resolve());
    });
  return {
    ended,
    saw: (task) => until((events) => events.some((event) => event.task === task)),
    passed: (tasks) => until((events) => events.filter(({ event }) => event === "task").length >= tasks),
    signal: (name) => signalGroup(child, name),
  };
}

export const play = (args: readonly string[], directory?: string): Promise<Ended> =>
  start(args, directory).ended;

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    process.kill(-(pid as number), name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function outcome(exitCode: number, stdout: string, stderr: string, ms: number): Ended {
  const events = eventsOf(stdout);
  const bad = events.filter(
    ({ event, status }) => event === "error" || status === "failed" || status === "unreachable",
  );
  return {
    exitCode,
    stdout,
    stderr,
    events,
    changed: events.flatMap(({ task, status }) => (task && status === "changed" ? [task] : [])),
    ms,
    trouble: `exit code ${exitCode}\n${bad.map((event) => JSON.stringify(event)).join("\n")}\n${stderr}`,
  };
}

/** The last line of a run that was killed may be cut off. */
function eventsOf(stdout: string): RunEvent[] {
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as RunEvent);
}
