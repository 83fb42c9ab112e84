import assert from "node:assert/strict";
import { play, project, runPlaybook } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

/** A playbook and the statuses of its tasks, in order. */
async function statuses(tasks: string, expected: string, more = "", ...options: string[]): Promise<void> {
  const {
    statuses: found,
    errors,
    tasks: events,
  } = await runPlaybook({ "site.yaml": play(tasks, more) }, ...options);
  assert.equal(found, expected, [...errors, ...events.map(({ message }) => message)].join("\n"));
}

onLinux("conditions", () => {
  it("skip a task, also one whose parameters mention what is not defined", () =>
    statuses("- debug: {msg: '{{ nothing }}'}\n  when: false", "skipped"));
  it("in a list must all hold", () => statuses("- debug: {msg: x}\n  when: [true, 1 > 2]", "skipped"));
  it("are taken per item of a loop", async () => {
    const { tasks } = await runPlaybook({
      "site.yaml": play("- debug: {msg: '{{ item }}'}\n  loop: [1, 2, 3]\n  when: item != 2"),
    });
    assert.deepEqual(
      tasks[0]?.items?.map(({ status }) => status),
      ["ok", "skipped", "ok"],
    );
  });
  it("see what earlier tasks registered, also when these were skipped or failed", () =>
    statuses(
      `
- command: "false"
  register: a
  ignore_errors: true
- debug: {msg: x}
  when: false
  register: b
- debug: {msg: x}
  when: a is failed and a.rc == 1 and b is skipped`,
      "ignored skipped ok",
    ));
  it("come from a role and an import too", async () => {
    const { statuses: found } = await runPlaybook({
      "site.yaml":
        "- hosts: all\n  gather_facts: false\n  roles: [{role: r, when: false}]\n  tasks:\n    - import_tasks: t.yaml\n      when: 1 == 2\n",
      "roles/r/tasks/main.yaml": "- debug: {msg: x}",
      "t.yaml": "- debug: {msg: x}",
    });
    assert.equal(found, "skipped skipped");
  });
});

onLinux("loops", () => {
  it("without items are skipped", () => statuses("- debug: {msg: x}\n  loop: []", "skipped"));
  it("run all items although one fails, and then fail", async () => {
    const { tasks, code } = await runPlaybook({
      "site.yaml": play(
        "- command: 'test {{ item }} = b'\n  loop: [a, b]\n  register: r\n- debug: {msg: never}",
      ),
    });
    assert.deepEqual(
      tasks.map(({ status, items }) => [status, items?.map((each) => each.status)]),
      [["failed", ["failed", "changed"]]],
    );
    assert.equal(code, 2);
  });
  it("of with_items are flattened by one level; loop_control names the item and its label", async () => {
    const { tasks } = await runPlaybook({
      "site.yaml": play(`
- debug: {msg: "{{ n }}{{ i }}"}
  with_items: [[a, b], c]
  loop_control: {loop_var: n, index_var: i, label: "<{{ n }}>"}`),
    });
    assert.deepEqual(tasks[0]?.items, [
      { item: "<a>", status: "ok", message: "a0" },
      { item: "<b>", status: "ok", message: "b1" },
      { item: "<c>", status: "ok", message: "c2" },
    ]);
  });
  it("of set_fact set a variable item by item, each seeing what the one before it has set", () =>
    statuses(
      "- set_fact: {all: '{{ all | default([]) + [item] }}'}\n  loop: [a, b, c]\n- assert: {that: [\"all == ['a', 'b', 'c']\"]}",
      "ok ok",
    ));
  it("register results, each with its item", () =>
    statuses(
      "- debug: {msg: '{{ item }}'}\n  loop: [1, 2]\n  register: r\n- debug: {msg: x}\n  when: r.results[1].item == 2",
      "ok ok",
    ));
});

