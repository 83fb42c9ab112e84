// What people read of a run, as a whole.

import assert from "node:assert/strict";
import { playOf, recapOf, startOf, taskOf, textOf } from "./events.ts";

const end = { event: "end", exitCode: 0, ms: 1033 } as const;

describe("the text report", () => {
  it("tells what has changed, on each host, and is quiet about the rest", () => {
    const text = textOf([
      startOf(["h1"]),
      playOf(["h1"], "the relays"),
      taskOf("h1", "packages are there", { role: "nginx" }),
      taskOf("h1", "old site is gone", { status: "skipped", message: "not needed" }),
      taskOf("h1", "write config", { role: "nginx", status: "changed" }),
      taskOf("h1", "start", { role: "nginx" }),
      taskOf("h1", "restart nginx", { role: "nginx", kind: "handler", status: "changed" }),
      recapOf("h1", { ok: 4, changed: 2, skipped: 1, roundTrips: 3 }),
      end,
    ]);
    assert.equal(
      text,
      `PLAY [the relays] ******************************************

TASK [nginx : write config] ********************************
changed: [h1]

RUNNING HANDLER [nginx : restart nginx] ********************
changed: [h1]

PLAY RECAP *************************************************
h1 :
    ok=4 changed=2 unreachable=0 failed=0 skipped=1
    rescued=0 ignored=0
    in 0.81 s, 3 round trips

2 tasks changed something, in 1.03 s.
`,
    );
  });

  it("counts hosts on which nothing happened when there are many", () => {
    const hosts = Array.from({ length: 200 }, (_, index) => `h${index}`);
    const recaps = hosts.map((host, index) =>
      recapOf(host, index === 7 ? { changed: 1 } : index === 9 ? { failed: 1 } : {}),
    );
    const text = textOf([startOf(hosts), playOf(hosts), ...recaps, { ...end, exitCode: 2 }], {
      columns: () => 100,
    });
    const told = text.slice(text.indexOf("PLAY RECAP")).split("\n").slice(1, -1);
    assert.deepEqual(
      told.map((line) => line.replace(/ : .*/, "")),
      [
        "h7",
        "h9",
        "198 other hosts: nothing changed",
        "",
        "Failed on h9, 1 other task changed something, in 1.03 s.",
      ],
    );
    const quiet = textOf([startOf(hosts), playOf(hosts), ...hosts.map((host) => recapOf(host)), end]);
    assert.match(quiet, /\*\n200 hosts: nothing changed\n\nNothing changed, in 1\.03 s\.\n$/);
  });

  it("shows what was in order already with -v", () => {
    const text = textOf([startOf(["h1"]), playOf(["h1"]), taskOf("h1", "a")], { verbosity: 1 });
    assert.match(text, /\nTASK \[a\] \*+\nok: \[h1\]/);
  });

  it("says that nothing changed", () => {
    const text = textOf([startOf(["h1"]), playOf(["h1"]), taskOf("h1", "a"), recapOf("h1"), end]);
    assert.match(text, /\nNothing changed, in 1\.03 s\.\n$/);
  });

  it("says in every heading that it only checks", () => {
    const events = [
      startOf(["h1"], { check: true }),
      playOf(["h1"]),
      taskOf("h1", "a"),
      taskOf("h1", "write config", { status: "changed" }),
      recapOf("h1", { changed: 1 }),
      end,
    ];
    const headings = textOf(events)
      .split("\n")
      .filter((line) => /^(PLAY|TASK|RUNNING)/.test(line));
    assert.deepEqual(headings, [
      "PLAY [relays] [CHECK MODE] *********************************",
      "TASK [write config] [CHECK MODE] ***************************",
      "PLAY RECAP [CHECK MODE] ************************************",
    ]);
    assert.match(textOf(events), /\nA run would change something in 1 task, in 1\.03 s\.\n$/);
  });

  it("puts a task's hosts together, in the play's order, when they run freely", () => {
    const text = textOf([
      startOf(["h1", "h2", "h3"]),
      playOf(["h1", "h2", "h3"]),
      taskOf("h2", "one"),
      taskOf("h2", "two", { status: "changed" }),
      taskOf("h3", "one"),
      taskOf("h1", "one"),
      taskOf("h3", "two", { status: "failed", message: "no space left" }),
      taskOf("h1", "two"),
      taskOf("h2", "three"),
      taskOf("h1", "three", { status: "skipped" }),
    ]);
    assert.equal(
      text,
      `PLAY [relays] **********************************************

TASK [two] *************************************************
ok: [h1]
changed: [h2]
fatal: [h3]: FAILED! => no space left
    at roles/nginx/tasks/main.yaml:12:3
`,
    );
  });

  it("does not wait in a later play for a host that failed before", () => {
    const text = textOf([
      startOf(["h1", "h2"]),
      playOf(["h1", "h2"]),
      taskOf("h1", "one", { status: "failed", message: "no" }),
      taskOf("h2", "one"),
      playOf(["h1", "h2"], "second"),
      taskOf("h2", "two", { status: "changed" }),
    ]);
    assert.match(text, /TASK \[two\] \*+\nchanged: \[h2\]\n$/);
  });

  it("gives what is held back when the next play begins", () => {
    const text = textOf([
      startOf(["h1", "h2"]),
      playOf(["h1", "h2"], "first"),
      taskOf("h1", "one", { status: "changed" }),
      playOf(["h1"], "second"),
    ]);
    assert.match(text, /TASK \[one\] \*+\nchanged: \[h1\]\n\nPLAY \[second\]/);
  });

  it("says when a play has no hosts", () => {
    assert.match(textOf([startOf([]), playOf([])]), /^PLAY \[relays\] \*+\nskipping: no hosts matched\n$/);
  });

  it("does not let names of hosts, plays and tasks out of their brackets", () => {
    const host = "h\u001b[2J\n";
    const text = textOf([
      startOf([host]),
      playOf([host], "p\nok: [x]"),
      taskOf(host, "t\u202e\r", { status: "changed" }),
    ]);
    assert.equal(
      text,
      `PLAY [p\\nok: [x]] ******************************************

TASK [t\\u202e\\r] *******************************************
changed: [h\\x1b[2J\\n]
`,
    );
  });

  it("says that all is well when nothing was to be run", () => {
    assert.equal(textOf([startOf(["h1"]), end]), "site.yaml: no problems found\n");
  });

  it("names hosts and reasons when a run fails", () => {
    const text = textOf([
      startOf(["h1", "h2"]),
      recapOf("h1", { failed: 1, changed: 2 }),
      recapOf("h2", { ok: 0, unreachable: 1, roundTrips: 0 }),
      { event: "end", exitCode: 2, ms: 61_000 },
    ]);
    assert.match(
      text,
      /\nFailed on h1, could not reach h2, 2 other tasks changed something, in 1 min 01 s\.\n$/,
    );
  });

  it("says when it was interrupted", () => {
    const text = textOf([startOf(["h1"]), recapOf("h1"), { event: "end", exitCode: 130, ms: 5_000 }]);
    assert.match(text, /\nInterrupted, nothing changed, in 5\.00 s\.\n$/);
  });
});

describe("the recap", () => {
  it("puts hosts and counts under each other, with the time on the same line where there is room", () => {
    const text = textOf(
      [
        startOf(["a", "long.example"]),
        recapOf("a", { ok: 12, changed: 3 }),
        recapOf("long.example", { roundTrips: 12, ms: 62_000 }),
        end,
      ],
      { columns: () => 120 },
    );
    assert.equal(
      text.split("\n").slice(1, 3).join("\n"),
      `a            : ok=12 changed=3 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0  in 0.81 s, 1 round trip
long.example : ok=1  changed=0 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0  in 1 min 02 s, 12 round trips`,
    );
  });
});
