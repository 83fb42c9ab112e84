// Names of imports that depend on variables: those that are known before the run are told, and what to write of the others.

import assert from "node:assert/strict";
import { play, runPlaybook } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("the name of an import", () => {
  const files = { "a.yaml": "- debug: {msg: x}\n", "roles/r/tasks/main.yaml": "- debug: {msg: x}\n" };
  const errorsOf = async (tasks: string, more = "", ...options: string[]) =>
    (await runPlaybook({ "site.yaml": play(tasks, more), ...files }, ...options)).errors.join("\n");

  it("may depend on what is known before the run", async () => {
    assert.equal(await errorsOf('- import_tasks: "{{ f }}.yaml"', "vars: {f: a}"), "");
    assert.equal(await errorsOf('- import_role: {name: "{{ r }}"}', "", "-e", "r=r"), "");
  });
  it("may not depend on hosts, and the message says what to write", async () => {
    assert.match(
      await errorsOf('- import_tasks: "{{ inventory_hostname }}.yaml"'),
      /^site.yaml:4:21: import_tasks: the name of a file is expected, known before the run; .*include_tasks/,
    );
    assert.match(
      await errorsOf('- import_role: {name: "{{ inventory_hostname }}"}'),
      /^site.yaml:4:27: import_role: the name of a role is expected, known before the run; .*include_role/,
    );
  });
  it("is told as it is then, when there is no such file", async () =>
    assert.match(
      await errorsOf('- import_tasks: "{{ f }}.yaml"', "vars: {f: gone}"),
      /^site.yaml:5:21: there is no file gone.yaml/,
    ));
});