onLinux("changed_when and failed_when", () => {
  it("say what changed, of any module", () =>
    statuses(
      "- command: echo hi\n  changed_when: false\n- debug: {msg: x}\n  changed_when: true",
      "ok changed",
    ));
  it("see the result under the name of register", () =>
    statuses(
      "- command: echo hi\n  register: r\n  changed_when: r.stdout == 'hi'\n  failed_when: r.stdout == 'ho'",
      "changed",
    ));
  it("make a success of a failure and the other way round", () =>
    statuses(
      "- command: 'false'\n  failed_when: false\n- command: echo x\n  failed_when: true\n  ignore_errors: true",
      "changed ignored",
    ));
});

onLinux("variables", () => {
  it("are rendered when they are used, so that a later set_fact shows", () =>
    statuses(
      "- set_fact: {name: b}\n- assert: {that: [\"greeting == 'hello b'\"]}",
      "ok ok",
      "vars: {name: a, greeting: 'hello {{ name }}'}",
    ));
  it("keep Ansible's order of precedence", async () => {
    const {
      statuses: found,
      errors,
      tasks,
    } = await runPlaybook(
      {
        "site.yaml": `
- hosts: all
  gather_facts: false
  vars: {a: play, b: play, c: play, d: play, e: play}
  roles: [{role: r, d: param}]
  tasks:
    - assert: {that: ["a == 'play'", "b == 'role var'", "e == 'extra'", "g == 'default'"]}
`,
        "inventory.yaml": "all: {hosts: {here: {ansible_connection: local, a: host, f: host}}}",
        "roles/r/defaults/main.yml": "{a: default, f: default, g: default}",
        "roles/r/vars/main.yml": "{b: role var, c: role var}",
        "roles/r/tasks/main.yaml": `
- set_fact: {c: fact, d: fact, e: fact}
- assert:
    that: ["a == 'play'", "b == 'task'", "c == 'fact'", "d == 'param'", "e == 'extra'", "f == 'host'"]
  vars: {b: task, c: task}
`,
      },
      "-e",
      "e=extra",
    );
    assert.equal(found, "ok ok ok", [...errors, ...tasks.map(({ message }) => message)].join("\n"));
  });
  const two = "all: {hosts: {a: {p: 1}, b: {q: '{{ p }}x', p: 2}}, vars: {ansible_connection: local}}";
  it("of other hosts are there in hostvars: what the inventory says, facts, what is set and registered", async () => {
    const {
      statuses: found,
      code,
      tasks,
    } = await runPlaybook(
      {
        "inventory.yaml": two,
        "site.yaml": `
- hosts: all
  tasks:
    - set_fact: {s: "{{ inventory_hostname }}!"}
    - command: echo {{ p }}
      register: r
    - assert:
        that:
          - hostvars.a.s == 'a!' and hostvars['b'].s == 'b!'
          - hostvars.b.q == '2x' and hostvars.b.r.stdout == '2' and hostvars.b.extra == 'e'
          - hostvars.b.ansible_distribution is defined and hostvars.b.group_names == ['ungrouped']
`,
      },
      "-e",
      "extra=e",
    );
    assert.equal(code, 0, tasks.map(({ message }) => message).join("\n"));
    assert.equal(found.split(" ").filter((status) => status !== "failed").length, 6);
  });
  it("of other hosts are waited for within a play", async () => {
    const { code, tasks } = await runPlaybook({
      "inventory.yaml": two,
      "site.yaml": play(`
- command: sleep 0.3
  when: inventory_hostname == 'b'
- set_fact: {s: "{{ inventory_hostname }}"}
- assert: {that: "hostvars[item].s == item"}
  loop: [a, b]`),
    });
    assert.equal(code, 0, tasks.map(({ message }) => message).join("\n"));
  });
  it("keep the type of a single expression", () =>
    statuses(
      "- assert: {that: ['n == 5', 'n is integer', 'l[1] == 5']}",
      "ok",
      "vars: {m: 5, n: '{{ m }}', l: '{{ [0, m] }}'}",
    ));
  it("written with a point are printed with it", () =>
    statuses("- assert: {that: [\"text == 'v8.0'\"]}", "ok", "vars: {php: 8.0, text: 'v{{ php }}'}"));
  it("of results are data and never taken for templates", () =>
    statuses(
      "- command: echo '{{ '{{' }} nothing }}'\n  register: r\n- assert: {that: [\"'nothing' in r.stdout\"]}",
      "changed ok",
    ));
  it("leave a parameter out by omit", () =>
    statuses("- command: {cmd: pwd, chdir: '{{ nowhere | default(omit) }}'}", "changed"));
});

