import assert from "node:assert/strict";
import { play, project } from "./run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("files of the operator's home", () => {
  it("are named by ~/, as keys and snippets of one's own are", async () => {
    const tasks = [
      "- copy: {src: ~/key.pub, dest: DIR/copied}",
      "- template: {src: ~/page.j2, dest: DIR/made}",
      `- copy: {content: "{{ lookup('file', '~/key.pub') }}", dest: DIR/looked-up}`,
      "- copy: {src: ~/none, dest: DIR/none}\n  ignore_errors: true",
    ];
    const made = project({
      "site.yaml": play(tasks.join("\n")),
      "home/key.pub": "key",
      "home/page.j2": "{{ 1 + 1 }}",
    });
    const { HOME } = process.env;
    process.env.HOME = `${made.directory}/home`;
    try {
      const { statuses, tasks: told } = await made.run();
      assert.equal(statuses, "changed changed changed ignored");
      assert.match(told.at(-1)?.message ?? "", /there is no file ~\/none; looked for .*home\/none/);
      const { copied, "looked-up": found, made: page } = made.tree(".");
      assert.deepEqual([copied, found, page], ["key", "key", "2"]);
    } finally {
      process.env.HOME = HOME;
      made.remove();
    }
  });
});
