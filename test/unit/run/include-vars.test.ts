// include_vars: which files it reads, and what is told of those that it cannot. Precedence is compared with Ansible's
// (test/differential/cases/include-vars.yaml).

import assert from "node:assert/strict";
import { play, runPlaybook } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

const run = (tasks: string, files: Readonly<Record<string, string>>) =>
  runPlaybook({ "site.yaml": play(tasks), ...files });

/** What a last task says. */
async function said(tasks: string, files: Readonly<Record<string, string>>): Promise<string | undefined> {
  const { tasks: events, errors } = await run(tasks, files);
  return events.at(-1)?.message ?? errors.join("\n");
}

onLinux("include_vars", () => {
  it("reads files in the order of directories, then of names", async () => {
    const files = {
      "d/z.yaml": "v: z",
      "d/a/b.yml": "v: b",
      "d/a/c.json": '{"v": "c"}',
      "d/.hidden/x.yaml": "w: 1",
    };
    assert.equal(await said('- include_vars: {dir: d}\n- debug: {msg: "{{ v }} {{ w }}"}', files), "c 1");
  });
  it("renders what it has read where it is used", async () =>
    assert.equal(
      await said('- include_vars: v.yaml\n- set_fact: {n: 2}\n- debug: {msg: "{{ v }}"}', {
        "v.yaml": "v: 'n is {{ n }}'",
      }),
      "n is 2",
    ));
  it("takes names that no variable may have into a mapping", async () =>
    assert.equal(
      await said("- include_vars: {file: v.yaml, name: all}\n- debug: {msg: \"{{ all['a-b'] }}\"}", {
        "v.yaml": "a-b: 1",
      }),
      "1",
    ));
  it("fails on every host that a wrong file is for", async () => {
    const { statuses } = await runPlaybook({
      "site.yaml": play('- include_vars: "{{ inventory_hostname[:0] }}v.yaml"\n  ignore_errors: true'),
      "inventory.yaml": "all: {vars: {ansible_connection: local}, hosts: {one: , two: }}",
      "v.yaml": "a: [",
    });
    assert.equal(statuses, "ignored ignored");
  });
  it("tells where the mistake of a file is that is chosen in the run", async () =>
    assert.match(
      String(await said('- include_vars: "{{ inventory_hostname[:0] }}v.yaml"', { "v.yaml": "a: [" })),
      /^v.yaml:1:\d+: YAML: this \[ is not closed/,
    ));
  it("refuses endings that it does not know", async () =>
    assert.match(
      String(await said("- include_vars: {dir: d}", { "d/a.conf": "a: 1" })),
      /^d\/a.conf has none of the endings yaml, yml, json$/,
    ));
  it("is told before the run that a file is not there, or is wrong", async () => {
    assert.match(
      String((await run("- include_vars: v.yaml", {})).errors),
      /there is no such file for include_vars/,
    );
    assert.match(
      String((await run("- include_vars: v.yaml", { "v.yaml": "a-b: 1" })).errors),
      /v.yaml:1:1: "a-b" cannot be the name of a variable/,
    );
    assert.match(String((await run("- include_vars: {}", {})).errors), /give exactly one of file, dir/);
    assert.match(
      String((await run("- include_vars: v.yaml", { "v.yaml": "ansible_user: x" })).errors),
      /ansible_user has no effect in v.yaml/,
    );
  });
  it("may name what is not there where it may be skipped or rescued", async () => {
    const rescued = "- block:\n    - include_vars: v.yaml\n  rescue:\n    - debug: {msg: x}";
    assert.equal((await run(rescued, {})).statuses, "failed ok");
    assert.equal((await run("- include_vars: v.yaml\n  when: false", {})).statuses, "skipped");
  });
});
