// Runs the whole command in this process on files of a temporary directory, against the machine itself
// (ansible_connection: local), and tells what a user would see.

import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { main } from "../../../runner/cli/index.ts";
import type { RecapEvent, RunEvent, TaskEvent } from "../../../runner/report/events.ts";

export interface Project {
  readonly directory: string;
  run(...options: string[]): Promise<Ran>;
  /** A run that is interrupted, as by Ctrl-C, when a file of the directory is there; another one is written then. */
  interrupted(when: string, then: string, ...options: string[]): Promise<Ran>;
  /** An operation of the runner's own: history, rollback. */
  operate(operation: string, ...options: string[]): Promise<Ran>;
  /** Contents of all files below a directory, by path; directories end with a slash. */
  tree(below: string): Record<string, string>;
  write(files: Readonly<Record<string, string>>): void;
  remove(): void;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly events: readonly RunEvent[];
  readonly tasks: readonly TaskEvent[];
  /** "ok ok changed": the statuses of all tasks but the gathering of facts, in order. */
  readonly statuses: string;
  readonly errors: readonly string[];
  readonly recap: RecapEvent | undefined;
}

/** What failing tests leave behind on purpose goes with their directory. */
const INVENTORY = "all: {hosts: {here: {ansible_connection: local, ansible_state_directory: DIR/.state}}}";

/** `site.yaml` is what runs; "DIR" in any file stands for the directory. */
export function project(files: Readonly<Record<string, string>>): Project {
  const directory = mkdtempSync(join(tmpdir(), "play-"));
  const write = (some: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(some)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text.replaceAll("DIR", directory));
    }
  };
  write({ "inventory.yaml": INVENTORY, ...files });
  return {
    directory,
    write,
    run: (...options) => run(directory, ["site.yaml", ...options]),
    async interrupted(when, then, ...options) {
      const stopping = new AbortController();
      const ran = run(directory, ["site.yaml", ...options], stopping.signal);
      while (!existsSync(join(directory, when))) await sleep(20);
      stopping.abort();
      write({ [then]: "" });
      return ran;
    },
    operate: (operation, ...options) => run(directory, [operation, ...options]),
    tree: (below) => treeOf(join(directory, below), ""),
    remove: () => rmSync(directory, { recursive: true }),
  };
}

/** One run of one playbook, after which nothing is left. */
export async function runPlaybook(
  files: Readonly<Record<string, string>>,
  ...options: string[]
): Promise<Ran> {
  const made = project(files);
  try {
    return await made.run(...options);
  } finally {
    made.remove();
  }
}

/** A play on the one host without facts; `tasks` is indented here. */
export function play(tasks: string, more = ""): string {
  const indented = tasks.trim().replace(/^/gm, "    ");
  return `- hosts: all\n  gather_facts: false\n${more && `${more.trim().replace(/^/gm, "  ")}\n`}  tasks:\n${indented}\n`;
}

async function run(
  directory: string,
  words: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): Promise<Ran> {
  const json = await capture(directory, [...words, "--json", "-v"], signal);
  const events = json.out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RunEvent);
  const tasks = events.flatMap((event) => (event.event === "task" ? [event] : []));
  return {
    ...json,
    events,
    tasks,
    statuses: tasks
      .filter(({ module }) => module !== "setup")
      .map(({ status }) => status)
      .join(" "),
    errors: events.flatMap((event) => (event.event === "error" ? [told(event)] : [])),
    recap: events.flatMap((event) => (event.event === "recap" ? [event] : []))[0],
  };
}

function told({ at, message, hint }: { at?: string; message: string; hint?: string }): string {
  return `${at ? `${at}: ` : ""}${message}${hint ? ` (${hint})` : ""}`;
}

async function capture(
  directory: string,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<{ code: number; out: string; err: string }> {
  const written = { out: "", err: "" };
  const stream = (name: "out" | "err") =>
    ({
      write: (text: string) => {
        written[name] += text;
        return true;
      },
    }) as unknown as NodeJS.WriteStream;
  const terminal = {
    out: stream("out"),
    err: stream("err"),
    env: { NO_COLOR: "1" },
    version: "0",
    directory,
    home: fileURLToPath(new URL("../../..", import.meta.url)),
    signal,
  };
  const code = await main(argv, terminal);
  return { code, ...written };
}

function treeOf(directory: string, prefix: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory).flatMap((name): [string, string][] => {
      const path = join(directory, name);
      if (!statSync(path).isDirectory()) return [[prefix + name, readFileSync(path, "utf8")]];
      return [[`${prefix}${name}/`, ""], ...Object.entries(treeOf(path, `${prefix}${name}/`))];
    }),
  );
}

/** A playbook and the statuses of its tasks, in order. */
export async function statuses(
  tasks: string,
  expected: string,
  more = "",
  ...options: string[]
): Promise<void> {
  const {
    statuses: found,
    errors,
    tasks: events,
  } = await runPlaybook({ "site.yaml": play(tasks, more) }, ...options);
  assert.equal(found, expected, [...errors, ...events.map(({ message }) => message)].join("\n"));
}
