// Ctrl-C: the step in hand is finished, nothing more is begun, and the next run goes on from there.

import { deepStrictEqual, equal, match, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { type Project, play, project } from "./run-playbook.ts";

/** What says that it is at work, and goes on when it may. */
const WORK = "touch DIR/at-work; until [ -e DIR/go ]; do sleep 0.05; done";

describe("A run that is interrupted", () => {
  let made: Project;
  afterEach(() => made.remove());
  const site = (tasks: string, more = "") => {
    made = project({ "site.yaml": play(tasks, more) });
    return made;
  };
  const interrupted = () => made.interrupted("at-work", "go");
  const handlers = "handlers:\n  - name: Use it\n    command: touch DIR/used\n";

  it("finishes the command in hand, and leaves the rest and the handlers to the next run", async () => {
    site(
      `- shell: ${WORK}\n  args: { creates: DIR/go }\n  notify: Use it\n- command: touch DIR/after\n`,
      handlers,
    );
    const ran = await interrupted();
    deepStrictEqual([ran.code, ran.statuses], [130, "changed"]);
    const next = await made.run();
    deepStrictEqual([next.code, next.statuses], [0, "ok changed changed"]);
    ok(existsSync(`${made.directory}/used`));
  });

  it("finishes the item in hand of a loop, and says how many are left", async () => {
    site(
      `- shell: "echo {{ item }} >>DIR/done; ${WORK}"\n  loop: [1, 2, 3]\n  register: result\n- command: touch DIR/after\n`,
    );
    const ran = await interrupted();
    deepStrictEqual([ran.code, ran.statuses], [130, "failed"]);
    equal(ran.tasks[0]?.message, "interrupted: 2 items have not had a turn");
    deepStrictEqual(
      ran.tasks[0]?.items?.map(({ status }) => status),
      ["changed"],
    );
    equal(made.tree("").done, "1\n");
  });

  const waits: readonly (readonly [what: string, task: string])[] = [
    [
      "the pause between tries",
      "- shell: touch DIR/at-work; false\n  register: tried\n  until: tried.rc == 0\n  delay: 600\n",
    ],
    [
      "the pause between items",
      "- command: touch DIR/at-work\n  loop: [1, 2]\n  loop_control: { pause: 600 }\n",
    ],
    ["a pause", "- command: touch DIR/at-work\n- pause: { minutes: 10 }\n"],
  ];
  for (const [what, task] of waits) {
    it(`does not wait for ${what}`, async () => {
      site(task);
      const ran = await interrupted();
      equal(ran.code, 130);
      match(ran.tasks.at(-1)?.message ?? "interrupted", /^interrupted/);
    });
  }

  it("finishes the handler in hand, and the next run makes up for the others", async () => {
    const more = `handlers:\n  - name: Slow\n    shell: "${WORK}"\n  - name: Use it\n    command: touch DIR/used\n`;
    site("- copy: { dest: DIR/file, content: x }\n  notify: [Slow, Use it]\n", more);
    const ran = await interrupted();
    deepStrictEqual([ran.code, ran.statuses], [130, "changed changed"]);
    const next = await made.run();
    deepStrictEqual([next.statuses, next.tasks.at(-1)?.task], ["ok changed", "Use it"]);
  });

  it("leaves a handler that includes tasks to the next run when it comes between these", async () => {
    made = project({
      "site.yaml": play(
        "- copy: { dest: DIR/file, content: x }\n  notify: Use it\n",
        "handlers:\n  - name: Use it\n    include_tasks: use.yaml\n",
      ),
      "use.yaml": `- shell: ${WORK}\n- command: touch DIR/used\n`,
    });
    equal((await interrupted()).code, 130);
    ok(!existsSync(`${made.directory}/used`));
    equal((await made.run()).code, 0);
    ok(existsSync(`${made.directory}/used`));
  });

  it("is no failure that puts things back: what is done stands, and belongs to the next run", async () => {
    const loop = (guard: string) =>
      `- copy: { dest: DIR/out/file, content: "new\\n" }\n- shell: "${WORK}"\n  loop: [1, 2]\n- fail: {}\n  when: ${guard}\n`;
    made = project({ "site.yaml": play(loop("false"), "on_failure: restore"), "out/file": "old\n" });
    equal((await interrupted()).code, 130);
    equal(made.tree("out").file, "new\n");
    ok(made.tree(".state").unfinished);
    made.write({ "site.yaml": play(loop("true"), "on_failure: restore") });
    equal((await made.run()).code, 2);
    equal(made.tree("out").file, "old\n");
  });
});
