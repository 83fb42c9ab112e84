// Hosts that run at their own pace are told task by task, in the play's order.

import assert from "node:assert/strict";
import type { TaskEvent } from "../../../runner/report/events.ts";
import { type Block, createLineup } from "../../../runner/report/lineup.ts";
import { taskOf } from "./events.ts";

/**
 * A run in short: "a1" is host a at task 1 (which stands on line 1), "a1!" fails, "a1h" is a handler, "a1x" stands in
 * another file, "a." leaves. Blocks come out as "1:ab"; those of one step are joined by blanks.
 */
function told(hosts: string, steps: string): string[] {
  const lineup = createLineup([...hosts]);
  const lines = steps.split(" ").map((step) => `${step} -> ${show(take(step))}`.trim());
  return [...lines, `end -> ${show(lineup.end())}`.trim()];

  function take(step: string): Block[] {
    const host = step.charAt(0);
    if (step.charAt(1) === ".") return lineup.leave(host);
    if (step.charAt(1) === "E") {
      return lineup.add({ event: "error", phase: "connect", host, message: "no route" });
    }
    const [, task = "", mark = ""] = /^.(\d+)(.?)$/.exec(step) ?? [];
    return lineup.add(eventOf(host, task, mark));
  }
}

function eventOf(host: string, task: string, mark: string): TaskEvent {
  return taskOf(host, task + (mark === "!" ? "" : mark), {
    status: mark === "!" ? "failed" : "ok",
    kind: mark === "h" ? "handler" : "task",
    at: `${mark === "x" ? "extra" : "main"}.yaml:${task}:3`,
  });
}

function show(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      const [first] = block;
      return `${first.event === "error" ? "error" : first.task}:${block.map(({ host }) => host).join("")}`;
    })
    .join(" ");
}

describe("a lineup", () => {
  it("lets one host through at once", () => {
    assert.deepEqual(told("a", "a1 a2 a3"), ["a1 -> 1:a", "a2 -> 2:a", "a3 -> 3:a", "end ->"]);
  });

  it("holds back a host that is ahead until the others have passed", () => {
    assert.deepEqual(told("ab", "a1 a2 a3 b1 b2 b3"), [
      "a1 ->",
      "a2 ->",
      "a3 ->",
      "b1 -> 1:ab",
      "b2 -> 2:ab",
      "b3 -> 3:ab",
      "end ->",
    ]);
  });

  it("names hosts in the play's order, however they arrive", () => {
    assert.deepEqual(told("abc", "c1 b1 a1"), ["c1 ->", "b1 ->", "a1 -> 1:abc", "end ->"]);
  });

  it("does not wait for a host that failed", () => {
    assert.deepEqual(told("ab", "a1! b1 b2"), ["a1! ->", "b1 -> 1:ab", "b2 -> 2:b", "end ->"]);
  });

  it("does not wait for a host that left or could not be reached", () => {
    assert.deepEqual(told("abc", "a1 b. cE a2"), [
      "a1 ->",
      "b. ->",
      "cE -> error:c 1:a",
      "a2 -> 2:a",
      "end ->",
    ]);
  });

  it("waits again for a host that goes on after a failure, as a rescue section does", () => {
    assert.deepEqual(told("ab", "a1! a2 b1 b3 a3"), [
      "a1! ->",
      "a2 ->",
      "b1 -> 1:ab",
      "b3 -> 2:a",
      "a3 -> 3:ab",
      "end ->",
    ]);
  });

  it("gives a handler before the task that other hosts, with nothing to handle, are at already", () => {
    assert.deepEqual(told("ab", "a1 a5 b1 b3h b5"), [
      "a1 ->",
      "a5 ->",
      "b1 -> 1:ab",
      "b3h -> 3h:b",
      "b5 -> 5:ab",
      "end ->",
    ]);
  });

  it("follows the order that some host has shown when hosts are at different tasks", () => {
    assert.deepEqual(told("abc", "b9x b4 a4 c4"), ["b9x ->", "b4 ->", "a4 ->", "c4 -> 9x:b 4:abc", "end ->"]);
  });

  it("gives the tasks of a file that only some hosts include before what follows it", () => {
    assert.deepEqual(told("ab", "a1 b1 a4 b8x b9x b4"), [
      "a1 ->",
      "b1 -> 1:ab",
      "a4 ->",
      "b8x -> 8x:b",
      "b9x -> 9x:b",
      "b4 -> 4:ab",
      "end ->",
    ]);
  });

  it("goes by lines where hosts take different branches of one file", () => {
    assert.deepEqual(told("ab", "a7 b3 b7"), ["a7 ->", "b3 -> 3:b", "b7 -> 7:ab", "end ->"]);
  });

  it("gives everything at the end of the play", () => {
    assert.deepEqual(told("abc", "a1 a2 b1"), ["a1 ->", "a2 ->", "b1 ->", "end -> 1:ab 2:a"]);
  });

  it("knows who holds the others back", () => {
    const lineup = createLineup(["a", "b", "c"]);
    lineup.add(eventOf("b", "1", ""));
    assert.deepEqual(lineup.behind(), ["a", "c"]);
  });

  it("tells every event exactly once, in each host's order, whatever the interleaving", () => {
    // A small generator with a fixed start, so that a failure can be looked at again.
    let random = 7;
    const pick = (count: number): number => {
      random = (random * 1103515245 + 12345) % 2 ** 31;
      return random % count;
    };
    for (let round = 0; round < 200; round++) {
      const hosts = ["a", "b", "c"];
      const waiting = hosts.map((host) => {
        const tasks = ["1", "2", "3", "4", "5"].filter(() => pick(4) > 0);
        return tasks.map((task) => eventOf(host, task, pick(9) === 0 ? "!" : ""));
      });
      const expected = waiting.map((events) => events.map(({ task }) => task));
      const lineup = createLineup(hosts);
      const blocks: Block[] = [];
      while (waiting.some((events) => events.length > 0)) {
        const event = waiting[pick(3)]?.shift();
        if (event) blocks.push(...lineup.add(event));
      }
      blocks.push(...lineup.end());
      const seen = hosts.map((host) =>
        blocks.flat().flatMap((event) => (event.event === "task" && event.host === host ? event.task : [])),
      );
      assert.deepEqual(seen, expected);
    }
  });
});