onLinux("a failed task", () => {
  it("ends the host's run with exit code 2; handlers do not run", async () => {
    const {
      code,
      statuses: found,
      recap,
    } = await runPlaybook({
      "site.yaml": play(
        "- command: echo x\n  notify: h\n- fail: {msg: no}\n- debug: {msg: never}",
        "handlers: [{name: h, debug: {msg: x}}]",
      ),
    });
    assert.deepEqual([code, found, recap?.failed, recap?.changed], [2, "changed failed", 1, 1]);
  });
  it("tells its place and what the host said", async () => {
    const { tasks } = await runPlaybook({ "site.yaml": play("- shell: echo 'no way' >&2; exit 3") });
    assert.equal(tasks[0]?.at, "site.yaml:4:7");
    assert.match(tasks[0]?.message ?? "", /non-zero return code/);
    assert.equal((tasks[0]?.result as { stderr?: string } | undefined)?.stderr, "no way");
  });
  it("of an unreachable host gives exit code 4", async () => {
    const { code, recap, errors } = await runPlaybook({
      "site.yaml": play("- command: 'true'"),
      "inventory.yaml": "all: {hosts: {h: {ansible_host: 127.0.0.1, ansible_port: 1}}}",
    });
    assert.deepEqual([code, recap?.unreachable], [4, 1]);
    assert.match(errors.join("\n"), /127\.0\.0\.1/);
  });
});

onLinux("handlers", () => {
  const handlers = "handlers: [{name: one, debug: {msg: x}}, {name: two, debug: {msg: x}, listen: topic}]";
  const names = async (tasks: string) => {
    const { tasks: events } = await runPlaybook({ "site.yaml": play(tasks, handlers) });
    return events
      .filter(({ kind }) => kind === "handler")
      .map(({ task }) => task)
      .join(" ");
  };
  it("run once, in the order of their definition", async () =>
    assert.equal(
      await names("- command: echo\n  notify: [two, one]\n- command: echo\n  notify: two"),
      "one two",
    ));
  it("do not run when nothing changed", async () =>
    assert.equal(await names("- debug: {msg: x}\n  notify: one"), ""));
  it("hear of topics", async () => assert.equal(await names("- command: echo\n  notify: topic"), "two"));
  it("run at once at flush_handlers", async () => {
    const { tasks } = await runPlaybook({
      "site.yaml": play(
        "- command: echo\n  notify: one\n- meta: flush_handlers\n- debug: {msg: after}",
        handlers,
      ),
    });
    assert.deepEqual(
      tasks.map(({ task }) => task),
      ["command", "one", "debug"],
    );
  });
  it("may notify a later one", async () => {
    const { tasks } = await runPlaybook({
      "site.yaml": play(
        "- command: echo\n  notify: one",
        "handlers: [{name: one, command: echo, notify: two}, {name: two, debug: {msg: x}}]",
      ),
    });
    assert.deepEqual(
      tasks.map(({ task }) => task),
      ["command", "one", "two"],
    );
  });
  it("that a failed run left over run in the next one, although nothing changes any more", async () => {
    const made = project({
      "site.yaml": play(
        "- copy: {content: hi, dest: DIR/f}\n  notify: h\n- fail: {msg: no}\n  when: stop | default(false) | bool",
        "handlers: [{name: h, debug: {msg: x}}]",
      ),
    });
    try {
      assert.equal((await made.run("-e", "stop=true")).statuses, "changed failed");
      assert.equal((await made.run()).statuses, "ok skipped ok");
      assert.equal((await made.run()).statuses, "ok skipped");
    } finally {
      made.remove();
    }
  });
});

