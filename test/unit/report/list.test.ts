// The answers to --list-hosts, --list-tasks and --list-tags.

import assert from "node:assert/strict";
import type { ListEvent } from "../../../runner/report/events.ts";
import { startOf, textOf } from "./events.ts";

const lists: readonly ListEvent[] = [
  {
    event: "list",
    play: "relays",
    hosts: ["h1", "h2"],
    tasks: [
      { role: "nginx", task: "packages are there", tags: ["web", "nginx"] },
      { task: "say\u001b hello", tags: [] },
    ],
    tags: ["all-of-it"],
  },
  { event: "list", play: "nobody", hosts: [], tasks: [], tags: [] },
];

describe("a list", () => {
  const expected = {
    hosts: `playbook: site.yaml

  play #1 (relays)
    hosts (2):
      h1
      h2

  play #2 (nobody)
    hosts (0):
`,
    tasks: `playbook: site.yaml

  play #1 (relays)
    tasks:
      nginx : packages are there\tTAGS: [nginx, web]
      say\\x1b hello\tTAGS: []

  play #2 (nobody)
    tasks:
`,
    tags: `playbook: site.yaml

  play #1 (relays)
      TASK TAGS: [all-of-it, nginx, web]

  play #2 (nobody)
      TASK TAGS: []
`,
  } as const;

  for (const list of ["hosts", "tasks", "tags"] as const) {
    it(`of ${list} is laid out as Ansible does`, () => {
      const end = { event: "end", exitCode: 0, ms: 5 } as const;
      assert.equal(textOf([startOf([]), ...lists, end], { list: [list] }), expected[list]);
    });
  }
  it("may tell of several things at once", () =>
    assert.match(
      textOf([startOf([]), ...lists], { list: ["hosts", "tasks", "tags"] }),
      /play #1 \(relays\)\n {4}hosts \(2\):\n.*\n.*\n {4}tasks:\n.*\n.*\n {6}TASK TAGS: \[/,
    ));
});
