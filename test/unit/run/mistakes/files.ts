// Mistakes in files as such: they are not there, or are no YAML.

import { play } from "../run-playbook.ts";
import { type Mistake, typedRole } from "./mistake.ts";

export const files: readonly Mistake[] = [
  [
    "a file to include that does not exist",
    { "site.yaml": play("- include_tasks: more.yaml") },
    /^site.yaml:4:22: there is no file more.yaml$/,
  ],
  [
    "a mistake in a file that is included, under a condition too",
    { "site.yaml": play("- include_tasks: more.yaml\n  when: false"), "more.yaml": "- debgu: {}\n" },
    /^more.yaml:1:3: unknown module or keyword "debgu" \(did you mean "debug"\?\)$/,
  ],
  [
    "a file of variables that is chosen by the host and is not there",
    { "site.yaml": "- hosts: all\n  vars_files: ['{{ inventory_hostname }}.yaml']\n" },
    /^site.yaml:2:16: vars_files: there is no file here.yaml/,
  ],
  [
    "a quote that is not closed, where it begins",
    { "site.yaml": '- hosts: all\n  vars:\n    a: "b\n    c: d\n' },
    /^site.yaml:3:8: YAML: this quote is not closed: another " is missing$/,
  ],
  [
    "a bracket that is not closed, where it opens",
    { "site.yaml": "- hosts: all\n  vars:\n    a: [1, {b: 'c]'}, \"d]\"\n    e: f\n" },
    /^site.yaml:3:8: YAML: this \[ is not closed: \] is missing$/,
  ],
  [
    "a line that is indented too little",
    { "site.yaml": "- hosts: all\n  tasks:\n  - debug: {msg: a}\n   when: b\n" },
    /^site.yaml:4:1: YAML: this line belongs to no item of the list: "- " is expected/,
  ],
  [
    "a tab",
    { "site.yaml": "- hosts: all\n  tasks:\n\t- debug: {msg: x}\n" },
    /^site.yaml:3:1: YAML: a tab stands where spaces are expected/,
  ],
  [
    "a template that does not exist",
    { "site.yaml": play("- template: {src: none.j2, dest: /x}") },
    /^site.yaml:4:23: there is no such file for template \(looked for templates.none.j2, none.j2\)$/,
  ],
  [
    "a role that does not exist",
    { ...typedRole, "site.yaml": "- hosts: all\n  roles: [mial]\n" },
    /^site.yaml:2:11: there is no role "mial" \(did you mean "mail"\?\)$/,
  ],
  [
    "tasks_from that does not exist",
    { "site.yaml": play("- import_role: {name: r, tasks_from: x}"), "roles/r/tasks/main.yaml": "" },
    /^site.yaml:4:42: there is no file roles.r.tasks.x$/,
  ],
  [
    "a role that is a file",
    { "site.yaml": "- hosts: all\n  roles: [r]\n", "roles/r": "" },
    /^site.yaml:2:11: there is no role "r"/,
  ],
  [
    "a file of tasks that a handler includes, of which it is not there",
    { "site.yaml": play("- debug: {msg: x}", "handlers: [{name: h, include_tasks: gone.yaml}]") },
    /^site.yaml:3:39: there is no file gone.yaml/,
  ],
  [
    "a playbook that does not exist",
    {},
    /^there is no playbook site.yaml \(looked for site.yaml and playbooks.site.yaml\)$/,
  ],
  [
    "a file of tasks that imports itself",
    { "site.yaml": play("- import_tasks: a.yaml"), "a.yaml": "- import_tasks: a.yaml" },
    /^a.yaml:1:17: a.yaml would import itself$/,
  ],
];
