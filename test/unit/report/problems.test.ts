// Errors as people read them: place, sentence, hint and the line that is meant.

import assert from "node:assert/strict";
import type { ErrorEvent } from "../../../runner/report/events.ts";
import { collect, playOf, startOf, taskOf, textOf } from "./events.ts";

const end = { event: "end", exitCode: 1, ms: 12 } as const;
const file = "- hosts: relays\n  taks: []\n";
const files = { textOf: (name: string) => (name === "site.yaml" ? file : undefined) };

const unknown: ErrorEvent = {
  event: "error",
  phase: "load",
  message: 'unknown keyword "taks" of a play',
  at: "site.yaml:2:3",
  hint: 'did you mean "tasks"?',
};

describe("an error", () => {
  it("is shown with its line and a caret", () => {
    assert.equal(
      textOf([unknown, end], files),
      `site.yaml:2:3: unknown keyword "taks" of a play (did you mean "tasks"?)
  2 |   taks: []
    |   ^
`,
    );
  });

  it("is counted with others", () => {
    const other: ErrorEvent = { event: "error", phase: "load", message: "there is no inventory.yaml" };
    assert.equal(
      textOf([other, unknown, end]),
      `there is no inventory.yaml
site.yaml:2:3: unknown keyword "taks" of a play (did you mean "tasks"?)

2 problems; no host was contacted
`,
    );
  });

  it("that is only a warning does not count: the run goes on", () => {
    const warning: ErrorEvent = { event: "error", phase: "load", message: "no host is called web9" };
    const text = textOf([warning, warning, { event: "end", exitCode: 0, ms: 5 }]);
    assert.equal(text, "no host is called web9\nno host is called web9\n");
  });

  it("goes where errors are to go", () => {
    let problems = "";
    const report = collect({
      writeProblem: (text) => {
        problems += text;
      },
    });
    report.emit(unknown);
    report.emit(end);
    assert.equal(report.text(), "");
    assert.match(problems, /^site\.yaml:2:3: /);
  });

  it("cannot play tricks with the terminal", () => {
    const hostile: ErrorEvent = { event: "error", phase: "load", message: "a\u001b[2Jb", at: "x\r.yaml:1:1" };
    assert.equal(textOf([hostile, end]), "x\\r.yaml:1:1: a\\x1b[2Jb\n");
  });

  it("may have a place that is no line of a file", () => {
    const odd: ErrorEvent = { event: "error", phase: "load", message: "no such file", at: "inventory" };
    assert.equal(textOf([odd, end]), "inventory: no such file\n");
  });

  it("of a host comes in its turn, and the others go on without that host", () => {
    const text = textOf(
      [
        startOf(["h1", "h2"]),
        playOf(["h1", "h2"]),
        taskOf("h2", "one", { status: "changed" }),
        {
          event: "error",
          phase: "connect",
          host: "h1",
          message: "the key of h1 has changed",
          hint: "compare it with the server's; then\nssh-keygen -R h1",
        },
        taskOf("h2", "two", { status: "changed" }),
      ],
      files,
    );
    assert.equal(
      text,
      `PLAY [relays] **********************************************

fatal: [h1]: UNREACHABLE! => the key of h1 has changed
    compare it with the server's; then
    ssh-keygen -R h1

TASK [one] *************************************************
changed: [h2]

TASK [two] *************************************************
changed: [h2]
`,
    );
  });

  it("of a host shows the line that is meant", () => {
    const error: ErrorEvent = {
      event: "error",
      phase: "run",
      host: "h",
      message: '"x" is undefined',
      at: "site.yaml:2:3",
    };
    assert.equal(
      textOf([startOf(["h"]), playOf(["h"]), error], files)
        .split("\n")
        .slice(2)
        .join("\n"),
      `fatal: [h]: FAILED! => "x" is undefined
    at site.yaml:2:3
  2 |   taks: []
    |   ^
`,
    );
  });

  it("found while loading is no host's failure, although it may name one", () => {
    assert.match(textOf([{ ...unknown, host: "h1" }, end]), /^site\.yaml:2:3: unknown keyword/);
  });
});
