// Whether tasks run, on what, and how their results are judged.

import assert from "node:assert/strict";
import { play, runPlaybook, statuses } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

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

onLinux("an empty list of conditions", () => {
  it("says nothing", () =>
    statuses("- command: echo\n  failed_when: []\n  changed_when: []\n  when: []", "changed"));
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
