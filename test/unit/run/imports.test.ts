// What files of tasks, roles and playbooks hand down, and what tags choose.

import assert from "node:assert/strict";
import { play, runPlaybook } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

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
