// What a run tells of tasks that fail, and what it never tells.

import assert from "node:assert/strict";
import { play, project, runPlaybook } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("a failed task", () => {
  it("comes with the parameters it was given, rendered, without defaults", async () => {
    const { tasks } = await runPlaybook({
      "site.yaml": play("- copy: {content: '{{ 1 + 1 }}', dest: /nowhere/x, mode: '0644'}"),
    });
    assert.deepEqual(tasks[0]?.params, { content: 2, dest: "/nowhere/x", mode: "0644" });
  });

  it("comes with the condition as it is written", async () => {
    const { tasks } = await runPlaybook({ "site.yaml": play("- assert: {that: 1 > 2}") });
    assert.deepEqual(tasks[0]?.params, { that: "1 > 2" });
  });

  it("tells of a loop which item was given what", async () => {
    const { tasks } = await runPlaybook({
      "site.yaml": play("- file: {path: '{{ item }}', state: file}\n  loop: [/etc, /nowhere]"),
    });
    const [task] = tasks;
    assert.equal(task?.params, undefined);
    assert.deepEqual(
      task?.items?.map(({ params }) => params?.path),
      ["/etc", "/nowhere"],
    );
  });

  it("says nothing of what it was given when it is no_log", async () => {
    const { out } = await runPlaybook({
      "site.yaml": play(
        "- copy: {content: s3cret, dest: /nowhere/x}\n  no_log: true\n  ignore_errors: true\n- file: {path: '/s3cret/{{ item }}', state: file}\n  loop: [s3cret]\n  no_log: true",
      ),
    });
    assert.doesNotMatch(out, /s3cret/);
  });

  it("shows stars for passwords", async () => {
    const { tasks, out } = await runPlaybook({
      "site.yaml": play("- user: {name: x, password: $6$s3cret, group: no-such-group}"),
    });
    assert.deepEqual(tasks[0]?.params, { name: "x", password: "********", group: "no-such-group" });
    assert.doesNotMatch(out, /s3cret/);
  });
});

onLinux("a role variable with secret: true", () => {
  const files = {
    "roles/r/role.yaml":
      "description: r\nvariables:\n  token: {type: string, secret: true, description: t}\n  tokens: {type: array, secret: true, default: [], description: t}\n",
    "roles/r/tasks/main.yaml":
      "- command: 'echo {{ token }}'\n  register: said\n- debug: {msg: 'it is {{ said.stdout }}'}\n- copy: {content: '{{ tokens }}', dest: DIR/x}\n- command: 'ls /{{ token }}'\n",
    "site.yaml":
      "- hosts: all\n  gather_facts: false\n  roles: [{role: r, token: s3cret, tokens: [{a: hidden1}]}]\n",
  };

  it("is on no command line of the host when a task has a timeout", async () => {
    const { tasks, out } = await runPlaybook({
      "site.yaml": play(
        `- shell: "cat /proc/[0-9]*/cmdline | tr '\\\\0' ' '; test -n $WORD"\n  environment: { WORD: "zebra-{{ 40 + 2 }}" }\n  timeout: 30`,
      ),
    });
    assert.equal(tasks[0]?.status, "changed");
    assert.match(out, /timeout -k/);
    assert.doesNotMatch(out, /zebra-42/);
  });

  it("does not keep a handler from being found that is called as it", async () => {
    const { statuses } = await runPlaybook({
      ...files,
      "roles/r/tasks/main.yaml": "- command: 'true'\n  notify: Use {{ token }}\n",
      "roles/r/handlers/main.yaml": "- name: Use {{ 's3c' ~ 'ret' }}\n  command: 'true'\n",
    });
    assert.equal(statuses, "changed changed");
  });

  it("is shown nowhere: not in results, messages, diffs, parameters", async () => {
    const site = project(files);
    try {
      const { out, tasks, statuses } = await site.run("--diff");
      assert.equal(statuses, "changed ok changed failed");
      assert.doesNotMatch(out, /s3cret|hidden1/);
      assert.equal(tasks[1]?.message, "it is ********");
      assert.deepEqual(tasks[3]?.params, { cmd: "ls /********" });
      assert.match(site.tree("").x ?? "", /hidden1/);
    } finally {
      site.remove();
    }
  });
});
