// Mistakes in variables, and in the names by which they are used.

import { play } from "../run-playbook.ts";
import { local, type Mistake, typedRole } from "./mistake.ts";

export const variables: readonly Mistake[] = [
  [
    "a connection variable that only Ansible has, without the password that it holds",
    {
      "site.yaml": play("- debug: {msg: x}"),
      "inventory.yaml": "all: {hosts: {here: {ansible_password: hunter22}}}\n",
    },
    /^inventory.yaml:1:22: "ansible_password" is not supported \(hosts are logged in to by key/,
  ],
  ...[
    "when: [true, nme == 'x']",
    "changed_when: nme == 'x'",
    "failed_when: [true, nme]",
    "until: nme is truthy",
    "delegate_to: '{{ nme }}'",
    "ignore_errors: '{{ nme }}'",
    "retries: '{{ nme }}'\n  until: true",
    "loop: [1]\n  loop_control: {label: '{{ nme }}'}",
  ].map((keyword): [string, Record<string, string>, RegExp] => [
    `a name that nothing defines in ${keyword.split(":")[0]}`,
    { "site.yaml": play(`- command: "true"\n  ${keyword}`) },
    /^site.yaml:[56]:\d+: "nme" is not defined anywhere/,
  ]),
  ...(
    [
      ["set_fact", { "site.yaml": play("- set_fact: {ansible_port: 22}") }, "site.yaml:4:"],
      [
        "a role's vars",
        { "site.yaml": "- {hosts: all, roles: [r]}\n", "roles/r/vars/main.yml": "ansible_port: 22\n" },
        "roles/r/vars/main.yml:1:1",
      ],
    ] as [string, Record<string, string>, string][]
  ).map(([where, files, at]): [string, Record<string, string>, RegExp] => [
    `variables of the connection in ${where}`,
    files,
    new RegExp(`^${at}.*ansible_port has no effect in `),
  ]),
  ...(
    [
      [
        "{type: strng, default: a}",
        '3:13: a.type: expected one of .*string, not the text "strng" \\(did you mean "string"\\?\\)',
      ],
      ["{type: integer, minimum: three}", '3:31: a.minimum: expected a number, not the text "three"'],
      ["{type: string, patern: x}", '3:21: a: unknown keyword "patern"'],
      [
        "{type: [string, nmber]}",
        '3:22: a.type.1: expected one of .* not the text "nmber" \\(did you mean "number"\\?\\)',
      ],
    ] as [string, string][]
  ).map(([schema, told]): [string, Record<string, string>, RegExp] => [
    `a role's schema ${schema}`,
    {
      "site.yaml": "- {hosts: all, roles: [r]}\n",
      "roles/r/role.yaml": `description: r\nvariables:\n  a: ${schema}\n`,
      "roles/r/tasks/main.yaml": "[]\n",
    },
    new RegExp(`^roles/r/role.yaml:${told}$`),
  ]),
  [
    "a fact that is never gathered",
    { "site.yaml": "- hosts: all\n  tasks: [{debug: {msg: '{{ ansible_os_famly }}'}}]\n" },
    /^site.yaml:2:\d+: "ansible_os_famly" is not defined anywhere \(did you mean "ansible_os_family"\?\)$/,
  ],
  [
    "variables of the connection in a play",
    { "site.yaml": "- hosts: all\n  vars:\n    ansible_user: me\n    ansible_become: true\n" },
    /^site.yaml:3:5: ansible_user has no effect in vars of the play: a host is reached as the inventory says \(set it in the inventory, .*\)$/,
  ],
  [
    "variables of the connection at a task",
    { "site.yaml": play("- debug: {msg: a}\n  vars: {ansible_connection: local}") },
    /^site.yaml:5:14: ansible_connection has no effect in vars of the task: a host is reached as the inventory says \(set it in the inventory, .*\)$/,
  ],
  [
    "a variable that set_fact cannot set, at its name",
    { "site.yaml": play("- set_fact: {good: 1, a-b: 2}") },
    /^site.yaml:4:27: set_fact: the name of a variable is expected: letters, digits and _$/,
  ],
  [
    "a misspelt role variable in the inventory",
    { ...typedRole, "inventory.yaml": `all: {hosts: {h: {${local}, max_sizee: 3}}}` },
    /^inventory.yaml:1:\d+: unknown variable "max_sizee" \(did you mean "max_size"\?\)$/,
  ],
  [
    "a port given as text",
    { ...typedRole, "inventory.yaml": `all: {hosts: {h: {${local}, port: "25"}}}` },
    /^inventory.yaml:1:\d+: port: expected a whole number, not the text "25" \(remove the quotes\)$/,
  ],
  [
    "the port of a host given as text",
    { "site.yaml": play("- debug: {msg: x}"), "inventory.yaml": "all: {hosts: {h: {ansible_port: ssh}}}" },
    /^inventory.yaml:1:33: ansible_port: expected a whole number, not the text "ssh"$/,
  ],
  [
    "a value that is not among the allowed ones, in group_vars",
    {
      ...typedRole,
      "inventory.yaml": `all: {hosts: {h: {${local}}}}`,
      "group_vars/all.yaml": "mode: selfsignd",
    },
    /^group_vars.all.yaml:1:7: mode: expected one of acme, selfsigned, not the text "selfsignd" \(did you mean "selfsigned"\?\)$/,
  ],
  [
    "a missing role variable",
    { ...typedRole, "inventory.yaml": "all: {hosts: {h: {ansible_connection: local}}}" },
    /^site.yaml:2:11: role mail needs the variable "owner_mail": whom to write to \(set it in the inventory\)$/,
  ],
  [
    "a name that nothing defines, in a task",
    { "site.yaml": play("- debug: {msg: 'a {{ nme }}'}", "vars: {name: x}") },
    /^site.yaml:5:26: "nme" is not defined anywhere \(did you mean "name"\?\)$/,
  ],
  [
    "a name that nothing defines, in a template",
    {
      "site.yaml": play("- template: {src: a.j2, dest: /nowhere}"),
      "templates/a.j2": "one\ntwo {{ nothing_such }}\n",
    },
    /^templates.a.j2:2:8: "nothing_such" is not defined anywhere/,
  ],
  [
    "a filter that does not exist",
    { "site.yaml": play("- debug: {msg: '{{ 1 | strnig }}'}") },
    /^site.yaml:4:\d+: .*strnig.*did you mean "string"/,
  ],
];
