// Two runs on the machine itself, of one inventory: the second is told who is at work.

import { deepStrictEqual, equal, match } from "node:assert/strict";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { play, project } from "./run-playbook.ts";

(process.platform === "linux" ? describe : describe.skip)("A run on the machine itself", () => {
  it("is the only one at work there, and one that only looks is not kept from it", async () => {
    const made = project({
      "site.yaml": play("- shell: touch DIR/at-work; until [ -e DIR/go ]; do sleep 0.05; done\n"),
    });
    try {
      const first = made.run();
      while (!existsSync(`${made.directory}/at-work`)) await sleep(20);
      const second = await made.run();
      deepStrictEqual([second.code, second.recap?.unreachable], [4, 1]);
      match(second.errors.join(), /another run is at work on this host: \S+@\S+, since /);
      equal((await made.run("--check")).code, 0);
      made.write({ go: "" });
      equal((await first).code, 0);
      equal((await made.run()).code, 0);
    } finally {
      made.remove();
    }
  });
});
