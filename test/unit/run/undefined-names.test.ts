// Names that nothing defines are told before the run, also where it is known only then which files are included: what any
// of these could set is no mistake, everything else is.

import assert from "node:assert/strict";
import { play, runPlaybook } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

async function undefinedIn(tasks: string, files: Readonly<Record<string, string>> = {}, more = "") {
  const { errors } = await runPlaybook({ "site.yaml": play(tasks, more), ...files }, "--syntax-check");
  return errors.flatMap((error) => /"(\w+)" is not defined anywhere/.exec(error)?.[1] ?? []).join(" ");
}

const FIRST = "- {command: hostname, register: first}\n";
const LOOK = '- debug: {msg: "{{ set_there }} {{ registered_there }} {{ nowhere }}"}';
const TASKS = "- {set_fact: {set_there: 1}}\n- {command: 'true', register: registered_there}\n";

onLinux("names that nothing defines", () => {
  it("are found beside an include whose file is known only in the run", async () =>
    assert.equal(
      await undefinedIn(`${FIRST}- include_tasks: "{{ first.stdout }}.yaml"\n${LOOK}`, { "any.yaml": TASKS }),
      "nowhere",
    ));
  it("are found beside a role whose name is known only in the run", async () =>
    assert.equal(
      await undefinedIn(`${FIRST}- include_role: {name: "{{ first.stdout }}"}\n${LOOK}`, {
        "roles/r/tasks/main.yaml": TASKS,
      }),
      "nowhere",
    ));
  it("are found beside an include of a directory elsewhere, as far as that is known", async () =>
    assert.equal(
      await undefinedIn(
        `${FIRST}- include_tasks: "{{ there }}/{{ first.stdout }}.yaml"\n${LOOK}`,
        { "elsewhere/any.yaml": TASKS, "site/keep": "" },
        "vars: {there: DIR/elsewhere}",
      ),
      "nowhere",
    ));
  it("are found beside files of variables that are known only in the run", async () =>
    assert.equal(
      await undefinedIn(
        LOOK,
        { "some/any.yaml": "{set_there: 1, registered_there: 2}" },
        'vars_files: ["some/{{ ansible_distribution }}.yaml"]',
      ),
      "nowhere",
    ));
  it("are found where set_fact sets variables whose names depend on others", async () =>
    assert.equal(
      await undefinedIn(
        `- set_fact: {"of_{{ item }}": 1}\n  loop: [a]\n- debug: {msg: "{{ of_a }} {{ off_a }} {{ nowhere }}"}`,
      ),
      "off_a nowhere",
    ));
  it("are found beside include_vars, be the file known or not", async () => {
    const files = { "vars/v.yaml": "{set_there: 1, registered_there: 2}" };
    assert.equal(await undefinedIn(`- include_vars: v.yaml\n${LOOK}`, files), "nowhere");
    assert.equal(await undefinedIn(`- include_vars: {dir: vars}\n${LOOK}`, files), "nowhere");
    assert.equal(
      await undefinedIn(`${FIRST}- include_vars: "{{ first.stdout }}"\n${LOOK}`, files),
      "nowhere",
    );
    assert.equal(
      await undefinedIn(
        `- include_vars: {file: v.yaml, name: all}\n- debug: {msg: "{{ all }}"}\n${LOOK}`,
        files,
      ),
      "set_there registered_there nowhere",
    );
  });
});
