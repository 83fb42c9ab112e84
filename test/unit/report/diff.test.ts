// The diffs that are shown of a task's changes.

import assert from "node:assert/strict";
import { linesOf } from "./events.ts";

describe("a diff", () => {
  const asked = { showDiff: true };
  const diffOf = (before: string, after: string) => ({
    status: "changed" as const,
    diff: [{ path: "/etc/x", before, after }],
  });

  it("is shown only when it is asked for", () => {
    assert.equal(linesOf(diffOf("a\n", "b\n")), "changed: [h]\n");
  });

  it("has headers, places and context", () => {
    const before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    assert.equal(
      linesOf(diffOf(before, before.replace("5", "five")), asked),
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
      linesOf(diffOf("", "a\nb\n"), asked),
      "changed: [h]\n--- before: /etc/x\n+++ after: /etc/x\n@@ -0,0 +1,2 @@\n+a\n+b\n",
    );
  });

  it("shows a final end of line that comes or goes", () => {
    assert.equal(
      linesOf(diffOf("a", "a\n"), asked),
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
      linesOf(diffOf("0644", "0600"), asked),
      "changed: [h]\n--- before: /etc/x\n+++ after: /etc/x\n@@ -1,1 +1,1 @@\n-0644\n+0600\n",
    );
  });

  it("makes what cannot be seen visible, and keeps tabs", () => {
    assert.match(linesOf(diffOf("a\tb\r\n", "a\tb\u001b[8m\n"), asked), /\n-a\tb\\r\n\+a\tb\\x1b\[8m\n$/);
  });

  it("does not show what is no text", () => {
    assert.match(linesOf(diffOf("\0a", "\0b\0"), asked), /\n@@ not a text: 2 bytes before, 3 after @@\n$/);
  });

  it("does not take long for texts that have nothing in common", () => {
    const text = (word: string): string => Array.from({ length: 6_000 }, (_, i) => `${word}${i}\n`).join("");
    const shown = linesOf(diffOf(text("old"), text("new")), asked).split("\n");
    assert.equal(shown[3], "@@ -1,6000 +1,6000 @@");
    assert.equal(shown.length, 4 + 12_000 + 1);
  });

  it("has colours when they are asked for, each of one line", () => {
    const text = linesOf(diffOf("a\n", "b\n"), { ...asked, color: true, columns: () => 0 });
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
