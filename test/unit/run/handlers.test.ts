// Handlers: when they run, and what is told of those that are not there.

import assert from "node:assert/strict";
import { play, project, runPlaybook } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("handlers", () => {
  const handlers = "handlers: [{name: one, debug: {msg: x}}, {name: two, debug: {msg: x}, listen: topic}]";
  const names = async (tasks: string) => {
    const { tasks: events } = await runPlaybook({ "site.yaml": play(tasks, handlers) });
    return events
      .filter(({ kind }) => kind === "handler")
      .map(({ task }) => task)
      .join(" ");
  };
  it("run once, in the order of their definition", async () =>
    assert.equal(
      await names("- command: echo\n  notify: [two, one]\n- command: echo\n  notify: two"),
      "one two",
    ));
  it("do not run when nothing changed", async () =>
    assert.equal(await names("- debug: {msg: x}\n  notify: one"), ""));
  it("hear of topics", async () => assert.equal(await names("- command: echo\n  notify: topic"), "two"));
  it("run at once at flush_handlers", async () => {
    const { tasks } = await runPlaybook({
      "site.yaml": play(
        "- command: echo\n  notify: one\n- meta: flush_handlers\n- debug: {msg: after}",
        handlers,
      ),
    });
    assert.deepEqual(
      tasks.map(({ task }) => task),
      ["command", "one", "debug"],
    );
  });
  it("may notify a later one", async () => {
    const { tasks } = await runPlaybook({
      "site.yaml": play(
        "- command: echo\n  notify: one",
        "handlers: [{name: one, command: echo, notify: two}, {name: two, debug: {msg: x}}]",
      ),
    });
    assert.deepEqual(
      tasks.map(({ task }) => task),
      ["command", "one", "two"],
    );
  });
  it("may include tasks, which run in order and may notify later handlers", async () => {
    const { tasks } = await runPlaybook({
      "site.yaml": play(
        "- command: echo\n  notify: [late, topic]\n- meta: flush_handlers\n- debug: {msg: x}",
        "handlers:\n- {name: one, include_tasks: '{{ f }}.yaml', vars: {f: h}, listen: topic}\n" +
          "- {name: late, debug: {msg: x}}\n- {name: two, debug: {msg: x}}",
      ),
      "h.yaml": "- {name: a, command: echo, notify: two}\n- {name: b, debug: {msg: x}}\n",
    });
    assert.deepEqual(
      tasks.map(({ kind, task }) => `${kind} ${task}`),
      ["task command", "handler a", "handler b", "handler late", "handler two", "task debug"],
    );
  });
  it("that include tasks and were not run to their end by a failed run are run again by the next one", async () => {
    const made = project({
      "site.yaml": play(
        "- copy: {content: hi, dest: DIR/f}\n  notify: h",
        "handlers: [{name: h, include_tasks: h.yaml}]",
      ),
      "h.yaml": "- command: echo\n- fail: {msg: no}\n  when: stop | default(false) | bool\n",
    });
    try {
      assert.equal((await made.run("-e", "stop=true")).statuses, "changed changed failed");
      assert.equal((await made.run()).statuses, "ok changed skipped");
      assert.equal((await made.run()).statuses, "ok");
    } finally {
      made.remove();
    }
  });
  it("that a failed run left over run in the next one, although nothing changes any more", async () => {
    const made = project({
      "site.yaml": play(
        "- copy: {content: hi, dest: DIR/f}\n  notify: h\n- fail: {msg: no}\n  when: stop | default(false) | bool",
        "handlers: [{name: h, debug: {msg: x}}]",
      ),
    });
    try {
      assert.equal((await made.run("-e", "stop=true")).statuses, "changed failed");
      assert.equal((await made.run()).statuses, "ok skipped ok");
      assert.equal((await made.run()).statuses, "ok skipped");
    } finally {
      made.remove();
    }
  });
});

onLinux("what a task notifies", () => {
  const handlersOf = async (tasks: string, more: string) => {
    const { tasks: events, errors } = await runPlaybook({ "site.yaml": play(tasks, more) });
    const failed = events.filter(({ status }) => status === "failed").map(({ message }) => message);
    const ran = events.filter(({ kind }) => kind === "handler").map(({ task }) => task);
    return [...ran, ...failed, ...errors].join(", ");
  };
  it("may depend on the item of its loop", async () =>
    assert.equal(
      await handlersOf(
        "- command: echo\n  loop: [a, b]\n  notify: 'restart {{ item }}'",
        "handlers: [{name: restart a, debug: {msg: x}}, {name: restart b, debug: {msg: x}}]",
      ),
      "restart a, restart b",
    ));
  it("may be a handler whose name depends on variables", async () =>
    assert.equal(
      await handlersOf(
        "- command: echo\n  notify: restart nginx",
        "vars: {service: nginx}\nhandlers: [{name: 'restart {{ service }}', debug: {msg: x}}]",
      ),
      "restart nginx",
    ));
  it("is told when it turns out not to be there, before the task does anything", async () =>
    assert.equal(
      await handlersOf(
        "- command: echo\n  notify: 'restart {{ service }}'",
        "vars: {service: nginx}\nhandlers: [{name: restart apache, debug: {msg: x}}]",
      ),
      'there is no handler "restart nginx" to notify',
    ));
});
