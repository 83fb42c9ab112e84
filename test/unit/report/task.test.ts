// What is told of one task on one host: items, messages, failures, diffs, results.

import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import type { TaskEvent } from "../../../runner/report/events.ts";
import type { ReportOptions } from "../../../runner/report/report.ts";
import { playOf, startOf, taskOf, textOf } from "./events.ts";

/** The lines below the task's heading. */
function lines(more: Partial<TaskEvent>, options: Partial<ReportOptions> = {}): string {
  const text = textOf([startOf(["h"]), playOf(["h"]), taskOf("h", "t", more)], options);
  const [heading, ...below] = text.split("\n").slice(2);
  assert.match(stripVTControlCharacters(heading ?? ""), /^(TASK|RUNNING HANDLER) \[t\]( \*+)?$/);
  return below.join("\n");
}

const verbose = { verbosity: 1 };

describe("a task's lines", () => {
  it("show what print is given as it is, whoever says it", () => {
    const message = "a.example. 3600 IN A 192.0.2.1\n\n; \u001b[31mb\n";
    assert.equal(
      lines({ status: "ok", module: "print", message }),
      "a.example. 3600 IN A 192.0.2.1\n\n; \\x1b[31mb\n",
    );
  });

  it("show each item of a loop", () => {
    const items = [
      { item: "a", status: "ok" },
      { item: "b\n\u001b[31m", status: "changed" },
      { item: "c", status: "skipped", message: "not wanted" },
    ] as const;
    assert.equal(
      lines({ status: "changed", items }),
      `ok: [h] => (item=a)
changed: [h] => (item=b\\n\\x1b[31m)
skipping: [h] => (item=c)
`,
    );
  });

  it("show failed items with their messages, and the sum", () => {
    const items = [
      { item: "a", status: "ok" },
      { item: "b", status: "failed", message: "no such group" },
    ] as const;
    assert.equal(
      lines({ status: "failed", items, message: "no such group" }),
      `ok: [h] => (item=a)
failed: [h] (item=b) => no such group
fatal: [h]: FAILED! => 1 of 2 items failed
    at roles/nginx/tasks/main.yaml:12:3
`,
    );
  });

  it("add what the program said of each failed item", () => {
    const items = [
      { item: "a", status: "ok" },
      { item: "b", status: "failed", message: "exit code 1" },
    ] as const;
    const results = [
      { rc: 0, stdout: "fine" },
      { rc: 1, stderr: "oops\n" },
    ];
    assert.equal(
      lines({ status: "failed", items, message: "One or more items failed", result: { results } }),
      `ok: [h] => (item=a)
failed: [h] (item=b) => exit code 1
    rc: 1
    stderr: oops
fatal: [h]: FAILED! => 1 of 2 items failed
    at roles/nginx/tasks/main.yaml:12:3
`,
    );
  });

  it("show what a failed task was given, long values by their beginning", () => {
    const params = { dest: "/etc/x", content: `one\n${"y".repeat(200)}`, mode: "0644", list: ["a", 1] };
    assert.equal(
      lines({ status: "failed", module: "copy", message: "no room", params }),
      `fatal: [h]: FAILED! => no room
    at roles/nginx/tasks/main.yaml:12:3
    copy:
        dest: /etc/x
        content: one\\n${"y".repeat(95)}... (204 characters)
        mode: 0644
        list: ["a",1]
`,
    );
  });

  it("show what failed items were given", () => {
    const items = [
      { item: "a", status: "ok" },
      { item: "b", status: "failed", message: "no", params: { path: "/b" } },
    ] as const;
    assert.equal(
      lines({ status: "failed", module: "file", items, message: "One or more items failed" }),
      `ok: [h] => (item=a)
failed: [h] (item=b) => no
    file:
        path: /b
fatal: [h]: FAILED! => 1 of 2 items failed
    at roles/nginx/tasks/main.yaml:12:3
`,
    );
  });

  it("set a message of several lines off from what is ours", () => {
    const message = "nginx: [emerg] unknown directive\r\nok: [h2]\u001b[1A\n";
    assert.equal(
      lines({ status: "failed", message }),
      `fatal: [h]: FAILED! =>
    nginx: [emerg] unknown directive
    ok: [h2]\\x1b[1A
    at roles/nginx/tasks/main.yaml:12:3
`,
    );
  });

  it("add what a failed command said", () => {
    const result = { rc: 1, stdout: "", stderr: "first\nsecond\n", stderr_lines: ["first", "second"] };
    assert.equal(
      lines({ status: "failed", module: "command", message: "exit code 1", result }),
      `fatal: [h]: FAILED! => exit code 1
    rc: 1
    stderr:
        first
        second
    at roles/nginx/tasks/main.yaml:12:3
`,
    );
  });

  it("do not repeat what the message says already", () => {
    assert.equal(
      lines({ status: "failed", message: "exit code 1: oops", result: { rc: 1, stderr: "oops\n" } }),
      `fatal: [h]: FAILED! => exit code 1: oops
    rc: 1
    at roles/nginx/tasks/main.yaml:12:3
`,
    );
  });

  it("keep the end of a long output", () => {
    const stdout = Array.from({ length: 50 }, (_, index) => `line ${index + 1}`).join("\n");
    const text = lines({ status: "failed", message: "no", result: { stdout } });
    assert.match(text, /\n {4}stdout:\n {8}\(30 earlier lines: see -v\)\n {8}line 31\n/);
    assert.match(text, /\n {8}line 50\n {4}at /);
  });

  it("say that a failure is ignored", () => {
    assert.equal(
      lines({ status: "ignored", message: "no" }),
      `fatal: [h]: FAILED! => no
    at roles/nginx/tasks/main.yaml:12:3
...ignoring
`,
    );
  });

  it("say that a host cannot be reached", () => {
    assert.equal(
      lines({ status: "unreachable", message: "connection refused" }),
      `fatal: [h]: UNREACHABLE! => connection refused
    at roles/nginx/tasks/main.yaml:12:3
`,
    );
  });

  it("show what debug says", () => {
    assert.equal(lines({ module: "debug", message: "hello" }), "ok: [h] => hello\n");
    assert.equal(lines({ module: "ansible.builtin.debug", message: "a\nb" }), "ok: [h] =>\n    a\n    b\n");
  });

  it("show a value that debug is asked for", () => {
    const result = { "m.k": ["\u001b"], changed: false, failed: false };
    assert.equal(lines({ module: "debug", result }), 'ok: [h]\n    m.k: ["\\u001b"]\n');
  });

  it("show what debug says of each item", () => {
    const items = [{ item: "a", status: "ok", message: "hello" }] as const;
    assert.equal(lines({ module: "debug", items, message: "hello" }), "ok: [h] => (item=a) => hello\n");
  });

  it("show what was changed, of each item too", () => {
    assert.equal(lines({ status: "changed", message: "write /etc/x" }), "changed: [h] => write /etc/x\n");
    const items = [{ item: "a", status: "changed", message: "write /etc/a" }] as const;
    assert.equal(
      lines({ status: "changed", items, message: "all items" }),
      "changed: [h] => (item=a) => write /etc/a\n",
    );
  });

  it("show what check mode leaves out", () => {
    const message = "check mode: would run nginx -t";
    assert.equal(
      lines({ status: "skipped", module: "command", message }),
      "skipping: [h] => check mode: would run nginx -t\n",
    );
    const items = [{ item: "a", status: "skipped", message }] as const;
    assert.equal(
      lines({ status: "skipped", module: "command", items, message }),
      "skipping: [h] => (item=a) => check mode: would run nginx -t\n",
    );
  });

  it("show results and reasons with -v", () => {
    const result = {
      rc: 0,
      stdout: "a\nb",
      stdout_lines: ["a", "b"],
      stat: { exists: true },
      note: "\u001b",
    };
    assert.equal(
      lines({ status: "changed", result }, verbose),
      `changed: [h]
    rc: 0
    stdout:
        a
        b
    stat: {"exists":true}
    note: \\x1b
`,
    );
    assert.equal(
      lines({ status: "skipped", message: "`when` is false" }, verbose),
      "skipping: [h] => `when` is false\n",
    );
  });

  it("show with -v the result of each item, and nothing twice", () => {
    const items = [{ item: "a", status: "changed", message: "make /a" }] as const;
    const results = [{ changed: true, failed: false, msg: "make /a", dest: "/a", note: "", item: "a" }];
    assert.equal(
      lines({ status: "changed", items, result: { results, changed: true, msg: "All items" } }, verbose),
      `changed: [h] => (item=a) => make /a
    dest: /a
    note: ""
`,
    );
  });

  it("show places and times with -vv", () => {
    assert.equal(
      lines({}, { verbosity: 2 }),
      `task at roles/nginx/tasks/main.yaml:12:3
ok: [h] (0.00 s)
`,
    );
  });

  it("lay out a large result over several lines", () => {
    const result = { stat: { path: "/etc/nginx/nginx.conf", exists: true, owner: "root", mode: "0644" } };
    assert.equal(
      lines({ result }, verbose),
      `ok: [h]
    stat: {
      "path": "/etc/nginx/nginx.conf",
      "exists": true,
      "owner": "root",
      "mode": "0644"
    }
`,
    );
  });
});

