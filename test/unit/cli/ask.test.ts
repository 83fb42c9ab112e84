// Questions at a terminal, which script(1) gives to the command.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Project, play, project } from "../run/run-playbook.ts";

const captured = (name: string) =>
  readFileSync(new URL(`../secrets/captured/${name}`, import.meta.url), "utf8");
const program = fileURLToPath(new URL("../../../runner/bin.mjs", import.meta.url));
const there = process.platform === "linux" && spawnSync("script", ["--version"]).error === undefined;

(there ? describe : describe.skip)("a password that is asked for at the terminal", function () {
  this.timeout(60_000);
  let made: Project;
  beforeEach(() => {
    made = project({
      "group_vars/all.yaml": captured("inline.yaml"),
      "site.yaml": play('- copy: {dest: DIR/out, content: "{{ relay_key }}"}'),
    });
  });
  afterEach(() => made.remove());

  /** Types something when it is asked; gives what the terminal showed. */
  function run(typed: string): Promise<{ readonly code: number | null; readonly shown: string }> {
    const command = `${process.execPath} ${program} site.yaml --ask-vault-pass`;
    const child = spawn("script", ["-qec", command, "/dev/null"], { cwd: made.directory, stdio: "pipe" });
    let shown = "";
    let asked = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      shown += text;
      if (asked || !shown.includes("Vault password: ")) return;
      asked = true;
      child.stdin.write(typed);
    });
    return new Promise((resolve) => child.once("close", (code) => resolve({ code, shown })));
  }

  it("is not shown, and opens the vault", async () => {
    const { code, shown } = await run("open sesame\r");
    assert.equal(code, 0, shown);
    assert.doesNotMatch(shown, /sesame/);
    assert.equal(made.tree(".").out, "line one of it\nline two of it\n");
  });

  it("is told to be wrong when it is", async () => {
    const { code, shown } = await run("open barley\r");
    assert.equal(code, 1, shown);
    assert.match(shown, /no vault password opens this/);
    assert.doesNotMatch(shown, /barley/);
  });

  it("can be refused by Ctrl-C, which ends the run", async () => {
    const { code, shown } = await run("\u0003");
    assert.equal(code, 130, shown);
    assert.match(shown, /no password was given/);
  });
});
