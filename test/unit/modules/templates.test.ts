import { deepStrictEqual, equal, match } from "node:assert/strict";
import { play, project } from "../run/run-playbook.ts";

const TASK = (validate: string) =>
  play(`
- name: Write both
  templates:
    files:
      - { src: first.j2, dest: DIR/out/first }
      - { src: second.j2, dest: DIR/out/second, mode: "0640" }
    mode: "0600"
    validate: ${JSON.stringify(validate)}
`);
const SAME = "cmp DIR/out/first DIR/out/second && ! ls DIR/out/third";

/** Mount namespaces are root's. */
const isRoot = process.getuid?.() === 0;

describe("templates", () => {
  const files = {
    "site.yaml": TASK(SAME),
    "templates/first.j2": "{{ word }}\n",
    "templates/second.j2": "{{ other | default(word) }}\n",
  };

  it("puts new files in place together, and does nothing the second time", async function () {
    if (!isRoot) this.skip();
    const made = project({ ...files, "out/.keep": "" });
    const first = await made.run("-e", "word=one", "--diff");
    deepStrictEqual([first.code, first.statuses], [0, "changed"], first.out);
    deepStrictEqual(made.tree("out"), { ".keep": "", first: "one\n", second: "one\n" });
    deepStrictEqual(
      first.tasks[0]?.diff?.map(({ path }) => path),
      [`${made.directory}/out/first`, `${made.directory}/out/second`],
    );
    const second = await made.run("-e", "word=one");
    deepStrictEqual([second.statuses, second.recap?.roundTrips], ["ok", 1]);
    made.remove();
  });

  it("lets the check see new files in the places of the old, with those that stay", async function () {
    if (!isRoot) this.skip();
    const made = project({ ...files, "out/first": "old\n", "out/second": "old\n" });
    equal((await made.run("-e", "word=new")).code, 0);
    deepStrictEqual(made.tree("out"), { first: "new\n", second: "new\n" });
    // Only one of the two differs, and is compared with the other.
    const refused = await made.run("-e", "word=new other=odd");
    equal(refused.code, 2);
    deepStrictEqual(made.tree("out"), { first: "new\n", second: "new\n" });
    made.remove();
  });

  it("leaves everything as it was when the check refuses, and says what it said", async function () {
    if (!isRoot) this.skip();
    const made = project({
      ...files,
      "site.yaml": TASK("echo line 7 is wrong; exit 3"),
      "out/first": "old\n",
    });
    const { code, tasks } = await made.run("-e", "word=new");
    equal(code, 2);
    match(
      tasks[0]?.message ?? "",
      /^could not check the new files and move them in: line 7 is wrong\nthe new files were refused by: echo .* \(exit status 3\)$/,
    );
    deepStrictEqual(made.tree("out"), { first: "old\n" });
    made.remove();
  });

  it("needs no check", async () => {
    const made = project({
      ...files,
      "site.yaml": TASK("x").replace(/ *validate.*\n/, ""),
      "out/first": "old\n",
    });
    equal((await made.run("-e", "word=new")).code, 0);
    deepStrictEqual(made.tree("out"), { first: "new\n", second: "new\n" });
    made.remove();
  });

  it("finds missing templates before the run", async () => {
    const made = project({ ...files, "site.yaml": files["site.yaml"].replace("second.j2", "nowhere.j2") });
    const { code, errors } = await made.run("-e", "word=new");
    equal(code, 1);
    match(errors.join("\n"), /there is no such file for templates/);
    made.remove();
  });
});
