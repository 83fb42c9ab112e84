// What a host answers: the framed replies of its shell, and what the kinds of facts read out of them. They are read, or
// the connection counts as lost, or the fact as unreadable; nothing waits for what will not come.

import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import {
  aptCandidate,
  aptLists,
  dnsAnswer,
  type Fact,
  fileContent,
  fileHash,
  globExists,
  groupAccount,
  identity,
  machineFacts,
  packageState,
  pathState,
  tree,
  unitState,
  userAccount,
} from "../../../runner/facts/index.ts";
import { restoreFrame } from "../../../runner/journal/restore.ts";
import { type KeptRun, keptRuns } from "../../../runner/journal/runs.ts";
import { openFramedShell } from "../../../runner/transport/framed-shell.ts";
import { ConnectionLost, Unreachable } from "../../../runner/transport/transport.ts";
import { pack } from "../../../runner/transport/ustar.ts";
import { pieces, type Target } from "../target.ts";

const archive = pack([
  { name: "0.o", bytes: Buffer.from("out\n") },
  { name: "1.e", bytes: Buffer.from("err\n") },
]);

export const replyTarget: Target = {
  name: "reply",
  corpus: [
    Buffer.concat([Buffer.from("welcome\nready\n0 2 ++\n"), archive]),
    Buffer.from("ready\n0 0 ++\n"),
    Buffer.concat([Buffer.from("ready\n3 2 + said this\n"), archive]),
  ],
  tokens: [
    "ready\n",
    "+",
    " ",
    "\n",
    "0 ",
    "2 ",
    "99999999999 ",
    "\0",
    "0.o",
    "1.e",
    "ustar",
    "77777777777",
    "00000000012",
  ],
  async check(input, random) {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    stdin.resume();
    const ended = new Promise<string>((done) => stdout.once("end", () => done("exit status 0")));
    for (const piece of pieces(input, random)) stdout.write(piece);
    stdout.end();
    const pipes = { stdin, stdout, stderr, ended, abandon: () => stdout.destroy() };
    try {
      const shell = await openFramedShell({ pipes, ready: "ready", where: "root@host", timeout: 5000 });
      const replies = await shell.run([{ script: "a" }, { script: "b" }]);
      assert.ok(replies.length === 1 || replies.length === 2);
      for (const { status, stdout, stderr } of replies)
        assert.ok(Number.isInteger(status) && stdout.length >= 0 && stderr.length >= 0);
    } catch (error) {
      if (!(error instanceof ConnectionLost || error instanceof Unreachable)) throw error;
      assert.ok(error.message.length < 300_000);
    }
  },
};

const FACTS: readonly (readonly [Fact<unknown>, ...Fact<unknown>[]])[] = [
  [pathState("/a"), pathState("/b")],
  [fileHash("/a"), fileHash("/b", "md5")],
  [fileContent("/a")],
  [packageState("nginx"), packageState("libc6:amd64")],
  [aptCandidate("nginx")],
  [aptLists()],
  [unitState("nginx.service"), unitState("a.timer")],
  [userAccount("root"), userAccount("x")],
  [groupAccount("root")],
  [identity()],
  [machineFacts()],
  [globExists("/a*")],
  [tree("/a", { hashes: true })],
  [keptRuns("")],
  [dnsAnswer({ name: "example.org", type: "A", server: "192.0.2.53", port: 53 })],
];

export const factsTarget: Target = {
  name: "facts",
  corpus: [
    "f\t644\t0\t0\troot\troot\t12\t1700000000\t/a\n-\t/b\n",
    "nginx\tamd64\t1.22.1-9+deb12u3\tinstall\tinstalled\nlibc6\tamd64\t2.36\tinstall\tinstalled\n",
    "root:x:0:0:root:/root:/bin/bash\nroot:x:0:\nroot:$6$x:19000:0:99999:7:::\n",
    "Id=nginx.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\nId=a.timer\nLoadState=not-found\n",
    'NAME="Debian GNU/Linux"\nVERSION_ID="12"\nMemTotal: 1000 kB\n6.1.0\nx86_64\n[{"ifname":"eth0"}]\n',
    "nginx:\n  Installed: (none)\n  Candidate: 1.22\n",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  /a\n",
    '{"run":"1","at":"2","operator":"a@b","playbook":"site.yaml"}\n{"n":1,"role":"","task":"x","kind":"path","path":"/a"}\n{"restored":[1],"why":"x"}\n{"unfinished":true}\0',
    '{"run":"1","at":"2","operator":"a@b","playbook":"x"}\n{"n":2,"role":"r","task":"x","kind":"unit","unit":"a.service","active":true,"file":"enabled","reload":false}\n\0',
    "./\0d 755\0./x\0f 644\0",
  ].map((text) => Buffer.from(text)),
  tokens: [
    "\t",
    "\n",
    "\0",
    " ",
    ":",
    "=",
    "-",
    "f",
    "d",
    "l",
    "-1",
    "99999999999999999999",
    "0777",
    "[",
    "{",
    '"',
    "root",
    "/a",
    "nginx",
  ],
  check(input) {
    for (const facts of FACTS) {
      const { kind } = facts[0];
      const asks = facts.map(({ ask }) => ask);
      let answers: readonly unknown[];
      try {
        answers = kind.parse(input, asks);
      } catch (error) {
        assert.ok(error instanceof Error && error.message !== "", kind.name);
        assert.ok(!(error instanceof RangeError), `${kind.name}: ${error.message}`);
        continue;
      }
      assert.equal(answers.length, asks.length, kind.name);
      if (kind.name === keptRuns("").kind.name)
        restoreFrame({ directory: "", runs: answers.flat() as KeptRun[], why: "of this" });
    }
  },
};
