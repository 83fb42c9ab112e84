// What people write: an inventory, and a playbook. Either is read, or refused with problems that each say what is wrong
// and where.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { load } from "../../../runner/cli/load.ts";
import { parseOptions } from "../../../runner/cli/options.ts";
import { Secrets } from "../../../runner/secrets/secrets.ts";
import { Problems } from "../../../runner/source/problem.ts";
import { Sources } from "../../../runner/source/sources.ts";
import type { Target } from "../target.ts";

const INVENTORY = "all: {hosts: {h1: {a: 1}, h2: {}}, children: {web: {hosts: {h1: {}}}}}\n";
const PLAYBOOK = "- hosts: all\n  tasks:\n    - debug: {msg: '{{ a }}'}\n";
const repo = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), "utf8");

const YAML = [
  "{{ ",
  " }}",
  "{% if a %}",
  "- ",
  ": ",
  "\n  ",
  "\n- ",
  "[",
  "{",
  "}",
  "|\n",
  "&a ",
  "*a",
  "<<: *a",
  "!!binary ",
  "!vault ",
  "null",
  "0777",
  "1:30",
  "\t",
  "---\n",
  "? ",
];

export async function inventoryTarget(): Promise<Target> {
  const corpus = [
    repo("inventory.yaml"),
    INVENTORY,
    "all:\n  vars: {x: '{{ y }}', y: [1, 2.0, yes]}\n  children:\n    mail:\n      hosts:\n        web[01:10].example:\n          ansible_host: 192.0.2.1\n          ansible_port: 22\n    db: {hosts: {'h[a:f]': null}, children: {mail: {}}}\n",
  ];
  const tokens = [
    ...YAML,
    "all:",
    "hosts:",
    "children:",
    "vars:",
    "ansible_port: ",
    "ansible_connection: local",
    "[1:3]",
    "[001:999]",
    "[a:z]",
    "ungrouped",
  ];
  return project("inventory", "inventory.yaml", corpus, tokens);
}

export async function playbookTarget(): Promise<Target> {
  const corpus = [
    PLAYBOOK,
    "- hosts: all:!h2\n  gather_facts: false\n  become: true\n  vars: {list: [1, 2], map: {k: v}}\n  handlers:\n    - {name: restart, listen: all, systemd: {name: x, state: restarted}}\n  tasks:\n    - name: one\n      template: {src: a.j2, dest: /etc/a, mode: '0644'}\n      loop: '{{ list }}'\n      loop_control: {loop_var: each, label: '{{ each }}'}\n      when: [a is defined, each > 1]\n      notify: restart\n      tags: [x, always]\n    - block: [{command: 'echo {{ map.k | upper }}', register: r, changed_when: r.rc == 0}]\n      rescue: [{debug: {var: r}}]\n      always: [{meta: flush_handlers}]\n",
    "- import_playbook: other.yaml\n- hosts: [web]\n  serial: ['30%', 1]\n  roles: [{role: r, x: 1, when: true}]\n  pre_tasks: [{include_tasks: '{{ x }}.yaml'}, {import_tasks: t.yaml}]\n  post_tasks: [{set_fact: {y: \"{{ (x | default([])) + ['a'] }}\"}}]\n",
  ];
  const tokens = [
    ...YAML,
    "hosts: ",
    "tasks:",
    "when: ",
    "loop: ",
    "name: ",
    "block:",
    "rescue:",
    "include_tasks: ",
    "debug:",
    "copy: ",
    "| default(omit)",
    " is defined",
    "lookup('env', 'X')",
    " in ",
    "[0]",
    ".x",
    "~",
    "%}",
    "{% for x in y %}",
    "{% endfor %}",
    "{# ",
  ];
  return project("playbook", "site.yaml", corpus, tokens);
}

function project(
  name: string,
  changed: string,
  corpus: readonly string[],
  tokens: readonly string[],
): Target {
  const directory = mkdtempSync(join(tmpdir(), "fuzz-"));
  mkdirSync(join(directory, "roles/r/tasks"), { recursive: true });
  for (const [file, text] of Object.entries({
    "inventory.yaml": INVENTORY,
    "site.yaml": PLAYBOOK,
    "other.yaml": "[]",
    "t.yaml": "[]",
    "templates/a.j2": "{{ a }}\n",
    "roles/r/tasks/main.yaml": "[]",
    "roles/r/role.yaml": "{description: A role., variables: {x: {type: integer}}}\n",
  })) {
    mkdirSync(join(directory, file, ".."), { recursive: true });
    writeFileSync(join(directory, file), text);
  }
  const parsed = parseOptions(["site.yaml"], () => "");
  if (parsed.kind !== "run") throw new Error("no request");
  return {
    name,
    corpus: corpus.map((text) => Buffer.from(text)),
    tokens,
    check(input) {
      // A command in it would be run.
      if (input.includes("pipe")) return;
      writeFileSync(join(directory, changed), input);
      const sources = new Sources(directory);
      try {
        load(parsed.request, directory, sources, new Secrets());
      } catch (error) {
        if (!(error instanceof Problems)) throw error;
        assert.ok(error.list.length > 0);
        for (const { message, at, code } of error.list) {
          assert.ok(message !== "" && message.length < 2000, code);
          if (at) assert.ok(at.line >= 1 && at.column >= 1, `${code}: ${at.file}:${at.line}:${at.column}`);
        }
      }
    },
    end: async () => rmSync(directory, { recursive: true }),
  };
}