onLinux("name=value of the command line", () => {
  const files = {
    "site.yaml": "- hosts: all\n  gather_facts: false\n  roles: [r]\n",
    "roles/r/role.yaml":
      "description: r\nvariables:\n  wanted: {type: boolean, default: true, description: o}\n  most: {type: integer, default: 1, description: m}\n  name: {type: string, default: x, description: n}\n",
    "roles/r/tasks/main.yaml":
      "- debug: {msg: '{{ most + 1 }} {{ name ~ name }}'}\n  when: wanted\n- debug: {msg: 'off {{ other }}'}\n  when: not wanted\n",
  };
  const told = async (extra: string) =>
    (await runPlaybook(files, "-e", extra)).tasks.map(({ status, message }) => `${status} ${message}`);

  it("takes the type that the role asks for, and is text where none does", async () => {
    assert.deepEqual(await told("wanted=true most=41 name=7"), ["ok 42 77", "skipped a condition is false"]);
    assert.deepEqual(await told("wanted=false other=1"), ["skipped a condition is false", "ok off 1"]);
  });

  it("may be an expression, and is refused where it does not fit", async () => {
    assert.deepEqual((await told("wanted=false other='{{ most }}'"))[1], "ok off 1");
    assert.match((await runPlaybook(files, "-e", "most=many")).errors.join(), /most: expected/);
  });
});

onLinux("import_playbook", () => {
  it("hands tags, conditions and variables down to all plays inside", async () => {
    const files = {
      "site.yaml":
        "- import_playbook: b.yaml\n  tags: t\n  when: go | bool\n  vars: {v: import}\n- hosts: all\n  gather_facts: false\n  tasks: [{debug: {msg: other}}]\n",
      "b.yaml": play("- debug: {msg: '{{ v }}'}", "vars: {v: play}"),
    };
    const messages = async (...options: string[]) =>
      (await runPlaybook(files, ...options)).tasks
        .map(({ status, message }) => `${status} ${message}`)
        .join(", ");
    assert.equal(await messages("-e", "go=true"), "ok import, ok other");
    assert.equal(await messages("-e", "go=true", "-t", "t"), "ok import");
    assert.equal(await messages("-e", "go=false", "-t", "t"), "skipped a condition is false");
  });
});

onLinux("imports of tasks and roles", () => {
  it("are looked up beside the file that names them, and roles have other files of tasks", async () => {
    const { tasks, errors } = await runPlaybook({
      "site.yaml": play("- import_tasks: sub/a.yaml\n- import_role: {name: r, tasks_from: other}"),
      "sub/a.yaml": "- import_tasks: b.yaml\n- import_tasks: sub/c.yaml\n",
      "sub/b.yaml": "- debug: {msg: b}",
      "sub/c.yaml": "- debug: {msg: c}",
      "roles/r/tasks/other.yml": "- debug: {msg: other}",
    });
    assert.deepEqual(errors, []);
    assert.equal(tasks.map(({ message }) => message).join(" "), "b c other");
  });
  it("of a role with other tags or conditions are other uses of it", async () => {
    const files = {
      "site.yaml":
        "- hosts: all\n  gather_facts: false\n  roles: [{role: a, tags: x}, {role: b, tags: y}, {role: b, tags: y}]\n",
      "roles/a/meta/main.yaml": "dependencies: [b]",
      "roles/a/tasks/main.yaml": "- debug: {msg: a}",
      "roles/b/tasks/main.yaml": "- debug: {msg: b}",
    };
    const messages = async (...options: string[]) =>
      (await runPlaybook(files, ...options)).tasks.map(({ message }) => message).join(" ");
    assert.equal(await messages(), "b a b");
    assert.equal(await messages("-t", "y"), "b");
  });
});

