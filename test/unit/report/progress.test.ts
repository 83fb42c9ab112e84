// The line that shows progress on a terminal, and what is known of terminals.

import assert from "node:assert/strict";
import { duration, seconds } from "../../../runner/report/duration.ts";
import { statusLine } from "../../../runner/report/status-line.ts";
import { terminalOf } from "../../../runner/report/terminal.ts";
import { textWidth } from "../../../runner/report/width.ts";
import { collect, playOf, recapOf, startOf, taskOf } from "./events.ts";

const ERASE = "\r\u001b[K";

/** A live report whose clock is set by hand, and what it wrote since it was last asked. */
function live(hosts: readonly string[]) {
  const clock = { ms: 0 };
  const report = collect({ live: true, now: () => clock.ms });
  report.emit(startOf(hosts));
  report.emit(playOf(hosts));
  let read = report.text().length;
  const since = (): string => {
    const text = report.text().slice(read);
    read += text.length;
    return text;
  };
  return { report, clock, since };
}

describe("the line that shows progress", () => {
  it("tells what the host is at, and is erased before lines that stay", () => {
    const { report, clock, since } = live(["h1"]);
    report.watch({ host: "h1", role: "nginx", task: "packages are there" });
    clock.ms = 3_400;
    report.tick();
    assert.equal(since(), "3 s | h1: nginx : packages are there (3 s)");
    clock.ms = 4_100;
    report.tick();
    assert.equal(since(), `${ERASE}4 s | h1: nginx : packages are there (4 s)`);
    report.emit(taskOf("h1", "packages are there", { role: "nginx", status: "changed" }));
    assert.equal(
      since(),
      `${ERASE}\nTASK [nginx : packages are there] **************************\nchanged: [h1]\n`,
    );
    report.tick();
    assert.equal(since(), "4 s | 1 changed | h1: after nginx : packages are there");
    report.close();
    assert.equal(since(), ERASE);
  });

  it("is not written again while it stays the same", () => {
    const { report, since } = live(["h1"]);
    report.tick();
    since();
    report.tick();
    assert.equal(since(), "");
  });

  it("names the hosts first that the others wait for", () => {
    const { report, since } = live(["h1", "h2", "h3"]);
    report.watch({ host: "h1", task: "one" });
    report.watch({ host: "h2", task: "one" });
    report.watch({ host: "h3", task: "one" });
    report.emit(taskOf("h1", "one"));
    report.emit(taskOf("h2", "one"));
    report.tick();
    assert.equal(since(), "0 s | waiting for 1 of 3 hosts | h3: one | h1: after one |…");
  });

  it("tells of failures before their turn comes", () => {
    const { report, since } = live(["h1", "h2"]);
    report.emit(taskOf("h1", "one", { status: "failed" }));
    report.tick();
    assert.equal(since(), "0 s | 1 failed | waiting for 1 of 2 hosts | h2: starting");
  });

  it("ends with the run", () => {
    const { report, since } = live(["h1"]);
    report.tick();
    report.emit(recapOf("h1"));
    report.emit({ event: "end", exitCode: 0, ms: 5 });
    assert.match(since(), /starting\r\u001b\[K\nPLAY RECAP/);
    report.tick();
    report.close();
    assert.equal(since(), "");
  });

  it("is not shown where there is no terminal", () => {
    const report = collect({ live: false });
    report.emit(playOf(["h1"]));
    const before = report.text();
    report.tick();
    report.close();
    assert.equal(report.text(), before);
  });

  it("lets others go on when a host has nothing more to do in a play", () => {
    const { report, since } = live(["h1", "h2"]);
    report.emit(taskOf("h1", "one", { status: "changed" }));
    assert.equal(since(), "");
    report.watch({ host: "h2" });
    assert.match(since(), /TASK \[one\] \*+\nchanged: \[h1\]\n$/);
  });

  it("fits on one line, and does nothing but stand there", () => {
    const active = [{ host: "h\u001b[2J", label: "世界 : ".repeat(20), ms: 0 }];
    const line = statusLine({ ms: 0, changed: 0, failed: 0, hosts: 1, behind: 1, active }, 40);
    assert.ok(textWidth(line) <= 39, line);
    assert.match(line, /^0 s \| h\\x1b\[2J: 世界/);
  });
});

describe("a terminal", () => {
  const tty = { isTTY: true, columns: 120 };
  const cases: readonly [title: string, Parameters<typeof terminalOf>, ReturnType<typeof terminalOf>][] = [
    ["has colours and a line that changes", [tty, {}], { color: true, live: true, columns: 120 }],
    ["that is none has neither", [{}, {}], { color: false, live: false, columns: 80 }],
    ["may be told its width", [{}, { COLUMNS: "132" }], { color: false, live: false, columns: 132 }],
    ["is plain with NO_COLOR", [tty, { NO_COLOR: "1" }], { color: false, live: true, columns: 120 }],
    [
      "is not plain with an empty NO_COLOR",
      [tty, { NO_COLOR: "" }],
      { color: true, live: true, columns: 120 },
    ],
    ["can be forced to have colours", [{}, { FORCE_COLOR: "1" }], { color: true, live: false, columns: 80 }],
    ["can be forced to have none", [tty, { FORCE_COLOR: "0" }], { color: false, live: true, columns: 120 }],
    [
      "lets FORCE_COLOR win over NO_COLOR",
      [{}, { FORCE_COLOR: "1", NO_COLOR: "1" }],
      { color: true, live: false, columns: 80 },
    ],
    ["that is dumb is left in peace", [tty, { TERM: "dumb" }], { color: false, live: false, columns: 120 }],
  ];
  for (const [title, [stream, env], expected] of cases) {
    it(title, () => assert.deepEqual(terminalOf(stream, env), expected));
  }
});

describe("a duration", () => {
  it("is told as precisely as it matters", () => {
    assert.deepEqual([4, 812, 9_990, 12_340, 59_940, 59_990, 125_000, 3_725_000].map(duration), [
      ...["0.00 s", "0.81 s", "9.99 s", "12.3 s", "59.9 s", "1 min 00 s", "2 min 05 s", "1 h 02 min"],
    ]);
  });

  it("ticks in seconds", () => {
    assert.deepEqual([0, 999, 59_999, 61_999].map(seconds), ["0 s", "0 s", "59 s", "1 min 01 s"]);
  });
});
