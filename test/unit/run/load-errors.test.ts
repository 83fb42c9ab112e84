import assert from "node:assert/strict";
import { play, runPlaybook } from "./run-playbook.ts";

const typedRole = {
  "roles/mail/role.yaml": [
    "description: mail",
    "variables:",
    "  mail_domain: {type: string, default: '{{ inventory_hostname }}'}",
    "  max_size: {type: integer, minimum: 1, default: 10}",
    "  port: {type: integer, default: 25}",
    "  mode: {enum: [acme, selfsigned], default: selfsigned}",
    "  owner_mail: {type: string, description: whom to write to}",
  ].join("\n"),
  "roles/mail/tasks/main.yaml": "- debug: {msg: '{{ mail_domain }} {{ max_size }}'}\n",
  "site.yaml": "- hosts: all\n  roles: [mail]\n",
};

const local = "ansible_connection: local, owner_mail: me@x";

/** What each mistake tells, before anything is contacted. */
const cases: [title: string, files: Record<string, string>, told: RegExp][] = [
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
    "a connection variable that only Ansible has, without the password that it holds",
    {
      "site.yaml": play("- debug: {msg: x}"),
      "inventory.yaml": "all: {hosts: {here: {ansible_password: hunter22}}}\n",
    },
    /^inventory.yaml:1:22: "ansible_password" is not supported \(hosts are logged in to by key/,
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
    "a host to delegate to that does not exist",
    { "site.yaml": play("- debug: {msg: a}\n  delegate_to: heer") },
    /^site.yaml:5:20: there is no host "heer" to delegate to \(did you mean "here"\?\)$/,
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
    "one of several handlers that does not exist",
    { "site.yaml": play("- command: ls\n  notify:\n    - h\n    - hh", "handlers: [{name: h, debug: {}}]") },
    /^site.yaml:8:11: there is no handler "hh" /,
  ],
  [
    "a file of variables that is chosen by the host and is not there",
    { "site.yaml": "- hosts: all\n  vars_files: ['{{ inventory_hostname }}.yaml']\n" },
    /^site.yaml:2:16: vars_files: there is no file here.yaml/,
  ],
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
    "a variable that set_fact cannot set, at its name",
    { "site.yaml": play("- set_fact: {good: 1, a-b: 2}") },
    /^site.yaml:4:27: set_fact: the name of a variable is expected: letters, digits and _$/,
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
    "a tab",
    { "site.yaml": "- hosts: all\n  tasks:\n\t- debug: {msg: x}\n" },
    /^site.yaml:3:1: YAML: a tab stands where spaces are expected/,
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
    "a file of tasks that imports itself",
    { "site.yaml": play("- import_tasks: a.yaml"), "a.yaml": "- import_tasks: a.yaml" },
    /^a.yaml:1:17: a.yaml would import itself$/,
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
    "a name that the environment cannot hold",
    { "site.yaml": play("- command: ls\n  environment: {A B: 1}") },
    /^site.yaml:5:21: environment: "A B" is no name of a variable$/,
  ],
  [
    "a list of users to become",
    { "site.yaml": play("- command: ls\n  become_user: [a]") },
    /^site.yaml:5:20: become_user: the name of a user is expected, not a list$/,
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
    "a file of tasks that a handler includes, of which it is not there",
    { "site.yaml": play("- debug: {msg: x}", "handlers: [{name: h, include_tasks: gone.yaml}]") },
    /^site.yaml:3:39: there is no file gone.yaml/,
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
    "a playbook that does not exist",
    {},
    /^there is no playbook site.yaml \(looked for site.yaml and playbooks.site.yaml\)$/,
  ],
];

describe("before any host is contacted", () => {
  for (const [title, files, told] of cases) {
    it(`refuses ${title}, with its place`, async () => {
      const { code, errors, tasks } = await runPlaybook(files);
      assert.deepEqual({ code, tasks }, { code: 1, tasks: [] });
      assert.equal(errors.length, 1, errors.join("\n"));
      assert.match(errors[0] ?? "", told);
    });
  }

  it("tells all mistakes at once, sorted by their places", async () => {
    const { errors } = await runPlaybook({
      "site.yaml": play("- nonsense: {}\n- file: {paht: /x}\n- debug: {msg: '{{ nothing_such }}'}"),
      "inventory.yaml": "all: {hosts: {h: {ansible_port: x}}}",
    });
    assert.deepEqual(
      errors.map((error) => error.split(":").slice(0, 2).join(":")),
      ["inventory.yaml:1", "site.yaml:4", "site.yaml:5", "site.yaml:5", "site.yaml:6"],
    );
  });

  it("warns of tags and limits that match nothing, and goes on", async () => {
    const tagged = play("- debug: {msg: a}\n  tags: [webserver]\n- include_tasks: gone.yaml\n  when: false");
    const { code, errors } = await runPlaybook(
      { "site.yaml": tagged },
      ...["--tags", "webservre,never", "--skip-tags", "slow", "--limit", "here,heer"],
    );
    assert.equal(code, 0);
    assert.deepEqual(errors, [
      '--tags: no task has the tag "webservre" (did you mean "webserver"?)',
      '--skip-tags: no task has the tag "slow"',
      '--limit: no host and no group is named "heer" (did you mean "here"?)',
    ]);
  });

  it("warns of files of variables whose name is nearly that of a host or group", async () => {
    const { code, errors } = await runPlaybook({
      "site.yaml": play("- debug: {msg: a}"),
      "host_vars/heer.yaml": "a: 1\n",
      "group_vars/all.yaml": "a: 1\n",
      "group_vars/of_another_inventory.yaml": "a: 1\n",
    });
    assert.deepEqual(
      [code, errors],
      [
        0,
        [
          'host_vars/heer.yaml:1:1: there is no host "heer", so nobody gets these variables (did you mean "here"?)',
        ],
      ],
    );
  });

  it("tells of a pattern that matches nothing beside what is wrong", async () => {
    const { errors } = await runPlaybook({ "site.yaml": "- hosts: al\n  task: []\n" });
    assert.deepEqual(errors.slice().sort(), [
      'site.yaml:1:10: no host and no group is named "al" (did you mean "all"?)',
      'site.yaml:2:3: unknown keyword of a play "task" (did you mean "tasks"?)',
    ]);
  });

  it("an unused variable is no mistake where no role is typed", async () => {
    const { code } = await runPlaybook({
      "site.yaml": play("- debug: {msg: x}"),
      "inventory.yaml": "all: {hosts: {h: {ansible_connection: local, whatever: 1}}}",
    });
    assert.equal(code, 0);
  });
});