onLinux("a user that cannot be become", () => {
  it("makes the task fail, not the host unreachable, and the next task runs", async () => {
    const { statuses: found, tasks } = await runPlaybook({
      "site.yaml": play(
        "- command: id\n  become: true\n  become_user: no-such-user\n  ignore_errors: true\n- command: id",
      ),
    });
    assert.equal(found, "ignored changed");
    assert.match(tasks[0]?.message ?? "", /no-such-user/);
  });
});

onLinux("hostile values", () => {
  const hostile = JSON.stringify("'\"$(touch DIR/pwned)`touch DIR/pwned`;*?[a]\\ \n-rf --help \u00e9\u6f22");
  it("are data in names, tags, labels, items and the environment", async () => {
    const made = project({
      "site.yaml": play(
        `
- name: ${hostile}
  command: {argv: [printf, "%s", "{{ item }}"]}
  tags: ${hostile}
  loop: [${hostile}, "-n", "*", ""]
  loop_control: {label: "{{ item }}!"}
  register: r
- shell: printf %s "$A"
  environment: {A: ${hostile}}
  register: e
- assert: {that: ["r.results[0].stdout == v", "r.results[2].stdout == '*'", "e.stdout == v"]}`,
        `vars: {v: ${hostile}}`,
      ),
    });
    try {
      assert.equal((await made.run()).statuses, "changed changed ok");
      assert.deepEqual(
        Object.keys(made.tree(".")).filter((path) => path.includes("pwned")),
        [],
      );
    } finally {
      made.remove();
    }
  });
  it("with a NUL make the task fail, and only it", async () => {
    const { statuses: found, tasks } = await runPlaybook({
      "site.yaml": play(
        `
- command: {argv: [echo, "{{ n }}"]}
  ignore_errors: true
- stat: {path: "/{{ n }}"}
  ignore_errors: true
- command: echo
  environment: {A: "{{ n }}"}
  ignore_errors: true
- copy: {content: "{{ n }}", dest: DIR/f}`,
        'vars: {n: "a\\0b"}',
      ),
    });
    assert.equal(found, "ignored ignored ignored changed", tasks.map(({ message }) => message).join("\n"));
  });
  it("are names of variables like others, though JavaScript's objects have them", () =>
    statuses(
      "- set_fact: {constructor: 1, __proto__: 2, toString: 3}\n- assert: {that: constructor + __proto__ + toString == 6}",
      "ok ok",
    ));
});

onLinux("several hosts", () => {
  const told = async (playbook: string) => {
    const { tasks, code } = await runPlaybook({
      "inventory.yaml":
        "all: {hosts: {a: , b: , c: }, vars: {ansible_connection: local, ansible_state_directory: DIR/.state}}",
      "site.yaml": playbook,
    });
    return `${tasks.map(({ host, task, status }) => `${host} ${task} ${status}`).join(", ")}: ${code}`;
  };
  const second = "- hosts: all\n  gather_facts: false\n  tasks: [{name: two, debug: {msg: x}}]\n";
  it("of which a whole batch fails end the run", async () => {
    const first = play("- {name: one, command: 'false', when: inventory_hostname == 'b'}", "serial: 1");
    assert.equal(await told(first + second), "a one skipped, b one failed: 2");
  });
  it("one of which has failed before go on without it", async () => {
    const first = play("- {name: one, command: 'false', when: inventory_hostname == 'b'}");
    const found = await told(first + second.replace("tasks", "serial: 1\n  tasks"));
    assert.match(found, /b one failed.*, a two ok, c two ok: 2$/);
  });
  it("end with the play and all after it where any error is fatal", async () => {
    const first = play(
      "- {name: one, command: 'false', when: inventory_hostname == 'b'}",
      "any_errors_fatal: true",
    );
    assert.doesNotMatch(await told(first + second), /two/);
  });
  it("tell once what one does for all", async () => {
    const tasks =
      "- {name: one, command: echo, run_once: true, register: r}\n- {name: two, assert: {that: r.rc == 0}, when: inventory_hostname != 'a'}";
    assert.match(await told(play(tasks)), /^a one changed, [abc] two/);
  });
  it("all stop where what one does for all fails", async () => {
    const first = play("- {name: one, command: 'false', run_once: true}\n- {name: never, debug: {msg: x}}");
    assert.equal(await told(first + second), "a one failed: 2");
  });
});

