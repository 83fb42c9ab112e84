import assert from "node:assert/strict";
import { play, project, runPlaybook } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

const site = play(
  `
- file: {path: DIR/t/etc/app, state: directory, mode: "0750"}
- template: {src: app.j2, dest: DIR/t/etc/app/app.conf, mode: "0640"}
  notify: restart
- copy: {content: "x\\n", dest: DIR/t/etc/app/other}
- lineinfile: {path: DIR/t/etc/app/lines, line: "extra = 1", create: true}
- command: touch DIR/t/made
  args: {creates: DIR/t/made}
- stat: {path: DIR/t/etc/app/app.conf}
  register: found
- debug: {msg: "{{ found.stat.exists }}"}`,
  "vars: {size: 1}\nhandlers: [{name: restart, command: echo restarted}]",
);

onLinux("check mode", () => {
  it("walks to the end on a bare host, writes nothing, and foretells task by task what a run does", async () => {
    const made = project({ "site.yaml": site, "templates/app.j2": "size = {{ size }}\n", "t/keep": "" });
    try {
      const before = made.tree("t");
      const foretold = await made.run("--check", "--diff");
      assert.deepEqual(made.tree("t"), before);
      const real = await made.run("--diff");
      const seen = (ran: typeof real) =>
        ran.tasks.filter(({ kind }) => kind === "task").map(({ status, diff }) => [status, diff]);
      assert.deepEqual(seen(foretold), seen(real));
      assert.equal(real.statuses, "changed changed changed changed changed ok ok changed");
      assert.equal((await made.run("--check")).statuses, "ok ok ok ok ok ok ok");
    } finally {
      made.remove();
    }
  });

  it("foretells commands with creates and removes, and what is copied and edited on the host", async () => {
    const made = project({
      "site.yaml": play(`
- copy: {content: "one\\ntwo\\n", dest: DIR/t/f}
- command: touch DIR/t/a
  args: {creates: DIR/t/a}
- command: touch DIR/t/b
  args: {creates: DIR/t/f}
- command: rm DIR/t/a
  args: {removes: DIR/t/a}
- copy: {src: DIR/t/f, dest: DIR/t/made/, remote_src: true}
- replace: {path: DIR/t/made/f, regexp: ^o, replace: O}
- replace: {path: DIR/t/made/f, regexp: ^o, replace: O}
- file: {src: DIR/t/f, dest: DIR/t/hard, state: hard}
- lineinfile: {path: DIR/t/hard, line: two}
- copy: {src: DIR/t/dir, dest: DIR/t/copied, remote_src: true}
- copy: {content: x, dest: DIR/t/dir/one, backup: true}
- file: {path: DIR/t/f, state: absent}`),
      "t/dir/one": "1",
    });
    try {
      const foretold = await made.run("--check", "--diff");
      const real = await made.run("--diff");
      const seen = ({ tasks }: typeof real) => tasks.map(({ status, diff }) => [status, diff]);
      assert.deepEqual(seen(foretold), seen(real));
      assert.equal(
        real.statuses,
        "changed changed ok changed changed changed ok changed ok changed changed changed",
      );
    } finally {
      made.remove();
    }
  });

  it("names exactly the one file that has drifted, with a readable diff", async () => {
    const made = project({
      "site.yaml": play('- copy: {content: "a\\nb\\n", dest: DIR/t/f}\n- copy: {content: c, dest: DIR/t/g}'),
      "t/f": "a\nB\n",
      "t/g": "c",
    });
    try {
      const { tasks, statuses } = await made.run("--check", "--diff");
      assert.equal(statuses, "changed ok");
      assert.deepEqual(tasks[0]?.diff, [
        { path: `${made.directory}/t/f`, before: "a\nB\n", after: "a\nb\n" },
      ]);
    } finally {
      made.remove();
    }
  });

  it("of one task in a real run leaves the next one to do what it foresaw", async () => {
    const made = project({
      "site.yaml": play(
        "- copy: {content: x, dest: DIR/t/f}\n  check_mode: true\n- copy: {content: x, dest: DIR/t/f}",
      ),
      "t/keep": "",
    });
    try {
      assert.equal((await made.run()).statuses, "changed changed");
      assert.equal(made.tree("t").f, "x");
    } finally {
      made.remove();
    }
  });

  it("and a task that really runs in it sees what is there, not what was foreseen", async () => {
    const made = project({
      "site.yaml": play(
        "- copy: {content: x, dest: DIR/t/f}\n- copy: {content: x, dest: DIR/t/f}\n  check_mode: false",
      ),
      "t/keep": "",
    });
    try {
      assert.equal((await made.run("--check")).statuses, "changed changed");
      assert.equal(made.tree("t").f, "x");
    } finally {
      made.remove();
    }
  });

  it("skips commands, unless the task asks for them to run", async () => {
    const { statuses } = await runPlaybook(
      {
        "site.yaml": play(
          "- command: echo a\n- command: echo b\n  check_mode: false\n- assert: {that: [ansible_check_mode]}",
        ),
      },
      "--check",
    );
    assert.equal(statuses, "skipped changed ok");
  });
});
