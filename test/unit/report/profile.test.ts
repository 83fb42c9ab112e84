// --profile: where the time of a run went.

import assert from "node:assert/strict";
import { profileOf } from "../../../runner/report/profile.ts";
import { playOf, startOf, taskOf, textOf } from "./events.ts";

const tasks = [
  taskOf("h1", "packages", { role: "nginx", ms: 4_000 }),
  taskOf("h2", "packages", { role: "nginx", ms: 6_500 }),
  taskOf("h1", "write config", { role: "nginx", ms: 20, at: "roles/nginx/tasks/main.yaml:20:3" }),
  taskOf("h1", "say so", { ms: 480, module: "debug", at: "site.yaml:9:7" }),
];

describe("the profile", () => {
  it("sums up the hosts, and has the longest first", () => {
    const { ms, roles, tasks: profiled } = profileOf(tasks);
    assert.equal(ms, 11_000);
    assert.deepEqual(roles, [
      { role: "nginx", ms: 10_520, tasks: 3 },
      { ms: 480, tasks: 1 },
    ]);
    assert.deepEqual(
      profiled.map(({ task, ms, hosts, slowest }) => [task, ms, hosts, slowest.host]),
      [
        ["packages", 10_500, 2, "h2"],
        ["say so", 480, 1, "h1"],
        ["write config", 20, 1, "h1"],
      ],
    );
  });

  it("keeps tasks of one name at different places apart", () => {
    const twice = [taskOf("h1", "same"), taskOf("h1", "same", { at: "other.yaml:1:3" })];
    assert.equal(profileOf(twice).tasks.length, 2);
  });

  it("is told between the tasks and the recap", () => {
    const text = textOf([startOf(["h1", "h2"]), playOf(["h1", "h2"]), profileOf(tasks)]);
    assert.equal(
      text.split("\n\n").slice(1).join("\n\n"),
      `PROFILE ****************************************************
       10.5 s  nginx, 3 tasks, 96 %
       0.48 s  (no role), 1 task, 4 %

       10.5 s  nginx : packages (2 hosts, h2 6.50 s)
       0.48 s  say so
       0.02 s  nginx : write config
`,
    );
  });

  it("has room for its numbers on a narrow terminal, and names what is left out", () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      taskOf("h1", `task ${index} with a name that is rather long`, { ms: 30 - index }),
    );
    const lines = textOf([profileOf(many)], { columns: () => 40 }).split("\n");
    assert.ok(lines.every((line) => line.length <= 40));
    assert.match(lines.join("\n"), /10 other tasks/);
  });

  it("of a run without tasks is empty", () => {
    assert.deepEqual(profileOf([]), { event: "profile", ms: 0, roles: [], tasks: [] });
  });
});
