// How often a run asks the host: what makes it fast, held fast. About one, plus one for each task that changes
// something or runs a command; and less where changes follow one another.

import assert from "node:assert/strict";
import { type Project, play, project, runPlaybook } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

const file = (n: number): string => `t${n % 2}/f${n}`;
const copies = (count: number): string =>
  Array.from({ length: count }, (_, n) => `- copy: {content: "${n}", dest: DIR/${file(n)}}`).join("\n");
const drifted = (...which: readonly number[]) => Object.fromEntries(which.map((n) => [file(n), "drifted"]));

async function withProject(files: Readonly<Record<string, string>>, test: (made: Project) => Promise<void>) {
  const made = project(files);
  try {
    await test(made);
  } finally {
    made.remove();
  }
}

onLinux("round trips", () => {
  it("are one for a run that changes nothing, and one more for changes that follow one another", async () => {
    await withProject({ "site.yaml": play(copies(20)), "t0/f0": "", "t1/f1": "" }, async (made) => {
      assert.equal((await made.run()).recap?.roundTrips, 2);
      assert.equal((await made.run()).recap?.roundTrips, 1);
      made.write(drifted(7));
      const { recap, statuses } = await made.run();
      assert.equal(recap?.roundTrips, 2);
      assert.equal(statuses.split(" ").indexOf("changed"), 7);
    });
  });

  it("are one in check mode, whatever there is to do", async () => {
    await withProject({ "site.yaml": play(copies(20)), "t0/f0": "", "t1/f1": "" }, async (made) => {
      const { recap } = await made.run("--check");
      assert.deepEqual([recap?.roundTrips, recap?.changed], [1, 20]);
    });
  });

  it("are one for so many changes that an interrupted run ends soon", async () => {
    await withProject({ "site.yaml": play(copies(60)), "t0/f0": "", "t1/f1": "" }, async (made) => {
      const { recap } = await made.run();
      assert.deepEqual([recap?.changed, recap?.roundTrips], [60, 4]);
    });
  });

  it("are one for each of some scattered changes, which are no run of changes", async () => {
    await withProject({ "site.yaml": play(copies(60)), "t0/f0": "", "t1/f1": "" }, async (made) => {
      await made.run();
      made.write(drifted(5, 25, 50));
      assert.equal((await made.run()).recap?.roundTrips, 4);
    });
  });

  it("are three for a changed file and its handler, with what is written down about the handler", async () => {
    const handlers = "handlers:\n  - {name: restart, copy: {content: '{{ value }}', dest: DIR/t0/restarted}}";
    const tasks = `${copies(5)}\n- {copy: {content: "{{ value }}", dest: DIR/t0/watched}, notify: restart}`;
    await withProject({ "site.yaml": play(tasks, handlers), "t0/f0": "", "t1/f1": "" }, async (made) => {
      await made.run("-e", "value=one");
      const { recap, statuses } = await made.run("-e", "value=two");
      assert.deepEqual([recap?.roundTrips, statuses], [3, "ok ok ok ok ok changed changed"]);
      assert.deepEqual(
        Object.keys(made.tree(".")).filter((path) => path.includes("pending")),
        [],
      );
    });
  });

  it("are two where all that its handler goes by is known, as of a service that another task sees to", async () => {
    const handlers = "handlers:\n  - {name: tell, file: {path: DIR/t0/f0, mode: '{{ value }}'}}";
    const tasks = `${copies(5)}\n- {copy: {content: "{{ value }}", dest: DIR/t0/watched}, notify: tell}`;
    await withProject({ "site.yaml": play(tasks, handlers), "t0/f0": "", "t1/f1": "" }, async (made) => {
      await made.run("-e", "value=0600");
      const { recap, statuses } = await made.run("-e", "value=0640");
      assert.deepEqual([recap?.roundTrips, statuses], [2, "ok ok ok ok ok changed changed"]);
      assert.deepEqual(
        Object.keys(made.tree(".")).filter((path) => path.includes("pending")),
        [],
      );
    });
  });

  it("leave a handler owed that failed in spite of its change", async () => {
    const handler =
      "{name: restart, copy: {content: x, dest: DIR/t0/restarted}, failed_when: ok is not defined}";
    const tasks = "- {copy: {content: one, dest: DIR/t0/watched}, notify: restart}";
    await withProject(
      { "site.yaml": play(tasks, `handlers:\n  - ${handler}`), "t0/f0": "", "t1/f1": "" },
      async (made) => {
        assert.equal((await made.run()).statuses, "changed failed");
        assert.equal((await made.run("-e", "ok=1")).statuses, "ok ok");
        assert.equal((await made.run("-e", "ok=1")).statuses, "ok");
      },
    );
  });

  it("are two with facts, which other parameters may depend on", async () => {
    const { recap } = await runPlaybook({
      "site.yaml":
        "- hosts: all\n  tasks:\n    - stat: {path: '/etc/{{ ansible_distribution }}'}\n    - stat: {path: /etc/hosts}\n",
    });
    assert.equal(recap?.roundTrips, 2);
  });
});
