import assert from "node:assert/strict";
import { files } from "./mistakes/files.ts";
import { keywords } from "./mistakes/keywords.ts";
import { variables } from "./mistakes/variables.ts";
import { play, runPlaybook } from "./run-playbook.ts";

describe("before any host is contacted", () => {
  for (const [title, written, told] of [...keywords, ...files, ...variables]) {
    it(`refuses ${title}, with its place`, async () => {
      const { code, errors, tasks } = await runPlaybook(written);
      assert.deepEqual({ code, tasks }, { code: 1, tasks: [] });
      assert.equal(errors.length, 1, errors.join("\n"));
      assert.match(errors[0] ?? "", told);
    });
  }

  it("tells all mistakes at once, sorted by their places", async () => {
    const { errors } = await runPlaybook({
      "site.yaml": play("- nonsense: {}\n- file: {paht: /x}\n- debug: {msg: '{{ nothing_such }}'}"),
      "inventory.yaml": "all: {hosts: {h: {ansible_port: x}}}",
    });
    assert.deepEqual(
      errors.map((error) => error.split(":").slice(0, 2).join(":")),
      ["inventory.yaml:1", "site.yaml:4", "site.yaml:5", "site.yaml:5", "site.yaml:6"],
    );
  });

  it("warns of tags and limits that match nothing, and goes on", async () => {
    const tagged = play("- debug: {msg: a}\n  tags: [webserver]\n- include_tasks: gone.yaml\n  when: false");
    const { code, errors } = await runPlaybook(
      { "site.yaml": tagged },
      ...["--tags", "webservre,never", "--skip-tags", "slow", "--limit", "here,heer"],
    );
    assert.equal(code, 0);
    assert.deepEqual(errors, [
      '--tags: no task has the tag "webservre" (did you mean "webserver"?)',
      '--skip-tags: no task has the tag "slow"',
      '--limit: no host and no group is named "heer" (did you mean "here"?)',
    ]);
  });

  it("warns of files of variables whose name is nearly that of a host or group", async () => {
    const { code, errors } = await runPlaybook({
      "site.yaml": play("- debug: {msg: a}"),
      "host_vars/heer.yaml": "a: 1\n",
      "group_vars/all.yaml": "a: 1\n",
      "group_vars/of_another_inventory.yaml": "a: 1\n",
    });
    assert.deepEqual(
      [code, errors],
      [
        0,
        [
          'host_vars/heer.yaml:1:1: there is no host "heer", so nobody gets these variables (did you mean "here"?)',
        ],
      ],
    );
  });

  it("tells of a pattern that matches nothing beside what is wrong", async () => {
    const { errors } = await runPlaybook({ "site.yaml": "- hosts: al\n  task: []\n" });
    assert.deepEqual(errors.slice().sort(), [
      'site.yaml:1:10: no host and no group is named "al" (did you mean "all"?)',
      'site.yaml:2:3: unknown keyword of a play "task" (did you mean "tasks"?)',
    ]);
  });

  it("an unused variable is no mistake where no role is typed", async () => {
    const { code } = await runPlaybook({
      "site.yaml": play("- debug: {msg: x}"),
      "inventory.yaml": "all: {hosts: {h: {ansible_connection: local, whatever: 1}}}",
    });
    assert.equal(code, 0);
  });
});
