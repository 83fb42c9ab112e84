// Values that would like to be more than data, and values that nobody may see.

import assert from "node:assert/strict";
import { play, project, runPlaybook, statuses } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

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