describe("a diff", () => {
  const asked = { showDiff: true };
  const diffOf = (before: string, after: string) => ({
    status: "changed" as const,
    diff: [{ path: "/etc/x", before, after }],
  });

  it("is shown only when it is asked for", () => {
    assert.equal(lines(diffOf("a\n", "b\n")), "changed: [h]\n");
  });

  it("has headers, places and context", () => {
    const before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    assert.equal(
      lines(diffOf(before, before.replace("5", "five")), asked),
      `changed: [h]
--- before: /etc/x
+++ after: /etc/x
@@ -2,7 +2,7 @@
 2
 3
 4
-5
+five
 6
 7
 8
`,
    );
  });

  it("shows a new file", () => {
    assert.equal(
      lines(diffOf("", "a\nb\n"), asked),
      "changed: [h]\n--- before: /etc/x\n+++ after: /etc/x\n@@ -0,0 +1,2 @@\n+a\n+b\n",
    );
  });

  it("shows a final end of line that comes or goes", () => {
    assert.equal(
      lines(diffOf("a", "a\n"), asked),
      `changed: [h]
--- before: /etc/x
+++ after: /etc/x
@@ -1,1 +1,1 @@
-a
\\ No newline at end of file
+a
`,
    );
  });

  it("shows short descriptions without such a remark", () => {
    assert.equal(
      lines(diffOf("0644", "0600"), asked),
      "changed: [h]\n--- before: /etc/x\n+++ after: /etc/x\n@@ -1,1 +1,1 @@\n-0644\n+0600\n",
    );
  });

  it("makes what cannot be seen visible, and keeps tabs", () => {
    assert.match(lines(diffOf("a\tb\r\n", "a\tb\u001b[8m\n"), asked), /\n-a\tb\\r\n\+a\tb\\x1b\[8m\n$/);
  });

  it("does not show what is no text", () => {
    assert.match(lines(diffOf("\0a", "\0b\0"), asked), /\n@@ not a text: 2 bytes before, 3 after @@\n$/);
  });

  it("does not take long for texts that have nothing in common", () => {
    const text = (word: string): string => Array.from({ length: 6_000 }, (_, i) => `${word}${i}\n`).join("");
    const shown = lines(diffOf(text("old"), text("new")), asked).split("\n");
    assert.equal(shown[3], "@@ -1,6000 +1,6000 @@");
    assert.equal(shown.length, 4 + 12_000 + 1);
  });

  it("has colours when they are asked for, each of one line", () => {
    const text = lines(diffOf("a\n", "b\n"), { ...asked, color: true, columns: () => 0 });
    assert.equal(
      text,
      [
        "\u001b[33mchanged: [h]\u001b[0m",
        "\u001b[31m--- before: /etc/x\u001b[0m",
        "\u001b[32m+++ after: /etc/x\u001b[0m",
        "\u001b[36m@@ -1,1 +1,1 @@\u001b[0m",
        "\u001b[31m-a\u001b[0m",
        "\u001b[32m+b\u001b[0m",
        "",
      ].join("\n"),
    );
  });
});
