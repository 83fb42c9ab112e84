// What is told of one task on one host: items, messages, failures, results.

import assert from "node:assert/strict";
import { linesOf } from "./events.ts";

const verbose = { verbosity: 1 };

describe("a task's lines", () => {
  it("show what print is given as it is, whoever says it", () => {
    const message = "a.example. 3600 IN A 192.0.2.1\n\n; \u001b[31mb\n";
    assert.equal(
      linesOf({ status: "ok", module: "print", message }),
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
      linesOf({ status: "changed", items }),
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
      linesOf({ status: "failed", items, message: "no such group" }),
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
      linesOf({ status: "failed", items, message: "One or more items failed", result: { results } }),
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
      linesOf({ status: "failed", module: "copy", message: "no room", params }),
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
      linesOf({ status: "failed", module: "file", items, message: "One or more items failed" }),
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
      linesOf({ status: "failed", message }),
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
      linesOf({ status: "failed", module: "command", message: "exit code 1", result }),
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
      linesOf({ status: "failed", message: "exit code 1: oops", result: { rc: 1, stderr: "oops\n" } }),
      `fatal: [h]: FAILED! => exit code 1: oops
    rc: 1
    at roles/nginx/tasks/main.yaml:12:3
`,
    );
  });

  it("keep the end of a long output", () => {
    const stdout = Array.from({ length: 50 }, (_, index) => `line ${index + 1}`).join("\n");
    const text = linesOf({ status: "failed", message: "no", result: { stdout } });
    assert.match(text, /\n {4}stdout:\n {8}\(30 earlier lines: see -v\)\n {8}line 31\n/);
    assert.match(text, /\n {8}line 50\n {4}at /);
  });

  it("say that a failure is ignored", () => {
    assert.equal(
      linesOf({ status: "ignored", message: "no" }),
      `fatal: [h]: FAILED! => no
    at roles/nginx/tasks/main.yaml:12:3
...ignoring
`,
    );
  });

  it("say that a host cannot be reached", () => {
    assert.equal(
      linesOf({ status: "unreachable", message: "connection refused" }),
      `fatal: [h]: UNREACHABLE! => connection refused
    at roles/nginx/tasks/main.yaml:12:3
`,
    );
  });

  it("show what debug says", () => {
    assert.equal(linesOf({ module: "debug", message: "hello" }), "ok: [h] => hello\n");
    assert.equal(linesOf({ module: "ansible.builtin.debug", message: "a\nb" }), "ok: [h] =>\n    a\n    b\n");
  });

  it("show a value that debug is asked for", () => {
    const result = { "m.k": ["\u001b"], changed: false, failed: false };
    assert.equal(linesOf({ module: "debug", result }), 'ok: [h]\n    m.k: ["\\u001b"]\n');
  });

  it("show what debug says of each item", () => {
    const items = [{ item: "a", status: "ok", message: "hello" }] as const;
    assert.equal(linesOf({ module: "debug", items, message: "hello" }), "ok: [h] => (item=a) => hello\n");
  });

  it("show what was changed, of each item too", () => {
    assert.equal(linesOf({ status: "changed", message: "write /etc/x" }), "changed: [h] => write /etc/x\n");
    const items = [{ item: "a", status: "changed", message: "write /etc/a" }] as const;
    assert.equal(
      linesOf({ status: "changed", items, message: "all items" }),
      "changed: [h] => (item=a) => write /etc/a\n",
    );
  });

  it("show what check mode leaves out", () => {
    const message = "check mode: would run nginx -t";
    assert.equal(
      linesOf({ status: "skipped", module: "command", message }),
      "skipping: [h] => check mode: would run nginx -t\n",
    );
    const items = [{ item: "a", status: "skipped", message }] as const;
    assert.equal(
      linesOf({ status: "skipped", module: "command", items, message }),
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
      linesOf({ status: "changed", result }, verbose),
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
      linesOf({ status: "skipped", message: "`when` is false" }, verbose),
      "skipping: [h] => `when` is false\n",
    );
  });

  it("show with -v the result of each item, and nothing twice", () => {
    const items = [{ item: "a", status: "changed", message: "make /a" }] as const;
    const results = [{ changed: true, failed: false, msg: "make /a", dest: "/a", note: "", item: "a" }];
    assert.equal(
      linesOf({ status: "changed", items, result: { results, changed: true, msg: "All items" } }, verbose),
      `changed: [h] => (item=a) => make /a
    dest: /a
    note: ""
`,
    );
  });

  it("show places and times with -vv", () => {
    assert.equal(
      linesOf({}, { verbosity: 2 }),
      `task at roles/nginx/tasks/main.yaml:12:3
ok: [h] (0.00 s)
`,
    );
  });

  it("lay out a large result over several lines", () => {
    const result = { stat: { path: "/etc/nginx/nginx.conf", exists: true, owner: "root", mode: "0644" } };
    assert.equal(
      linesOf({ result }, verbose),
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
