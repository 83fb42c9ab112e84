// The program as it is started: without a build step, and from a cache that may be missing, old or broken.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
const root = join(import.meta.dirname, "../../..");

describe("runner/bin.mjs", function () {
  this.timeout(60_000);
  let copy: string;

  before(() => {
    copy = mkdtempSync(join(tmpdir(), "start-"));
    for (const name of ["runner", "package.json"])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    writeFileSync(
      join(copy, "play.yaml"),
      "- hosts: localhost\n  gather_facts: false\n  tasks: [{command: echo hello}]\n",
    );
    writeFileSync(
      join(copy, "inventory.yaml"),
      `all: {hosts: {localhost: {ansible_connection: local, ansible_state_directory: ${copy}/state}}}\n`,
    );
  });

  after(() => rmSync(copy, { recursive: true }));

  const start = async (...argv: string[]): Promise<string> => {
    const program = join(copy, "runner/bin.mjs");
    return (await execute(process.execPath, [program, ...argv], { cwd: copy })).stdout;
  };
  const play = () => start("play.yaml", "-i", "inventory.yaml");
  const cached = (ending: string) =>
    readdirSync(join(copy, ".cache/runner")).filter((name) => name.endsWith(ending));

  it("starts from nothing, several at once", async () => {
    const outputs = await Promise.all([start("--version"), start("--version"), play()]);
    assert.match(outputs[0], /^\d+\.\d+\.\d+\n$/);
    assert.match(outputs[2], /changed=1/);
  });

  it("stops a run whose output nobody reads any more after the step in hand, and tells that by its exit code", async () => {
    const task = (name: string) => `{command: touch ${copy}/${name}}`;
    const loop = `{shell: "until [ -e ${copy}/go ]; do sleep 0.05; done; touch ${copy}/two"}`;
    writeFileSync(
      join(copy, "unread.yaml"),
      `- hosts: localhost\n  gather_facts: false\n  tasks: [${task("one")}, ${loop}, ${task("three")}, ${task("four")}]\n`,
    );
    const program = join(copy, "runner/bin.mjs");
    const child = spawn(process.execPath, [program, "unread.yaml", "-i", "inventory.yaml"], { cwd: copy });
    const ended = once(child, "close");
    await once(child.stdout, "data");
    child.stdout.destroy();
    writeFileSync(join(copy, "go"), "");
    assert.deepEqual(await ended, [130, null]);
    // That nobody reads is known only after something has been written, when the next step may have begun.
    assert.ok(existsSync(join(copy, "two")) && !existsSync(join(copy, "four")));
    assert.match(await start("doc"), /copy/);
  });

  it("starts from what the first start has left, and leaves nothing more", async () => {
    await start("--version");
    const before = readdirSync(join(copy, ".cache/runner"));
    assert.match(await play(), /changed=1/);
    assert.deepEqual(readdirSync(join(copy, ".cache/runner")), before);
    assert.deepEqual([cached(".cjs").length, cached(".v8").length], [1, 1]);
  });

  it("sees that a source has changed", async () => {
    const main = join(copy, "runner/cli/index.ts");
    writeFileSync(
      main,
      'export const main = () => { console.log("another one"); return Promise.resolve(0); };\n',
    );
    utimesSync(main, new Date(), new Date(Date.now() + 1000));
    assert.equal(await start("--version"), "another one\n");
    cpSync(join(root, "runner/cli/index.ts"), main);
    utimesSync(main, new Date(), new Date());
  });

  it("does without a cache that is broken", async () => {
    await start("--version");
    truncateSync(join(copy, ".cache/runner", cached(".v8")[0] ?? ""), 1000);
    assert.match(await play(), /changed=1/);
    assert.match(await play(), /changed=1/);
  });
});
