// Where values come from, and which of them wins.

import assert from "node:assert/strict";
import { play, runPlaybook, statuses } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

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
