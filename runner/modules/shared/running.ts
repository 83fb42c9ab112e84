// What command and shell share: when to run, the script around the program, and what its reply means.

import { type Fact, foresee, globExists, joinPath, type State } from "../../facts/index.ts";
import { quote, splitHome } from "../../transport/quote.ts";
import type { Reply } from "../../transport/transport.ts";
import type { Plan, Result } from "../module.ts";
import { moments } from "./moments.ts";
import { encode } from "./text.ts";

export const RUNNING = {
  chdir: {
    type: "string",
    minLength: 1,
    pattern: "^[^\\u0000]*$",
    description: "The directory to run it in.",
  },
  creates: {
    type: "string",
    minLength: 1,
    pattern: "^[^\\u0000]*$",
    description: "A path or pattern; when something matches, the command is not run.",
  },
  removes: {
    type: "string",
    minLength: 1,
    pattern: "^[^\\u0000]*$",
    description: "A path or pattern; when nothing matches, the command is not run.",
  },
  stdin: { type: ["string", "number", "boolean"], description: "What it reads on standard input." },
  stdin_add_newline: { type: "boolean", default: true, description: "Whether a line end follows stdin." },
  strip_empty_ends: {
    type: "boolean",
    default: true,
    description: "Whether line ends at the end of the output are dropped.",
  },
} as const;

interface Guarded {
  readonly chdir?: string | undefined;
  readonly creates?: string | undefined;
  readonly removes?: string | undefined;
}

export interface Running extends Guarded {
  readonly stdin?: unknown;
  readonly stdin_add_newline: boolean;
  readonly strip_empty_ends: boolean;
}

export function runningFacts({ creates, removes, chdir }: Guarded): Fact<boolean>[] {
  return [creates, removes].flatMap((pattern) => (pattern === undefined ? [] : [guard(pattern, chdir)]));
}

function guard(pattern: string, chdir: string | undefined): Fact<boolean> {
  return globExists(chdir === undefined || splitHome(pattern)[0] ? pattern : joinPath(chdir, pattern));
}

export interface Program {
  /** For the summary and the result, as Ansible gives it: text for shell, words for command. */
  readonly cmd: string | readonly string[];
  /** Shell that becomes the program. */
  readonly script: string;
  /** The program when it must exist: `command` says itself that it does not. */
  readonly program?: string;
}

export function planRun(params: Running, { cmd, script, program }: Program, state: State): Plan {
  const { creates, removes, chdir } = params;
  const skipped = (why: string): Plan => ({
    kind: "changes",
    changes: [],
    result: {
      cmd,
      rc: 0,
      stdout: `skipped, since ${why}`,
      stdout_lines: [`skipped, since ${why}`],
      stderr: "",
      stderr_lines: [],
      start: null,
      end: null,
      delta: null,
      msg: `Did not run command since ${why.replace(/^(.*) (exists|does not exist)$/, "'$1' $2")}`,
    },
  });
  const uncertain = runningFacts(params).some((fact) =>
    state.get(fact) ? state.mayGo(fact) : !state.certain(fact),
  );
  if (!uncertain) {
    if (creates !== undefined && state.get(guard(creates, chdir))) return skipped(`${creates} exists`);
    if (removes !== undefined && !state.get(guard(removes, chdir)))
      return skipped(`${removes} does not exist`);
  }
  const shown = typeof cmd === "string" ? cmd : cmd.map(quote).join(" ");
  return {
    kind: "run",
    summary: `${uncertain ? "may run (that depends on packages or commands before it)" : "run"} ${shown}`,
    script: [
      LOCALE,
      ...(chdir === undefined ? [] : [changeDirectory(chdir)]),
      ...(program === undefined ? [] : [findProgram(program)]),
      script,
    ].join("\n"),
    ...(params.stdin === undefined
      ? {}
      : { input: encode(`${params.stdin}${params.stdin_add_newline ? "\n" : ""}`) }),
    touches: "everything",
    // What has run to create something has created it, and seldom takes away what others ask for.
    ...(removes === undefined ? { brings: "files" } : {}),
    after: creates === undefined ? [] : [foresee(guard(creates, chdir), true)],
    inCheckMode: creates === undefined && removes === undefined ? "skip" : "changed",
    interpret: (reply) => interpret(reply, { cmd, program, chdir, strip: params.strip_empty_ends }),
  };
}

/** As in Ansible, programs read and write UTF-8, unless the task's environment says otherwise. */
const LOCALE = '[ "$LC_ALL" != C ] || export LC_ALL=C.UTF-8 LANG=C.UTF-8';

const noDirectoryText = (directory: string) =>
  `Unable to change directory before execution: there is no directory ${directory}`;

function changeDirectory(directory: string): string {
  const [home, rest] = splitHome(directory);
  const path = home || rest.startsWith("/") ? rest : `./${rest}`;
  return `cd -- ${home}${path && quote(path)} 2>/dev/null || { printf '%s\\n' ${quote(noDirectoryText(directory))} >&2; exit 1; }`;
}

const missingText = (program: string) => `[Errno 2] No such file or directory: ${program}`;
const deniedText = (program: string) => `[Errno 13] Permission denied: ${program}`;

/** Looks along PATH itself: `command -v` would find the shell's own commands too. */
function findProgram(program: string): string {
  const complain = `{ printf '%s\\n' ${quote(missingText(program))} >&2; exit 2; }`;
  const refuse = `{ printf '%s\\n' ${quote(deniedText(program))} >&2; exit 13; }`;
  if (program.includes("/"))
    return `[ -e ${quote(program)} ] || ${complain}\n[ -x ${quote(program)} ] || ${refuse}`;
  return [
    "found=",
    "IFS=:",
    "set -f",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own syntax
    'for d in $PATH; do if [ -f "${d:-.}/"' +
      `${quote(program)} ] && [ -x "\${d:-.}/"${quote(program)} ]; then found=1; break; fi; done`,
    "set +f",
    "unset IFS",
    `[ -n "$found" ] || ${complain}`,
  ].join("\n");
}

interface Interpreting {
  readonly cmd: string | readonly string[];
  readonly program: string | undefined;
  readonly chdir: string | undefined;
  readonly strip: boolean;
}

function interpret(reply: Reply, { cmd, program, chdir, strip }: Interpreting): Result {
  const text = (bytes: Uint8Array) => {
    const whole = Buffer.from(bytes).toString("utf8");
    return strip ? whole.replace(/[\r\n]+$/, "") : whole;
  };
  const [stdout, stderr] = [text(reply.stdout), text(reply.stderr)];
  const notRun = stillborn(reply.status, stderr.trim(), { program, chdir });
  return {
    changed: !notRun,
    cmd,
    rc: reply.status,
    stdout,
    stderr: notRun ? "" : stderr,
    stdout_lines: lines(stdout),
    stderr_lines: notRun ? [] : lines(stderr),
    ...(notRun ? {} : moments(reply)),
    ...(reply.status === 0
      ? { msg: "" }
      : { failed: true, msg: notRun ? stderr.trim() : "non-zero return code" }),
  };
}

/** It has not come to the program. */
function stillborn(
  status: number,
  said: string,
  { program, chdir }: Pick<Interpreting, "program" | "chdir">,
): boolean {
  if (chdir !== undefined && status === 1 && said === noDirectoryText(chdir)) return true;
  if (program === undefined) return false;
  return (status === 2 && said === missingText(program)) || (status === 13 && said === deniedText(program));
}

function lines(text: string): string[] {
  return text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
}