onLinux("an empty list of conditions", () => {
  it("says nothing", () =>
    statuses("- command: echo\n  failed_when: []\n  changed_when: []\n  when: []", "changed"));
});

onLinux("what a task notifies", () => {
  const handlersOf = async (tasks: string, more: string) => {
    const { tasks: events, errors } = await runPlaybook({ "site.yaml": play(tasks, more) });
    const failed = events.filter(({ status }) => status === "failed").map(({ message }) => message);
    const ran = events.filter(({ kind }) => kind === "handler").map(({ task }) => task);
    return [...ran, ...failed, ...errors].join(", ");
  };
  it("may depend on the item of its loop", async () =>
    assert.equal(
      await handlersOf(
        "- command: echo\n  loop: [a, b]\n  notify: 'restart {{ item }}'",
        "handlers: [{name: restart a, debug: {msg: x}}, {name: restart b, debug: {msg: x}}]",
      ),
      "restart a, restart b",
    ));
  it("may be a handler whose name depends on variables", async () =>
    assert.equal(
      await handlersOf(
        "- command: echo\n  notify: restart nginx",
        "vars: {service: nginx}\nhandlers: [{name: 'restart {{ service }}', debug: {msg: x}}]",
      ),
      "restart nginx",
    ));
  it("is told when it turns out not to be there, before the task does anything", async () =>
    assert.equal(
      await handlersOf(
        "- command: echo\n  notify: 'restart {{ service }}'",
        "vars: {service: nginx}\nhandlers: [{name: restart apache, debug: {msg: x}}]",
      ),
      'there is no handler "restart nginx" to notify',
    ));
});

onLinux("a keyword that cannot be rendered", () => {
  const cases: [keyword: string, value: string][] = [
    ["ignore_errors", "'{{ r.nothing }}'"],
    ["become", "'{{ r.nothing }}'"],
    ["delegate_to", "'{{ r.nothing }}'"],
    ["environment", "{A: '{{ r.nothing }}'}"],
    ["notify", "'{{ r.nothing }}'"],
    ["changed_when", "r.nothing"],
    ["failed_when", "r.nothing"],
    ["until", "r.nothing"],
  ];
  for (const [keyword, value] of cases) {
    it(`makes the task fail, with its place: ${keyword}`, async () => {
      const { tasks, code } = await runPlaybook({
        "site.yaml": play(`- command: echo\n  register: r\n- command: echo\n  ${keyword}: ${value}`),
      });
      assert.equal(code, 2);
      assert.match(tasks.at(-1)?.message ?? "", /^site.yaml:7:\d+: "r.nothing" is undefined$/);
    });
  }
  it("hides everything when it is no_log", async () => {
    const { tasks, out } = await runPlaybook({
      "site.yaml": play(
        "- command: echo\n  register: r\n- command: echo s3cret\n  no_log: '{{ r.nothing }}'",
      ),
    });
    assert.equal(tasks.at(-1)?.status, "failed");
    assert.doesNotMatch(out, /s3cret/);
  });
  it("ends the play on the host when it is the play's", async () => {
    const { code, errors } = await runPlaybook({
      "site.yaml": play(
        "- command: echo\n  notify: h",
        "vars: {l: []}\nbecome: '{{ l[0] }}'\nhandlers: [{name: h, debug: {msg: x}}]",
      ),
    });
    assert.deepEqual([code, errors], [2, ['site.yaml:4:17: "l[0]" is undefined']]);
  });
});

