// What a run ends with when tasks fail that say themselves what it is to end with.

import assert from "node:assert/strict";
import { play, project, runPlaybook } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("the exit code", () => {
  const cases: readonly [title: string, tasks: string, code: number][] = [
    ["is 2 when a task fails", "- fail: {msg: no}", 2],
    ["is what fail asks for", "- fail: {msg: no, exit_code: 1}", 1],
    ["is 0 when that failure is ignored", "- fail: {msg: no, exit_code: 1}\n  ignore_errors: true", 0],
    [
      "is 0 when it is rescued",
      "- block: [{fail: {msg: no, exit_code: 1}}]\n  rescue: [{debug: {msg: well}}]",
      0,
    ],
    [
      "is 2 when something else fails too",
      "- block: [{fail: {msg: no, exit_code: 7}}]\n  always: [{command: 'false'}]",
      2,
    ],
    [
      "is the highest of several",
      "- block: [{fail: {msg: no, exit_code: 7}}]\n  always: [{fail: {exit_code: 3}}]",
      7,
    ],
  ];
  for (const [title, tasks, code] of cases) {
    it(title, async () => {
      const ran = await runPlaybook({ "site.yaml": play(tasks) });
      assert.deepEqual([ran.code, ran.errors], [code, []]);
      assert.deepEqual(JSON.parse(ran.out.trim().split("\n").at(-1) ?? "").exitCode, code);
    });
  }

  it("is 2 when another host fails in another way", async () => {
    const ran = await runPlaybook({
      "inventory.yaml":
        "all: {hosts: {one: {}, two: {}}, vars: {ansible_connection: local, ansible_state_directory: DIR/.state}}",
      "site.yaml": play(
        "- fail: {exit_code: 1}\n  when: inventory_hostname == 'one'\n- command: 'false'\n  when: inventory_hostname == 'two'",
      ),
    });
    assert.equal(ran.code, 2);
  });

  it("tells by 3 that a run would change something, when --check is to say so", async () => {
    const files = {
      "site.yaml": play("- copy: {content: x, dest: DIR/x}\n- command: 'true'\n  changed_when: false"),
    };
    const site = project(files);
    try {
      const codes = async (...options: string[]): Promise<unknown[]> => {
        const { code, events } = await site.run(...options);
        return [code, (events.at(-1) as { exitCode?: number }).exitCode];
      };
      assert.deepEqual(await codes("--check"), [0, 0]);
      assert.deepEqual(await codes("--check", "--exit-code"), [3, 3]);
      assert.deepEqual(await codes(), [0, 0]);
      assert.deepEqual(await codes("--check", "--exit-code"), [0, 0]);
      site.write({ "site.yaml": play("- copy: {content: y, dest: DIR/x}\n- fail: {msg: no}") });
      assert.deepEqual(await codes("--check", "--exit-code"), [2, 2]);
    } finally {
      site.remove();
    }
  });

  it("is no number that a process cannot end with", async () => {
    const ran = await runPlaybook({ "site.yaml": play("- fail: {exit_code: 256}") });
    assert.equal(ran.code, 1);
    assert.match(ran.errors.join("\n"), /expected a number <= 255, not 256/);
  });
});
