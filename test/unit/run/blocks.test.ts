import assert from "node:assert/strict";
import { play, project, runPlaybook } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

/** Runs tasks; each task is told by its name and status. */
async function told(tasks: string, more = "", files: Record<string, string> = {}) {
  const { tasks: events, ...ran } = await runPlaybook({ "site.yaml": play(tasks, more), ...files });
  return { ...ran, told: events.map(({ task, status }) => `${task} ${status}`).join(", ") };
}

onLinux("a block", () => {
  it("that fails is rescued: the host is not failed, and always runs", async () => {
    const {
      told: events,
      code,
      recap,
    } = await told(`
- block:
    - {name: a, fail: {msg: sorry}}
    - {name: b, debug: {msg: x}}
  rescue:
    - {name: c, assert: {that: ["ansible_failed_task.name == 'a'", "ansible_failed_result.msg == 'sorry'"]}}
  always:
    - {name: d, debug: {msg: x}}
- {name: e, debug: {msg: x}}`);
    assert.equal(events, "a failed, c ok, d ok, e ok");
    assert.deepEqual([code, recap?.failed, recap?.rescued], [0, 0, 1]);
  });

  it("without rescue runs always, and then the host fails", async () => {
    const {
      told: events,
      code,
      recap,
    } = await told(`
- block: [{name: a, fail: {msg: sorry}}]
  always: [{name: b, debug: {msg: x}}]
- {name: c, debug: {msg: x}}`);
    assert.equal(events, "a failed, b ok");
    assert.deepEqual([code, recap?.failed], [2, 1]);
  });

  it("whose rescue fails, fails", async () => {
    const { told: events, code } = await told(`
- block: [{name: a, fail: {msg: sorry}}]
  rescue: [{name: b, fail: {msg: no}}]
  always: [{name: c, debug: {msg: x}}]`);
    assert.equal(events, "a failed, b failed, c ok");
    assert.equal(code, 2);
  });

  it("within a block hands its failure to the rescue around it", async () => {
    const { told: events, code } = await told(`
- block:
    - block: [{name: a, fail: {msg: sorry}}]
      always: [{name: b, debug: {msg: x}}]
  rescue: [{name: c, debug: {msg: x}}]`);
    assert.equal(events, "a failed, b ok, c ok");
    assert.equal(code, 0);
  });

  it("hands conditions, variables and tags to its tasks", async () => {
    const { told: events } = await told(`
- when: 1 == 2
  block: [{name: a, debug: {msg: x}}]
- vars: {v: 5}
  block: [{name: b, assert: {that: [v == 5]}}]`);
    assert.equal(events, "a skipped, b ok");
  });
});

onLinux("an include", () => {
  it("takes the file that a variable names, once for each item", async () => {
    const { tasks } = await runPlaybook({
      "site.yaml": play("- include_tasks: '{{ item }}.yaml'\n  loop: [one, two, one]\n  vars: {v: 1}"),
      "one.yaml": "- debug: {msg: '1 {{ item }} {{ v }}'}",
      "two.yaml": "- debug: {msg: '2 {{ item }}'}",
    });
    assert.deepEqual(
      tasks.map(({ message }) => message),
      ["1 one 1", "2 two", "1 one 1"],
    );
  });

  it("leaves no trace when its condition is false, also when the file does not exist", async () => {
    const { told: events, code } = await told("- include_tasks: none.yaml\n  when: false");
    assert.deepEqual([events, code], ["", 0]);
  });

  it("of a file that does not exist fails, and can be rescued", async () => {
    const { told: events, code } = await told(`
- block: [{name: a, include_tasks: none.yaml}]
  rescue: [{name: b, debug: {msg: x}}]`);
    assert.deepEqual([events, code], ["a failed, b ok", 0]);
  });

  it("of a role brings its defaults and its handlers", async () => {
    const { told: events } = await told("- include_role: {name: r}", "", {
      "roles/r/defaults/main.yaml": "v: 7",
      "roles/r/tasks/main.yaml": "- {name: a, command: 'echo {{ v }}', notify: h}",
      "roles/r/handlers/main.yaml": "- {name: h, debug: {msg: '{{ v }}'}}",
    });
    assert.equal(events, "a changed, h ok");
  });

  it("is chosen by its own tags, and its tasks by theirs", async () => {
    const { tasks } = await runPlaybook(
      {
        "site.yaml": play("- include_tasks: a.yaml\n  tags: x"),
        "a.yaml": "- {name: a, debug: {msg: x}}\n- {name: b, debug: {msg: x}, tags: x}",
      },
      "--tags",
      "x",
    );
    assert.deepEqual(
      tasks.map(({ task }) => task),
      ["b"],
    );
  });
});

