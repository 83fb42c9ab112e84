// Mistakes in what stands in plays and tasks: unknown names, values of a wrong kind.

import { play } from "../run-playbook.ts";
import type { Mistake } from "./mistake.ts";

export const keywords: readonly Mistake[] = [
  [
    "an unknown module",
    { "site.yaml": play("- templte: {src: a, dest: /b}") },
    /^site.yaml:4:7: unknown module or keyword "templte" \(did you mean "template"\?\)$/,
  ],
  [
    "a module that only Ansible has",
    { "site.yaml": play("- ansible.builtin.cron: {name: x, job: y}") },
    /^site.yaml:4:7: the module "ansible.builtin.cron" is not supported \(write a systemd timer, or/,
  ],
  [
    "a module of Ansible's that needs no parameters",
    { "site.yaml": play("- service_facts:") },
    /^site.yaml:4:7: the module "service_facts" is not supported \(systemd knows/,
  ],
  [
    "an unknown task keyword",
    { "site.yaml": play("- debug: {msg: x}\n  wen: true") },
    /^site.yaml:5:7: unknown keyword "wen" \(did you mean "when"\?\)$/,
  ],
  [
    "two letters that have changed places",
    { "site.yaml": "- hosts: all\n  roles: [wbe]\n", "roles/web/tasks/main.yaml": "[]\n" },
    /^site.yaml:2:11: there is no role "wbe" \(did you mean "web"\?\)$/,
  ],
  [
    "a host to delegate to that does not exist",
    { "site.yaml": play("- debug: {msg: a}\n  delegate_to: heer") },
    /^site.yaml:5:20: there is no host "heer" to delegate to \(did you mean "here"\?\)$/,
  ],
  [
    "one of several handlers that does not exist",
    { "site.yaml": play("- command: ls\n  notify:\n    - h\n    - hh", "handlers: [{name: h, debug: {}}]") },
    /^site.yaml:8:11: there is no handler "hh" /,
  ],
  [
    "an unknown play keyword",
    { "site.yaml": "- hosts: all\n  task: []\n" },
    /^site.yaml:2:3: unknown keyword of a play "task" \(did you mean "tasks"\?\)$/,
  ],
  [
    "a keyword of Ansible's that is not carried",
    { "site.yaml": play("- debug: {msg: x}\n  async: 10") },
    /^site.yaml:5:7: "async" is not supported \(tasks run one after the other/,
  ],
  [
    "an unknown parameter",
    { "site.yaml": play("- file: {path: /x, modee: '0644'}") },
    /^site.yaml:4:24: unknown parameter "modee" of file \(did you mean "mode"\?\)$/,
  ],
  [
    "a parameter of the wrong type",
    { "site.yaml": play("- wait_for: {port: smtp}") },
    /^site.yaml:4:24: wait_for: port: expected a whole number, not the text "smtp"$/,
  ],
  [
    "a missing parameter",
    { "site.yaml": play("- template: {src: x.j2}"), "templates/x.j2": "" },
    /site.yaml:4:7: template: "dest" is missing/,
  ],
  [
    "a handler that does not exist",
    {
      "site.yaml": play(
        "- debug: {msg: x}\n  notify: restart ngnix",
        "handlers: [{name: restart nginx, debug: {msg: x}}]",
      ),
    },
    /there is no handler "restart ngnix" \(did you mean "restart nginx"\?\)$/,
  ],
  [
    "hosts that are empty: not all are meant",
    { "site.yaml": "- hosts: []\n" },
    /^site.yaml:1:10: hosts: this list is empty$/,
  ],
  [
    "hosts that are an empty text",
    { "site.yaml": "- hosts: ''\n" },
    /^site.yaml:1:10: hosts: a pattern .* expected, not the text ""$/,
  ],
  [
    "a name of a play that is a list",
    { "site.yaml": "- hosts: all\n  name: [a]\n" },
    /^site.yaml:2:9: name: a text is expected, not a list$/,
  ],
  [
    "a loop over a text",
    { "site.yaml": play("- debug: {msg: x}\n  loop: items") },
    /^site.yaml:5:13: loop: a list is expected, not the text "items"/,
  ],
  [
    "a loop over a mapping",
    { "site.yaml": play("- debug: {msg: x}\n  loop: {a: 1}") },
    /^site.yaml:5:13: loop: .* \(write loop: "\{\{ NAME \| dict2items \}\}"\)$/,
  ],
  [
    "loop_control that is no mapping",
    { "site.yaml": play("- debug: {msg: x}\n  loop: [1]\n  loop_control: n") },
    /^site.yaml:6:21: loop_control: a mapping is expected/,
  ],
  [
    "a notification that is no name",
    { "site.yaml": play("- debug: {msg: x}\n  notify: {a: b}") },
    /^site.yaml:5:15: notify: the name of a handler is expected, not a mapping$/,
  ],
  [
    "args that are no mapping",
    { "site.yaml": play("- command: ls\n  args: -l") },
    /^site.yaml:5:13: args: a mapping of parameters is expected/,
  ],
  [
    "a list of users to become",
    { "site.yaml": play("- command: ls\n  become_user: [a]") },
    /^site.yaml:5:20: become_user: the name of a user is expected, not a list$/,
  ],
  [
    "a role's meta that is no mapping",
    { "site.yaml": "- hosts: all\n  roles: [r]\n", "roles/r/meta/main.yaml": "- a" },
    /^roles.r.meta.main.yaml:1:1: a role's meta is a mapping/,
  ],
  [
    "meta among the handlers",
    { "site.yaml": play("- debug: {msg: x}", "handlers: [{meta: noop}]") },
    /^site.yaml:3:15: a handler is a task, include_tasks or import_tasks; meta cannot be one$/,
  ],
  [
    "a flush among what a handler includes",
    {
      "site.yaml": play("- debug: {msg: x}", "handlers: [{name: h, include_tasks: h.yaml}]"),
      "h.yaml": "- meta: flush_handlers\n",
    },
    /^h.yaml:1:9: meta: flush_handlers cannot stand among what handlers do$/,
  ],
  [
    "a role among what a handler includes",
    {
      "site.yaml": play("- debug: {msg: x}", "handlers: [{name: h, include_tasks: h.yaml}]"),
      "h.yaml": "- include_role: {name: r}\n",
    },
    /^h.yaml:1:17: include_role cannot stand among what handlers do$/,
  ],
  [
    "the name of a task that a handler includes, where that of a handler is expected",
    {
      "site.yaml": play("- command: echo\n  notify: inner", "handlers: [{name: h, include_tasks: h.yaml}]"),
      "h.yaml": "- {name: inner, debug: {msg: x}}\n",
    },
    /there is no handler "inner"/,
  ],
  [
    "keywords and parameters with names that JavaScript's objects have",
    { "site.yaml": "- hosts: all\n  constructor: 1\n" },
    /^site.yaml:2:3: unknown keyword of a play "constructor"$/,
  ],
  [
    "a parameter with such a name",
    { "site.yaml": play("- command: {cmd: ls, constructor: 1}") },
    /^site.yaml:4:26: unknown parameter "constructor" of command$/,
  ],
  [
    "a name that the environment cannot hold",
    { "site.yaml": play("- command: ls\n  environment: {A B: 1}") },
    /^site.yaml:5:21: environment: "A B" is no name of a variable$/,
  ],
  [
    "an unknown keyword of an import",
    { "site.yaml": "- import_playbook: b.yaml\n  hosts: a\n", "b.yaml": "- hosts: all\n" },
    /^site.yaml:2:3: unknown keyword of import_playbook "hosts"$/,
  ],
  [
    "an unknown parameter of import_role",
    { "site.yaml": play("- import_role: {name: r, from: x}"), "roles/r/tasks/main.yaml": "" },
    /^site.yaml:4:30: unknown parameter of import_role "from"/,
  ],
  [
    "a keyword of a play that depends on hosts",
    { "site.yaml": "- hosts: all\n  any_errors_fatal: '{{ inventory_hostname }}'\n  tasks: []\n" },
    /^site.yaml:2:21: any_errors_fatal: this depends on what is not known before the run \(it may depend on the play's vars/,
  ],
];
