// Failures: whom they stop, and what is told.

import assert from "node:assert/strict";
import { play, runPlaybook } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("a failed task", () => {
  it("ends the host's run with exit code 2; handlers do not run", async () => {
    const {
      code,
      statuses: found,
      recap,
    } = await runPlaybook({
      "site.yaml": play(
        "- command: echo x\n  notify: h\n- fail: {msg: no}\n- debug: {msg: never}",
        "handlers: [{name: h, debug: {msg: x}}]",
      ),
    });
    assert.deepEqual([code, found, recap?.failed, recap?.changed], [2, "changed failed", 1, 1]);
  });
  it("tells its place and what the host said", async () => {
    const { tasks } = await runPlaybook({ "site.yaml": play("- shell: echo 'no way' >&2; exit 3") });
    assert.equal(tasks[0]?.at, "site.yaml:4:7");
    assert.match(tasks[0]?.message ?? "", /non-zero return code/);
    assert.equal((tasks[0]?.result as { stderr?: string } | undefined)?.stderr, "no way");
  });
  it("tells what to do where a program's own words tell the cause, and what is registered is left as it is", async () => {
    const { tasks } = await runPlaybook({
      "site.yaml": play(`
- shell: head -c 5 /dev/zero >/dev/full || { echo "$0 gave up"; exit 1; }
  register: full
  ignore_errors: true
- assert: { that: full.msg == "non-zero return code" }
`),
    });
    assert.match(tasks[0]?.message ?? "", /^non-zero return code\nthe disk of the host is full: `df -h`/);
    assert.equal(tasks[1]?.status, "ok");
  });

  it("may be that of a file that is not there, where it is ignored or rescued", async () => {
    const { code, statuses: found } = await runPlaybook({
      "site.yaml": play(
        "- copy: {src: none, dest: /x}\n  ignore_errors: true\n- block: [{template: {src: none, dest: /x}}]\n  rescue: [{debug: {msg: x}}]",
      ),
    });
    assert.deepEqual([code, found], [0, "ignored failed ok"]);
  });
  it("of an unreachable host gives exit code 4", async () => {
    const { code, recap, errors } = await runPlaybook({
      "site.yaml": play("- command: 'true'"),
      "inventory.yaml": "all: {hosts: {h: {ansible_host: 127.0.0.1, ansible_port: 1}}}",
    });
    assert.deepEqual([code, recap?.unreachable], [4, 1]);
    assert.match(errors.join("\n"), /127\.0\.0\.1/);
  });
});

onLinux("a user that cannot be become", () => {
  it("makes the task fail, not the host unreachable, and the next task runs", async () => {
    const { statuses: found, tasks } = await runPlaybook({
      "site.yaml": play(
        "- command: id\n  become: true\n  become_user: no-such-user\n  ignore_errors: true\n- command: id",
      ),
    });
    assert.equal(found, "ignored changed");
    assert.match(tasks[0]?.message ?? "", /no-such-user/);
  });
});

onLinux("several hosts", () => {
  const told = async (playbook: string) => {
    const { tasks, code } = await runPlaybook({
      "inventory.yaml":
        "all: {hosts: {a: , b: , c: }, vars: {ansible_connection: local, ansible_state_directory: DIR/.state}}",
      "site.yaml": playbook,
    });
    return `${tasks.map(({ host, task, status }) => `${host} ${task} ${status}`).join(", ")}: ${code}`;
  };
  const second = "- hosts: all\n  gather_facts: false\n  tasks: [{name: two, debug: {msg: x}}]\n";
  it("of which a whole batch fails end the run", async () => {
    const first = play("- {name: one, command: 'false', when: inventory_hostname == 'b'}", "serial: 1");
    assert.equal(await told(first + second), "a one skipped, b one failed: 2");
  });
  it("one of which has failed before go on without it", async () => {
    const first = play("- {name: one, command: 'false', when: inventory_hostname == 'b'}");
    const found = await told(first + second.replace("tasks", "serial: 1\n  tasks"));
    assert.match(found, /b one failed.*, a two ok, c two ok: 2$/);
  });
  it("end with the play and all after it where any error is fatal", async () => {
    const first = play(
      "- {name: one, command: 'false', when: inventory_hostname == 'b'}",
      "any_errors_fatal: true",
    );
    assert.doesNotMatch(await told(first + second), /two/);
  });
  it("tell once what one does for all", async () => {
    const tasks =
      "- {name: one, command: echo, run_once: true, register: r}\n- {name: two, assert: {that: r.rc == 0}, when: inventory_hostname != 'a'}";
    assert.match(await told(play(tasks)), /^a one changed, [abc] two/);
  });
  it("all stop where what one does for all fails", async () => {
    const first = play("- {name: one, command: 'false', run_once: true}\n- {name: never, debug: {msg: x}}");
    assert.equal(await told(first + second), "a one failed: 2");
  });
});

onLinux("a keyword that cannot be rendered", () => {
  const cases: [keyword: string, value: string][] = [
    ["ignore_errors", "'{{ r.nothing }}'"],
    ["become", "'{{ r.nothing }}'"],
    ["delegate_to", "'{{ r.nothing }}'"],
    ["environment", "{A: '{{ r.nothing }}'}"],
    ["notify", "'{{ r.nothing }}'"],
    ["changed_when", "r.nothing"],
    ["failed_when", "r.nothing"],
    ["until", "r.nothing"],
  ];
  for (const [keyword, value] of cases) {
    it(`makes the task fail, with its place: ${keyword}`, async () => {
      const { tasks, code } = await runPlaybook({
        "site.yaml": play(`- command: echo\n  register: r\n- command: echo\n  ${keyword}: ${value}`),
      });
      assert.equal(code, 2);
      assert.match(tasks.at(-1)?.message ?? "", /^site.yaml:7:\d+: "r.nothing" is undefined$/);
    });
  }
  it("hides everything when it is no_log", async () => {
    const { tasks, out } = await runPlaybook({
      "site.yaml": play(
        "- command: echo\n  register: r\n- command: echo s3cret\n  no_log: '{{ r.nothing }}'",
      ),
    });
    assert.equal(tasks.at(-1)?.status, "failed");
    assert.doesNotMatch(out, /s3cret/);
  });
  it("ends the play on the host when it is the play's", async () => {
    const { code, errors } = await runPlaybook({
      "site.yaml": play(
        "- command: echo\n  notify: h",
        "vars: {l: []}\nbecome: '{{ l[0] }}'\nhandlers: [{name: h, debug: {msg: x}}]",
      ),
    });
    assert.deepEqual([code, errors], [2, ['site.yaml:4:17: "l[0]" is undefined']]);
  });
});