onLinux("until", () => {
  it("tries again until the condition holds, and tells how often", async () => {
    const { told: events } = await told(`
- name: a
  shell: 'echo x >>DIR/tries; wc -l <DIR/tries'
  register: r
  until: r.stdout | int >= 3
  retries: 5
  delay: 0
- {name: b, assert: {that: [r.attempts == 3]}}`);
    assert.equal(events, "a changed, b ok");
  });

  it("fails when the condition never holds", async () => {
    const { tasks } = await runPlaybook({
      "site.yaml": play("- command: 'true'\n  register: r\n  until: r.rc == 1\n  retries: 2\n  delay: 0"),
    });
    assert.deepEqual([tasks[0]?.status, tasks[0]?.message], ["failed", "until does not hold after 3 tries"]);
  });

  it("looks anew each time", async () => {
    const { told: events } = await told(`
- command: sh -c '(sleep 0.3; touch DIR/late) &'
- name: a
  stat: {path: DIR/late}
  register: r
  until: r.stat.exists
  retries: 100
  delay: 0.02`);
    assert.match(events, /a ok$/);
  });
});

const three = `all: {hosts: {h1: , h2: , h3: }, vars: {ansible_connection: local, ansible_state_directory: DIR/.state}}`;

onLinux("several hosts", () => {
  const site = (tasks: string, more = "") => ({ "site.yaml": play(tasks, more), "inventory.yaml": three });

  it("share what run_once found on the first of them", async () => {
    const { tasks } = await runPlaybook(
      site(
        "- command: 'echo {{ inventory_hostname }}'\n  register: r\n  run_once: true\n- debug: {msg: '{{ r.stdout }}'}",
      ),
    );
    assert.deepEqual(
      tasks.filter(({ module }) => module === "debug").map(({ message }) => message),
      ["h1", "h1", "h1"],
    );
  });

  it("have it done once for each item of an include in a loop", async () => {
    const tasks = "- include_tasks: one.yaml\n  loop: [a, b]";
    const one = `
- {command: "echo {{ item }}", run_once: true, register: r}
- {debug: {msg: "{{ r.stdout }}"}}`;
    const ran = await runPlaybook({ ...site(tasks), "one.yaml": one });
    const told = ran.tasks.flatMap(({ module, message }) => (module === "debug" ? [message] : []));
    assert.deepEqual(told.sort(), ["a", "a", "a", "b", "b", "b"]);
    assert.equal(ran.recap?.failed, 0);
  });

  it("have their tasks run elsewhere by delegate_to, with their own variables", async () => {
    const made = project(
      site(
        "- lineinfile: {path: DIR/f, line: '{{ inventory_hostname }}', create: true}\n  delegate_to: localhost",
      ),
    );
    try {
      const { code } = await made.run();
      assert.equal(code, 0);
      assert.deepEqual(made.tree(".").f?.trim().split("\n").sort(), ["h1", "h2", "h3"]);
    } finally {
      made.remove();
    }
  });

  it("have all done what stands before a task of one for all, wherever that stands", async () => {
    const tasks = `
- block:
    - command: sh -c 'sleep 0.2; echo x >>DIR/done'
      when: inventory_hostname != 'h1'
    - {name: seen, slurp: {src: DIR/done}, run_once: true, register: r}
    - {command: "true"}
- assert: {that: "r.content | b64decode == 'x\\nx\\n'"}
- include_tasks: more.yaml
  when: inventory_hostname != 'h2'
- assert: {that: "r.content | b64decode == 'x\\nx\\ny\\n'"}
  when: inventory_hostname != 'h2'`;
    const more = `
- command: sh -c 'sleep 0.2; echo y >>DIR/done'
  when: inventory_hostname == 'h3'
- {slurp: {src: DIR/done}, run_once: true, register: r}`;
    const { code, out } = await runPlaybook({ ...site(tasks), "more.yaml": more });
    assert.equal(code, 0, out);
  });

  it("do not go on before what is done elsewhere is done by all, and see it", async () => {
    const tasks = `
- stat: {path: DIR/h3}
- command: sh -c 'sleep 0.{{ inventory_hostname[1] }}; touch DIR/{{ inventory_hostname }}'
  delegate_to: localhost
  when: inventory_hostname != 'h2'
- stat: {path: DIR/h3}
  register: r
- assert: {that: r.stat.exists}`;
    const { code, out } = await runPlaybook(site(tasks));
    assert.equal(code, 0, out);
  });

  it("do not wait for one that has failed or takes another way", async () => {
    const { code, tasks } = await runPlaybook(
      site(`
- block:
    - {command: "false", when: inventory_hostname == 'h1'}
    - {name: once, command: "true", run_once: true}
  rescue:
    - {name: other way, command: "true", delegate_to: h2}
- {name: fails, command: "false", when: inventory_hostname == 'h2'}
- {name: last, command: "true", run_once: true}`),
    );
    assert.equal(code, 2);
    assert.equal(tasks.filter(({ task, status }) => task === "last" && status === "changed").length, 1);
  });

  it("go on when one of them fails", async () => {
    const { tasks, code } = await runPlaybook(
      site("- {name: a, fail: {msg: x}, when: inventory_hostname == 'h2'}\n- {name: b, debug: {msg: x}}"),
    );
    assert.deepEqual(
      tasks
        .filter(({ task }) => task === "b")
        .map(({ host }) => host)
        .sort(),
      ["h1", "h3"],
    );
    assert.equal(code, 2);
  });

  it("all end when one of them fails, where any_errors_fatal says so", async () => {
    const { tasks } = await runPlaybook(
      site(
        "- {name: a, fail: {msg: x}, when: inventory_hostname == 'h2'}\n- {name: b, debug: {msg: x}}",
        "any_errors_fatal: true",
      ),
    );
    assert.deepEqual(
      tasks.filter(({ task }) => task === "b"),
      [],
    );
  });

  it("leave the play by end_host alone, and by end_play together", async () => {
    const ends = (how: string) =>
      runPlaybook(
        site(`- meta: ${how}\n  when: inventory_hostname == 'h1'\n- {name: b, debug: {msg: x}}`, "serial: 1"),
      );
    const hosts = ({ tasks }: Awaited<ReturnType<typeof ends>>) => tasks.map(({ host }) => host).join(" ");
    assert.equal(hosts(await ends("end_host")), "h2 h3");
    assert.equal(hosts(await ends("end_play")), "");
  });

  it("run in batches by serial, each through the whole play", async () => {
    const { events } = await runPlaybook(
      site("- {name: a, debug: {msg: x}}\n- {name: b, debug: {msg: x}}", "serial: [1, 2]"),
    );
    const seen = events.flatMap((event) => (event.event === "play" ? [event.hosts.join("+")] : []));
    assert.deepEqual(seen, ["h1", "h2+h3"]);
  });

  it("run handlers after a failure where force_handlers says so", async () => {
    const { tasks } = await runPlaybook({
      "site.yaml": play(
        "- {command: echo, notify: h}\n- fail: {msg: x}",
        "force_handlers: true\nhandlers: [{name: h, debug: {msg: x}}]",
      ),
    });
    assert.equal(tasks.at(-1)?.task, "h");
  });
});
