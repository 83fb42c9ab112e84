// What is compared of a case: each host's tasks with their statuses in order, the class of the exit code, and the files
// that are there in the end. Names of tasks and modules are brought to one form, messages are left out.

import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

export interface Observation {
  readonly runs: readonly RunObserved[];
  /** By path below out/: type and mode, then the contents or the target. Of a host of the lab: by what it is asked. */
  readonly tree: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly runs: readonly RunObserved[];
  /** All that was printed. */
  readonly said: string;
}

export interface RunObserved {
  readonly exit: ExitClass;
  /** By host: "changed: role : task [ok changed]", the statuses of a loop's items behind it. */
  readonly hosts: Readonly<Record<string, readonly string[]>>;
  /** By host, of those that ended with something else than ok: "failed=1 ignored=1". */
  readonly recap: Readonly<Record<string, string>>;
}

/** refused: the playbook or the request was wrong. */
export type ExitClass = "done" | "refused" | "failed" | "unreachable";

export interface TaskObserved {
  readonly host: string;
  readonly role?: string | undefined;
  readonly task: string;
  readonly module: string;
  readonly kind: "task" | "handler";
  readonly status: string;
  readonly items?: readonly string[] | undefined;
}

/** Facts are gathered in both, but differ; an include is a task for Ansible only. */
const LEFT_OUT = /^(setup|gather_facts|include_tasks|include_role|include|meta)$/;

export function lines(tasks: readonly TaskObserved[]): Record<string, string[]> {
  const hosts: Record<string, string[]> = {};
  for (const { host, role, task, module, kind, status, items } of tasks) {
    if (LEFT_OUT.test(plain(module)) && status !== "failed" && status !== "ignored") continue;
    const name = task === module ? plain(module) : task;
    const line = [
      `${status}:`,
      kind === "handler" ? "handler" : "",
      role ? `${role} :` : "",
      name,
      items ? `[${items.join(" ")}]` : "",
    ];
    hosts[host] = [...(hosts[host] ?? []), line.filter(Boolean).join(" ")];
  }
  return sortedByKey(hosts);
}

const COUNTED = ["changed", "failed", "ignored", "rescued", "unreachable"] as const;

export function recapOf(counts: Readonly<Record<(typeof COUNTED)[number], number>>): string {
  return COUNTED.flatMap((count) => (counts[count] ? [`${count}=${counts[count]}`] : [])).join(" ");
}

export function sortedByKey<Value>(of: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function plain(module: string): string {
  return module.replace(/^ansible\.(builtin|legacy)\./, "");
}

/** Where the case was laid out is written as DIR. */
export function treeOf(directory: string): Record<string, string> {
  const anonymous = (text: string): string => text.replaceAll(directory, "DIR");
  const below = (path: string): [string, string][] =>
    readdirSync(join(directory, path)).flatMap((name): [string, string][] => {
      const inner = join(path, name);
      const absolute = join(directory, inner);
      const stat = lstatSync(absolute);
      const mode = (stat.mode & 0o7777).toString(8).padStart(4, "0");
      if (stat.isSymbolicLink()) return [[inner, `link ${anonymous(readlinkSync(absolute))}`]];
      if (stat.isDirectory()) return [[inner, `directory ${mode}`], ...below(inner)];
      return [[inner, `file ${mode}\n${anonymous(readFileSync(absolute, "utf8"))}`]];
    });
  return sortedByKey(Object.fromEntries(below("out")));
}
