// What a host has kept of the last runs: listed, and put back later by the operator.

import { deepStrictEqual, equal, match } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type Project, play, project } from "./run-playbook.ts";

const RESTORE = "on_failure: restore";

describe("rollback and history", () => {
  let made: Project;
  afterEach(() => made.remove());

  const site = (content: string) =>
    play(
      `- name: Write\n  copy: { dest: DIR/out/file, content: "${content}\\n" }\n- command: "true"`,
      RESTORE,
    );
  async function deploy(content: string) {
    made.write({ "site.yaml": site(content) });
    equal((await made.run()).code, 0);
  }
  const file = () => readFileSync(`${made.directory}/out/file`, "utf8");

  it("lists runs, the last first, and goes back to before the last or any of them", async () => {
    made = project({ "out/file": "zero\n" });
    for (const content of ["one", "two", "three"]) await deploy(content);
    const { code, tasks } = await made.operate("history");
    equal(code, 0);
    const runs = (tasks.at(-1)?.message ?? "").split("\n").filter((line) => /^\S/.test(line));
    equal(runs.length, 3);
    match(
      runs[0] ?? "",
      /^\d{8}T\d{6}-[0-9a-f]{4} {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC {2}\S+@\S+ {2}site.yaml$/,
    );
    match(tasks.at(-1)?.message ?? "", /^ {4}Write$/m);

    const check = await made.operate("rollback", "--check");
    equal(check.statuses, "changed");
    match(check.tasks[0]?.message ?? "", /put back what was there before the run .*out\/file/);
    equal(file(), "three\n");

    equal((await made.operate("rollback")).statuses, "changed");
    equal(file(), "two\n");
    const first = runs[2]?.split(" ")[0] ?? "";
    const back = await made.operate("rollback", "--run", first);
    equal(file(), "zero\n");
    match(back.tasks[0]?.message ?? "", /out\/file: as it was before\n(.*\n)*command: stays, since/);
    const nothing = await made.operate("rollback");
    deepStrictEqual([nothing.code, nothing.statuses], [0, "ok"]);
    match(nothing.tasks[0]?.message ?? "", /^there is nothing to put back$/);
    const twice = await made.operate("rollback", "--run", first);
    match(twice.tasks[0]?.message ?? "", /^the run \S+ has been put back already$/);
    match(
      (await made.operate("history")).tasks.at(-1)?.message ?? "",
      /put back, since an operator asked for it/,
    );
  });

  it("does not name commands that have changed nothing", async () => {
    made = project({
      "site.yaml": play(
        '- { name: Look, command: "true", changed_when: false }\n- { name: Write, copy: { dest: DIR/out/file, content: x } }\n- { name: Act, command: "true" }',
        RESTORE,
      ),
      "out/file": "zero\n",
    });
    equal((await made.run()).code, 0);
    const told = (await made.operate("history")).tasks.at(-1)?.message ?? "";
    deepStrictEqual(told.split("\n").slice(1), ["    Write", "    Act"]);
  });

  it("says when there is no such run", async () => {
    made = project({ "out/file": "zero\n" });
    await deploy("one");
    const { code, tasks } = await made.operate("rollback", "--run", "20260101T000000-0000");
    equal(code, 2);
    match(tasks[0]?.message ?? "", /has kept no run 20260101T000000-0000; chatmail-play history lists them/);
  });

  it("goes by the order on the host, whatever the clocks of those who deploy say", async () => {
    const ahead = Object.fromEntries(
      Array.from({ length: 20 }, (_, n) => [
        `.state/runs/20990101T0000${10 + n}-0000/journal`,
        `{"run":"20990101T0000${10 + n}-0000","at":"2099-01-01T00:00:${10 + n}.000Z","operator":"x@y","playbook":"site.yaml"}\n`,
      ]),
    );
    made = project({ "out/file": "zero\n", ...ahead });
    for (const content of ["one", "two"]) await deploy(content);
    const told = (await made.operate("history")).tasks.at(-1)?.message ?? "";
    const [last = "", before = ""] = told.split("\n").filter((line) => /^\S/.test(line));
    match(last, /^20(?!99)/);
    match(before, /^20(?!99)/);
    equal((await made.operate("rollback")).statuses, "changed");
    equal(file(), "one\n");
    equal((await made.operate("rollback", "--run", before.split(" ")[0] ?? "")).statuses, "changed");
    equal(file(), "zero\n");
  });

  it("keeps twenty runs", async () => {
    const runs = Object.fromEntries(
      Array.from({ length: 25 }, (_, n) => [`.state/runs/20260101T0000${10 + n}-0000/journal`, "{}\n"]),
    );
    made = project({ "out/file": "zero\n", ...runs });
    await deploy("one");
    equal(Object.keys(made.tree(".state/runs")).filter((path) => /^[^/]+\/$/.test(path)).length, 20);
    equal((await made.operate("history")).tasks.at(-1)?.message?.split("\n").length, 3);
  });
});
