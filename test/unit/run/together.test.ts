// Changes of tasks that follow one another go in one batch. Nobody must be able to tell, but by the round trips.

import assert from "node:assert/strict";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { play, project } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

async function outcome(files: Readonly<Record<string, string>>, ...options: string[]) {
  const made = project({ "t/.keep": "", ...files });
  try {
    const ran = await made.run(...options);
    const pending = await readFile(join(made.directory, ".state/pending-handlers"), "utf8").catch(() => "");
    return { ...ran, tree: await listing(join(made.directory, "t")), pending };
  } finally {
    made.remove();
  }
}

/** Paths with mode and text, or where a link leads. */
async function listing(directory: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const path of (await readdir(directory, { recursive: true })).sort()) {
    const full = join(directory, path);
    const stat = await lstat(full);
    if (stat.isSymbolicLink()) found[path] = `-> ${await readlink(full)}`.replaceAll(directory, "");
    else if (stat.isFile())
      found[path] = `${(stat.mode & 0o777).toString(8)} ${await readFile(full, "utf8")}`;
  }
  return found;
}

onLinux("changes that follow one another", () => {
  it("go in one batch, of several tasks and of loops, with what they notify", async () => {
    const { recap, statuses, tree } = await outcome({
      "site.yaml": play(
        `
- copy: {content: a, dest: DIR/t/a}
  notify: first
- copy: {content: "{{ item }}", dest: "DIR/t/{{ item }}"}
  loop: [b, c, d]
- copy: {content: never, dest: DIR/t/never}
  when: false
- lineinfile: {path: DIR/t/e, line: x = 1, create: true}
  notify: second
`,
        `handlers:
  - {name: second, command: touch DIR/t/second}
  - {name: first, command: touch DIR/t/first}`,
      ),
    });
    assert.equal(statuses, "changed changed skipped changed changed changed");
    assert.deepEqual(Object.keys(tree).sort(), [".keep", "a", "b", "c", "d", "e", "first", "second"]);
    // To look, to write, two commands, and to strike out the last of them.
    assert.equal(recap?.roundTrips, 5);
  });

  const failing = `
- copy: {content: a, dest: DIR/t/a}
- copy: {content: b, dest: DIR/t/b, validate: "false %s"}
  IGNORE
- copy: {content: c, dest: DIR/t/c}`;

  it("end with the one that fails", async () => {
    const { code, statuses, tree, recap } = await outcome({
      "site.yaml": play(failing.replace("IGNORE", "tags: x")),
    });
    assert.deepEqual([code, statuses, Object.keys(tree)], [2, "changed failed", [".keep", "a"]]);
    assert.equal(recap?.roundTrips, 2);
  });

  it("go on after one whose failure is ignored", async () => {
    const { code, statuses, tree } = await outcome({
      "site.yaml": play(failing.replace("IGNORE", "ignore_errors: true")),
    });
    assert.deepEqual(
      [code, statuses, Object.keys(tree)],
      [0, "changed ignored changed", [".keep", "a", "c"]],
    );
  });

  it("are told all the same when the run is interrupted meanwhile", async () => {
    const tasks = ["a", "b", "c"].map((name) => `- copy: {content: ${name}, dest: DIR/t/${name}}`).join("\n");
    const { code, statuses, tree } = await outcome({
      "site.yaml": play(`${tasks}\n- meta: end_play\n${tasks}`),
    });
    assert.deepEqual(
      [code, statuses, Object.keys(tree)],
      [0, "changed changed changed", [".keep", "a", "b", "c"]],
    );
  });

  it("go on in a batch of their own where one was altered by another name", async () => {
    const { recap, statuses, tree } = await outcome({
      "site.yaml": play(`
- file: {src: one, dest: DIR/t/other, state: link, force: true}
- file: {path: DIR/t/one, state: directory}
- copy: {content: x, dest: DIR/t/one/a}
- copy: {content: x, dest: DIR/t/other/a}
- copy: {content: y, dest: DIR/t/other/a}
- copy: {content: y, dest: DIR/t/one/a}`),
    });
    assert.equal(statuses, "changed changed changed ok changed ok");
    assert.equal(tree["one/a"], "644 y");
    // To look; up to the first that is not as foreseen, a link to nothing having become one to a directory; and so on.
    assert.equal(recap?.roundTrips, 4);
  });

  it("see the variables of an include up to its end", async () => {
    const { statuses, tree } = await outcome({
      "part.yaml": "- copy: {content: '{{ what }}', dest: DIR/t/a}\n",
      "site.yaml": play(
        `
- include_tasks: part.yaml
  vars: {what: inner}
- copy: {content: "{{ what }}", dest: DIR/t/b}
- copy: {content: "{{ what }}", dest: DIR/t/c}`,
        "vars: {what: outer}",
      ),
    });
    assert.equal(statuses, "changed changed changed");
    assert.deepEqual(tree, { ".keep": "644 ", a: "644 inner", b: "644 outer", c: "644 outer" });
  });

  it("go in one batch with the directories that they are in, out of blocks and into them, up to a command", async () => {
    const { recap, statuses, tree } = await outcome({
      "site.yaml": play(`
- file: {path: DIR/t/one/two, state: directory, mode: "0750"}
- copy: {content: a, dest: DIR/t/one/two/a}
- block:
    - copy: {content: b, dest: DIR/t/one/b}
    - file: {src: b, dest: DIR/t/one/c, state: link}
  rescue:
    - copy: {content: never, dest: DIR/t/never}
  always:
    - file: {path: DIR/t/one/b, mode: "0600"}
- file: {path: DIR/t/one/two, state: directory}
- copy: {content: a, dest: DIR/t/one/two/a, mode: "0644"}
- shell: cat DIR/t/one/c DIR/t/one/two/a >DIR/t/said
  register: said
- copy: {content: "{{ said.rc }}", dest: DIR/t/status}`),
    });
    assert.equal(statuses, "changed changed changed changed changed ok ok changed changed");
    assert.deepEqual(tree, {
      ".keep": "644 ",
      "one/two/a": "644 a",
      "one/b": "600 b",
      "one/c": "-> b",
      said: "644 ba",
      status: "644 0",
    });
    // To look, to change, the command, to look at what could not be known before it, to write that.
    assert.equal(recap?.roundTrips, 5);
  });

  it("end where a block is rescued, with what its rescue goes by", async () => {
    const { statuses, tree } = await outcome({
      "site.yaml": play(`
- block:
    - copy: {content: a, dest: DIR/t/a}
    - copy: {content: b, dest: DIR/t/b, validate: "false %s"}
    - copy: {content: c, dest: DIR/t/c}
  rescue:
    - copy: {content: "{{ ansible_failed_result.dest }}", dest: DIR/t/failed}
  always:
    - copy: {content: d, dest: DIR/t/d}`),
    });
    assert.equal(statuses, "changed failed changed changed");
    assert.deepEqual(Object.keys(tree), [".keep", "a", "d", "failed"]);
  });

  it("take the time that they took, and not the time of the first", async () => {
    const { tasks, recap } = await outcome({
      "site.yaml": play(`
- copy: {content: a, dest: DIR/t/a}
- copy: {content: b, dest: DIR/t/b, validate: "sh -c 'sleep 0.3' %s"}`),
    });
    assert.equal(recap?.roundTrips, 2);
    // By the host's clock, which counts hundredths.
    assert.ok((tasks[1]?.ms ?? 0) >= 290, `${tasks[1]?.ms} ms`);
  });

  it("go through flushes, where handlers that were notified run in their order", async () => {
    const files = {
      "site.yaml": play(
        `
- {copy: {content: a, dest: DIR/t/a}, notify: second}
- {copy: {content: b, dest: DIR/t/b}, notify: [second, first]}
- meta: flush_handlers
- {copy: {content: c, dest: DIR/t/c}, notify: first}
- {copy: {content: d, dest: DIR/t/d, mode: "{{ mode }}"}, notify: third}`,
        `handlers:
  - {name: first, file: {path: DIR/t/.keep, mode: "0600"}}
  - {name: second, lineinfile: {path: DIR/t/a, line: second}}
  - {name: third, file: {path: DIR/t/.keep, mode: "0640"}}`,
      ),
    };
    const { tasks, tree, pending, recap } = await outcome(files, "-e", "mode=0644");
    const order = ["copy", "copy", "first", "second", "copy", "copy", "first", "third"];
    assert.deepEqual(
      tasks.map(({ task }) => task),
      order,
    );
    assert.deepEqual([tree[".keep"], tree.a, pending], ["640 ", "644 a\nsecond\n", ""]);
    // To look; to write both; to look at what the first handler needs; and to do all the rest.
    assert.equal(recap?.roundTrips, 4);
    const failing = await outcome(files, "-e", "mode=4999");
    assert.equal(failing.statuses, "changed changed changed changed changed failed");
    assert.match(failing.pending, /first/);
  });

  it("are kept one by one for on_failure: restore, and those that were not made are not", async () => {
    const before = { "t/a": "before a", "t/b": "before b", "t/c": "before c" };
    const made = project({
      ...before,
      "site.yaml": play(
        `
- copy: {content: a, dest: DIR/t/a}
- file: {path: DIR/t/new, state: directory}
- copy: {content: once, dest: DIR/t/new/a}
- copy: {content: twice, dest: DIR/t/new/a}
- copy: {content: b, dest: DIR/t/b, validate: "false %s"}
- copy: {content: c, dest: DIR/t/c}`,
        "on_failure: restore",
      ),
    });
    try {
      const { recap, statuses } = await made.run();
      assert.equal(statuses, "changed changed changed changed failed changed");
      assert.deepEqual(made.tree("t"), { a: "before a", b: "before b", c: "before c" });
      const journal = Object.entries(made.tree(".")).find(([path]) => path.endsWith("/journal"))?.[1] ?? "";
      const paths = [...journal.matchAll(/"path":"[^"]*\/t\/([^"]*)"/g)].map(([, path]) => path);
      assert.deepEqual(paths, ["a", "new", "new/a", "b"]);
      // To look, to change, to put back, and to say that it is done with.
      assert.equal(recap?.roundTrips, 4);
    } finally {
      made.remove();
    }
  });

  const names = fc.constantFrom("a", "b", "A", "d/a", "l/a", "l/b", "n/a", "n/m/b");
  const task = fc.oneof(
    fc
      .tuple(names, fc.constantFrom("1\n", "2\n"), fc.constantFrom("0644", "0600"))
      .map(([name, content, mode]) => ({ copy: { content, dest: `DIR/t/${name}`, mode } })),
    fc
      .tuple(names, fc.constantFrom("1", "x"))
      .map(([name, line]) => ({ lineinfile: { path: `DIR/t/${name}`, line, create: true } })),
    names.map((name) => ({ file: { path: `DIR/t/${name}`, state: "absent" } })),
    fc.tuple(names, names).map(([name, to]) => ({
      file: { src: `DIR/t/${to}`, dest: `DIR/t/${name}`, state: "link", force: true },
    })),
    names.map((name) => ({ copy: { content: "z", dest: `DIR/t/${name}`, validate: "false %s" } })),
    fc
      .tuple(fc.constantFrom("n", "n/m", "l", "a"), fc.constantFrom("0755", "0700"))
      .map(([name, mode]) => ({ file: { path: `DIR/t/${name}`, state: "directory", mode } })),
    fc
      .tuple(names, fc.constantFrom("0644", "0600"))
      .map(([name, mode]) => ({ file: { path: `DIR/t/${name}`, mode } })),
    fc.tuple(names, names).map(([name, to]) => ({ shell: `cat DIR/t/${name} >DIR/t/${to}` })),
    fc
      .tuple(names, names)
      .map(([name, to]) => ({ command: { cmd: `cp DIR/t/${name} DIR/t/${to}`, creates: `DIR/t/${to}` } })),
  );

  const handlers = [
    { name: "one", file: { path: "DIR/t/one", state: "touch" } },
    { name: "two", copy: { content: "two", dest: "DIR/t/l/a" } },
    { name: "three", shell: "echo three >>DIR/t/three" },
    { name: "four", file: { path: "DIR/t/four", state: "touch" } },
  ];
  const step = fc.oneof(
    { weight: 1, arbitrary: fc.constant({ meta: "flush_handlers" }) },
    {
      weight: 6,
      arbitrary: fc
        .tuple(task, fc.subarray(["one", "two", "three", "four"], { maxLength: 2 }))
        .map(([task, notify]) => ({ ...task, notify })),
    },
  );

  it("come to the same as one at a time", async function () {
    this.timeout(240_000);
    type OnFailure = "go on" | "stop" | "restore";
    const run = async (steps: readonly object[], onFailure: OnFailure, more: object) => {
      const each = (task: object): object =>
        "meta" in task
          ? task
          : { ...task, ...more, ...(onFailure === "go on" ? { ignore_errors: true } : {}) };
      const play = {
        hosts: "all",
        gather_facts: false,
        ...(onFailure === "restore" ? { on_failure: "restore" } : {}),
        tasks: [{ file: { src: "d", dest: "DIR/t/l", state: "link" } }, ...steps.map(each)],
        handlers: handlers.map(each),
      };
      const { code, tasks, tree, pending } = await outcome({
        "t/d/.keep": "",
        "site.yaml": JSON.stringify([play]),
      });
      const told = tasks.map(({ task, kind, status }) => `${kind} ${task} ${status}`);
      // Handlers run in the order of their definition, in whichever their names stand there.
      return { code, told, tree, pending: pending.split("\n").sort() };
    };
    const steps = fc.array(step, { minLength: 2, maxLength: 14 });
    const property = fc.asyncProperty(
      steps,
      fc.constantFrom<OnFailure>("go on", "stop", "restore"),
      async (steps, onFailure) => {
        const oneByOne = await run(steps, onFailure, { register: "unused" });
        assert.deepEqual(await run(steps, onFailure, {}), oneByOne);
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });
});
