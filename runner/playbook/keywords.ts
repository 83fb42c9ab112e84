// The keywords of plays and tasks: which are carried, and a hint for those of Ansible's that are not.
// Everything else in a task is a module's name. Reference: docs/language.md.

import type { Problem } from "../source/problem.ts";
import { didYouMean } from "../source/suggest.ts";
import type { MapEntry, MapNode } from "../source/yaml.ts";

/** Handed down from plays, roles and imports to tasks. */
export const INHERITED = [
  "when",
  "tags",
  "become",
  "become_user",
  "environment",
  "ignore_errors",
  "no_log",
  "check_mode",
  "diff",
  "run_once",
  "delegate_to",
  "delegate_facts",
  "throttle",
  "timeout",
  "ignore_unreachable",
  "any_errors_fatal",
  "module_defaults",
  "become_method",
  "vars",
] as const;

export const PLAY_KEYWORDS = [
  "name",
  "hosts",
  "gather_facts",
  "serial",
  "max_fail_percentage",
  "force_handlers",
  "on_failure",
  "vars_files",
  "roles",
  "pre_tasks",
  "tasks",
  "post_tasks",
  "handlers",
  ...INHERITED.filter((keyword) => keyword !== "when"),
] as const;

export const TASK_KEYWORDS = [
  "name",
  "loop",
  "with_items",
  "loop_control",
  "register",
  "notify",
  "changed_when",
  "failed_when",
  "until",
  "retries",
  "delay",
  "args",
  ...INHERITED,
] as const;

export const BLOCK_KEYWORDS = ["name", "block", "rescue", "always", ...INHERITED] as const;

export const INCLUDE_KEYWORDS = [
  "name",
  "loop",
  "with_items",
  "loop_control",
  "register",
  ...INHERITED,
] as const;

export const HANDLER_KEYWORDS = [...TASK_KEYWORDS, "listen"] as const;

export const ROLE_KEYWORDS = ["role", "name", ...INHERITED] as const;

/** Ansible has these; why they are refused or what to write instead. */
const NOT_CARRIED: Readonly<Record<string, string>> = {
  action: "name the module itself as the key",
  local_action: "use a play of its own on localhost",
  with_dict: 'write loop: "{{ NAME | dict2items }}"',
  with_fileglob: "list the files in loop",
  with_nested: "write loop over the product, or two tasks",
  with_list: "write loop",
  with_sequence: 'write loop: "{{ range(first, last + 1) | list }}"',
  sudo: "write become: true",
  sudo_user: "write become_user",
  become_flags: "the runner chooses sudo's options itself",
  async: "tasks run one after the other and may take as long as they need",
  poll: "tasks run one after the other and may take as long as they need",
  strategy: "hosts always go ahead freely; order within a host is kept",
  collections: "only ansible.builtin's modules are known, by their short names",
  vars_prompt: "pass the values by --extra-vars",
  connection: "set ansible_connection in the inventory",
  remote_user: "set ansible_user in the inventory, or use --user",
  port: "set ansible_port in the inventory",
  fact_path: "local facts are not gathered",
  gather_subset: "facts are few and always gathered together",
  order: "hosts go in inventory order",
};

const NOT_YET: ReadonlySet<string> = new Set(["debugger"]);

/** The entries of a mapping that are no known keyword: for tasks these name the module. */
export function otherEntries(map: MapNode, known: readonly string[]): MapEntry[] {
  return [...map.entries.values()].filter(({ key }) => !known.includes(key));
}

/** What is wrong with a key that is neither keyword nor module. */
export function unknownKeyword(entry: MapEntry, what: string, known: Iterable<string>): Problem {
  const { key, keyAt } = entry;
  const instead =
    (Object.hasOwn(NOT_CARRIED, key) && NOT_CARRIED[key]) ||
    (key.startsWith("with_") ? "write loop" : undefined);
  if (instead) {
    return { code: "unsupported-keyword", message: `"${key}" is not supported`, at: keyAt, hint: instead };
  }
  if (NOT_YET.has(key)) {
    return { code: "unsupported-keyword", message: `"${key}" is not supported yet`, at: keyAt };
  }
  const hint = didYouMean(key, known);
  return {
    code: "unknown-keyword",
    message: `unknown ${what} "${key}"`,
    at: keyAt,
    ...(hint ? { hint } : {}),
  };
}
