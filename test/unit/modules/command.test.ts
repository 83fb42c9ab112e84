import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { shellPattern } from "../../../runner/facts/glob.ts";
import { foresee, globExists } from "../../../runner/facts/index.ts";
import {
  changesOf,
  checked,
  HOSTILE,
  moduleNamed,
  onHost,
  plain,
  planOf,
  runOf,
  scratch,
  stateOf,
} from "./harness.ts";

onHost("command and shell", () => {
  const dir = scratch();
  const run = async (module: string, params: object) =>
    runOf(await planOf({ module, params: { ...params } }));

  it("give status, output and lines", async () => {
    assert.deepEqual(await run("command", { cmd: "printf 'a\\nb\\n'" }), {
      changed: true,
      cmd: ["printf", "a\\nb\\n"],
      rc: 0,
      stdout: "a\nb",
      stderr: "",
      stdout_lines: ["a", "b"],
      stderr_lines: [],
      msg: "",
    });
  });

  it("fail on a status other than 0, and keep what was said", async () => {
    const result = await run("shell", { cmd: "echo out; echo err >&2; exit 3" });
    assert.deepEqual(
      [result.failed, result.rc, result.msg, result.stdout, result.stderr_lines],
      [true, 3, "non-zero return code", "out", ["err"]],
    );
  });

  it("fail with 2 when there is no such program, also when the shell has one of that name", async () => {
    for (const cmd of ["no-such-program x", "cd /", "/no/such/program", dir.at("none")]) {
      const result = await run("command", { cmd });
      assert.deepEqual([result.failed, result.rc], [true, 2], cmd);
      assert.match(String(result.msg), /No such file or directory/);
    }
  });

  it("command puts variables of the environment that are set, and homes, in their places, as Ansible does", async () => {
    const result = await run("command", {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as playbooks write it
      argv: ["echo", "$PWD", "x${PWD}", "$NO_SUCH_NAME", "${NO_SUCH}", "~root"],
      chdir: "/",
    });
    assert.match(String(result.stdout), /^\/ x\/ \$NO_SUCH_NAME \$\{NO_SUCH\} \/\S+$/);
  });

  // A ~ is a home.
  for (const word of HOSTILE.filter((each) => !each.startsWith("~"))) {
    it(`command hands ${JSON.stringify(word)} on as it is; shell in a quoted variable too`, async () => {
      const result = await run("command", { argv: ["printf", "%s", word, "x"], strip_empty_ends: false });
      assert.equal(result.stdout, `${word}x`);
      const echoed = await run("shell", {
        cmd: "cat",
        stdin: word,
        stdin_add_newline: false,
        strip_empty_ends: false,
      });
      assert.equal(echoed.stdout, word);
    });
  }

  it("work in the directory that they are told", async () => {
    for (const name of HOSTILE.filter((each) => !each.includes("\n"))) {
      mkdirSync(dir.at(name));
      assert.equal((await run("command", { cmd: "pwd", chdir: dir.at(name) })).stdout, dir.at(name));
    }
    const missing = await run("command", { cmd: "pwd", chdir: dir.at("missing") });
    assert.deepEqual([missing.failed, missing.stdout], [true, ""]);
  });

  it("do not run when creates is there or removes is not", async () => {
    writeFileSync(dir.at("made.1"), "");
    const skipped = await planOf({
      module: "command",
      params: { cmd: "touch x", creates: dir.at("made.*") },
    });
    assert.deepEqual(changesOf(skipped), []);
    assert.equal(
      skipped.kind === "changes" && skipped.result?.stdout,
      `skipped, since ${dir.at("made.*")} exists`,
    );
    const gone = await planOf({
      module: "shell",
      params: { cmd: "touch x", removes: "gone", chdir: dir.path },
    });
    assert.equal(gone.kind === "changes" && gone.result?.stdout, "skipped, since gone does not exist");
    const runs = await planOf({
      module: "shell",
      params: { cmd: "touch new", creates: "new", chdir: dir.path },
    });
    assert.equal(runs.kind === "run" && runs.inCheckMode, "changed");
    runOf(runs);
    assert.ok(existsSync(dir.at("new")));
  });

  it("take ~ for the home in chdir, creates and removes", async () => {
    const at = async (params: object) => (await run("shell", { cmd: "pwd -P", ...params })).stdout;
    assert.equal(await at({ chdir: "~" }), await at({ cmd: "cd ~; pwd -P" }));
    assert.equal(await at({ chdir: "~root/.." }), "/");
    assert.equal((await planOf({ module: "shell", params: { cmd: "x", creates: "~" } })).kind, "changes");
    assert.equal(
      (await planOf({ module: "shell", params: { cmd: "x", removes: "~/no such" } })).kind,
      "changes",
    );
    const pattern = (params: object) => moduleNamed("shell").probe(params as never, undefined, plain)[0]?.ask;
    assert.equal(pattern({ cmd: "x", creates: "~/a b/*", chdir: "/srv" }), "~/a b/*");
    assert.equal(pattern({ cmd: "x", removes: "one", chdir: "~/two" }), "~/two/one");
    assert.equal(shellPattern("~/a b/*"), "~'/a b/'*");
    assert.equal(shellPattern("~ root/x"), "'~ root/x'");
  });

  it("do not run, in check mode, when what creates names is there and nothing planned takes it away", () => {
    const module = moduleNamed("command");
    const params = checked(module, { cmd: "touch x", creates: "/x" });
    const fact = globExists("/x");
    const state = { ...stateOf([foresee(fact, true)], [fact]), mayGo: () => false };
    assert.deepEqual(module.plan(params, state, undefined, plain).kind, "changes");
  });

  it("may run, in check mode, when what creates names is uncertain", () => {
    const module = moduleNamed("command");
    const params = checked(module, { cmd: "touch x", creates: "/x" });
    const fact = globExists("/x");
    const plan = module.plan(params, stateOf([foresee(fact, false)], [fact]), undefined, plain);
    assert.match(plan.kind === "run" ? plan.summary : "", /^may run/);
  });

  it("are skipped in check mode without creates or removes", async () => {
    const plan = await planOf({ module: "command", params: { cmd: "true" } });
    assert.equal(plan.kind === "run" && plan.inCheckMode, "skip");
  });

  it("take another shell", async () => {
    const { stdout } = await run("shell", { cmd: "echo $BASH_VERSION", executable: "/bin/bash" });
    assert.match(String(stdout), /^\d/);
  });

  it("keep the shell's own settings out of the program's way", async () => {
    assert.equal(
      (
        await run("shell", {
          cmd: 'false; printf "%s" "$IFS" | od -An -c | tr -d " \\n"; echo *',
          chdir: dir.path,
        })
      ).stdout,
      "\\t\\n*",
    );
  });

  it("refuse a line whose quotes do not close", async () => {
    const plan = await planOf({ module: "command", params: { cmd: "echo 'x" } });
    assert.match(plan.kind === "fail" ? plan.message : "", /single quote is not closed/);
  });

  it("leave what they are given on standard input to the program", async () => {
    await run("shell", { cmd: `cat >${dir.at("in")}`, stdin: "text" });
    assert.equal(readFileSync(dir.at("in"), "utf8"), "text\n");
  });
});
