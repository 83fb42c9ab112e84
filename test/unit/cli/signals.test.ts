// Ctrl-C and kill, as the process gets them: once, and once more.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = join(import.meta.dirname, "../../..");

(process.platform === "linux" ? describe : describe.skip)("a signal", function () {
  this.timeout(60_000);
  let directory: string;
  const at = (name: string) => join(directory, name);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "signals-"));
    writeFileSync(
      at("inventory.yaml"),
      `all: {hosts: {here: {ansible_connection: local, ansible_state_directory: ${at("state")}}}}\n`,
    );
    writeFileSync(
      at("play.yaml"),
      `- hosts: all
  gather_facts: false
  tasks:
    - name: In hand
      shell: "touch ${at("at-work")}; until [ -e ${at("go")} ]; do sleep 0.05; done; touch ${at("done")}"
    - name: Next
      command: touch ${at("next")}
`,
    );
  });
  afterEach(async () => {
    writeFileSync(at("go"), "");
    while (existsSync(at("at-work")) && !existsSync(at("done"))) await sleep(20);
    rmSync(directory, { recursive: true });
  });

  /** A run whose first task is in hand. */
  async function start() {
    const child = spawn(
      process.execPath,
      [join(root, "runner/bin.mjs"), "play.yaml", "-i", "inventory.yaml"],
      {
        cwd: directory,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let told = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        told += text;
      });
    const ended = once(child, "close");
    while (!existsSync(at("at-work"))) await sleep(20);
    const heard = async () => {
      while (!told.includes("interrupted: the steps in hand are finished first; once more to stop at once"))
        await sleep(20);
    };
    return { child, ended, heard, told: () => told };
  }

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`lets the step in hand come to its end, and begins nothing more: ${signal}`, async () => {
      const { child, ended, heard, told } = await start();
      child.kill(signal);
      await heard();
      writeFileSync(at("go"), "");
      assert.deepEqual(await ended, [130, null]);
      assert.match(told(), /changed: \[here\][\s\S]*Interrupted, 1 task changed something/);
      assert.ok(existsSync(at("done")) && !existsSync(at("next")));
    });
  }

  it("that comes once more ends the run at once", async () => {
    const { child, ended, heard } = await start();
    child.kill("SIGINT");
    await heard();
    child.kill("SIGINT");
    assert.deepEqual(await ended, [130, null]);
    assert.ok(!existsSync(at("done")));
  });
});