onLinux("results", () => {
  it("say why a task was skipped, and what failed_when found, in Ansible's words", () =>
    statuses(
      `
- debug: {msg: x}
  when: false
  register: a
- command: echo
  failed_when: a is changed
  register: b
- assert:
    that: ["a.skip_reason == 'Conditional result was False'", "b.failed_when_result == false"]`,
      "skipped changed ok",
    ));
  it("of items are judged with their item", async () => {
    const { tasks } = await runPlaybook({
      "site.yaml": play("- command: echo\n  loop: [a, b]\n  changed_when: item == 'b'"),
    });
    assert.deepEqual(
      tasks[0]?.items?.map(({ status }) => status),
      ["ok", "changed"],
    );
  });
  it("of a failure that is ignored count as changed when they are", async () => {
    const { recap } = await runPlaybook({ "site.yaml": play("- command: 'false'\n  ignore_errors: true") });
    assert.deepEqual([recap?.ok, recap?.changed, recap?.ignored, recap?.failed], [1, 1, 1, 0]);
  });
});

onLinux("environment", () => {
  it("holds values as Python prints them", async () => {
    const { tasks } = await runPlaybook({
      "site.yaml": play(
        '- shell: echo "$A|$B|$C|$D"',
        'environment: {A: true, B: null, C: [1, a], D: "q\'uo\\"te $(id) `id`"}',
      ),
    });
    assert.equal(
      (tasks[0]?.result as { stdout?: string } | undefined)?.stdout,
      "True|None|[1, 'a']|q'uo\"te $(id) `id`",
    );
  });
});

onLinux("tags", () => {
  const tasks =
    "- debug: {msg: a}\n  tags: a\n- debug: {msg: b}\n  tags: [b, c]\n- debug: {msg: always}\n  tags: always\n- debug: {msg: never}\n  tags: [never, d]\n- debug: {msg: none}";
  const cases: [options: string, messages: string][] = [
    ["", "a b always none"],
    ["--tags a", "a always"],
    ["--tags c,d", "b always never"],
    ["--skip-tags b", "a always none"],
    ["--tags all --skip-tags always", "a b none"],
    ["--tags tagged", "a b always"],
    ["--tags untagged", "always none"],
    ["--tags unknown", "always"],
  ];
  for (const [options, messages] of cases) {
    it(`${options || "without options"} choose ${messages}`, async () => {
      const { tasks: events } = await runPlaybook(
        { "site.yaml": play(tasks) },
        ...options.split(" ").filter(Boolean),
      );
      assert.equal(events.map(({ message }) => message).join(" "), messages);
    });
  }
});

onLinux("no_log", () => {
  it("hides values everywhere", async () => {
    const { out } = await runPlaybook({
      "site.yaml": play(
        "- command: echo s3cret\n  no_log: true\n- command: 'false {{ item }}'\n  loop: [s3cret]\n  no_log: true",
      ),
    });
    assert.doesNotMatch(out, /s3cret/);
  });
});

onLinux("a value that is longer than any command can take", () => {
  it("fails its own task, and what is asked with it is answered all the same", async () => {
    const ran = await runPlaybook({
      "site.yaml": play(
        "- {stat: {path: '/tmp/{{ long }}'}, ignore_errors: true}\n- {copy: {dest: DIR/out, content: '{{ long }}'}}\n- {command: {argv: [echo, '{{ long }}']}, ignore_errors: true}",
        `vars: {long: "{{ 'long' * 50000 }}"}`,
      ),
    });
    assert.equal(ran.statuses, "ignored changed ignored", ran.out.slice(0, 1000));
    assert.match(ran.tasks[0]?.message ?? "", /a path or a name is longer than any command can take/);
  });
});
