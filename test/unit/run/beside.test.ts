// Files that are written one after the other go in one batch. Nobody must be able to tell, but by the round trips.

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
    return { ...ran, tree: await listing(join(made.directory, "t")) };
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

onLinux("files that are written one after the other", () => {
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

  it("do not go together where one may be the other by another name", async () => {
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
    assert.equal(recap?.roundTrips, 5);
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

  const names = fc.constantFrom("a", "b", "A", "d/a", "l/a", "l/b");
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
  );

  it("come to the same as one at a time", async function () {
    this.timeout(60_000);
    const start = { "t/d/.keep": "" };
    const run = async (tasks: readonly object[], more: object): Promise<unknown> => {
      const before = [
        { file: { src: "d", dest: "DIR/t/l", state: "link" } },
        ...tasks.map((each) => ({ ...each, ignore_errors: true, ...more })),
      ];
      const text = JSON.stringify([{ hosts: "all", gather_facts: false, tasks: before }]);
      const { code, statuses, tree } = await outcome({ ...start, "site.yaml": text });
      return { code, statuses, tree };
    };
    const property = fc.asyncProperty(fc.array(task, { minLength: 2, maxLength: 12 }), async (tasks) => {
      assert.deepEqual(await run(tasks, {}), await run(tasks, { register: "unused" }));
    });
    await fc.assert(property, { numRuns: 25 });
  });
});
