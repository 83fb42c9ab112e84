// Events for programs: the lines of --json.

import assert from "node:assert/strict";
import type { RunEvent } from "../../../runner/report/events.ts";
import { collect, recapOf, startOf, taskOf, textOf } from "./events.ts";

const json = { format: "json" } as const;

describe("the JSON report", () => {
  it("is one object per line, in the order of events, and nothing else", () => {
    const events: RunEvent[] = [
      startOf(["h1"]),
      taskOf("h1", "one", { role: "nginx", status: "failed", message: "two\nlines" }),
      { event: "error", phase: "load", message: "tab", at: "x.yaml:1:1", hint: "use spaces" },
      recapOf("h1"),
      { event: "end", exitCode: 2, ms: 1033 },
    ];
    const lines = textOf(events, json).split("\n");
    assert.equal(lines.pop(), "");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      events,
    );
  });

  it("does not hold events back for hosts that are behind", () => {
    const report = collect(json);
    report.emit(startOf(["h1", "h2"]));
    report.emit({ event: "play", play: "relays", hosts: ["h1", "h2"] });
    report.emit(taskOf("h2", "one"));
    assert.equal(report.text().split("\n").length, 4);
  });

  it("has diffs and results only when they are asked for", () => {
    const diff = [{ path: "/etc/x", before: "a", after: "b" }];
    const task = taskOf("h1", "one", { diff, result: { rc: 0 } });
    const keys = (more: object): string[] => Object.keys(JSON.parse(textOf([task], { ...json, ...more })));
    assert.ok(!keys({}).includes("diff") && !keys({}).includes("result"));
    assert.ok(keys({ showDiff: true }).includes("diff"));
    assert.ok(keys({ verbosity: 1 }).includes("result"));
  });

  it("can be printed to a terminal without harm, and means the same", () => {
    const task = taskOf("h1", "\u009b2J\u202e\u007f");
    const line = textOf([task], json);
    assert.match(line, /"task":"\\u009b2J\\u202e\\u007f"/);
    assert.equal(JSON.parse(line).task, task.task);
  });

  it("shows no progress", () => {
    const report = collect({ ...json, live: true });
    report.watch({ host: "h1", task: "one" });
    report.tick();
    report.close();
    assert.equal(report.text(), "");
  });
});
