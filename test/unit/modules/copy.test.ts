import assert from "node:assert/strict";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  apply,
  changesOf,
  checking,
  converge,
  filesIn,
  HOSTILE,
  modeOf,
  onHost,
  planOf,
  scratch,
  sh,
  withDiff,
} from "./harness.ts";

onHost("copy", () => {
  const dir = scratch();

  it("writes a text with its mode, and then finds nothing to do", async () => {
    const dest = dir.at("hello");
    await converge({ module: "copy", params: { content: "hello\n", dest, mode: "0640" } });
    assert.equal(readFileSync(dest, "utf8"), "hello\n");
    assert.equal(modeOf(dest), "0640");
  });

  it("removes what the end of the host has left beside it, and nothing that somebody is still writing", async () => {
    const [left, written] = [dir.at(".chatmail-play.aaaaaaaaaa"), dir.at(".chatmail-play.bbbbbbbbbb.conf")];
    for (const file of [left, written]) {
      writeFileSync(file, "half of");
      utimesSync(file, 1, 1);
    }
    const shell = mkdtempSync("/tmp/chatmail-play.");
    mkdirSync(join(shell, "b/tmp"), { recursive: true });
    writeFileSync(join(shell, "b/tmp/beside.new"), written);
    try {
      await converge({ module: "copy", params: { content: "new", dest: dir.at("file") } });
      assert.deepEqual([existsSync(left), existsSync(written)], [false, true]);
    } finally {
      rmSync(shell, { recursive: true });
      rmSync(written);
    }
  });

  it("keeps the mode of a file that it rewrites when none is given", async () => {
    const dest = dir.at("file");
    writeFileSync(dest, "old", { mode: 0o600 });
    await converge({ module: "copy", params: { content: "new", dest } });
    assert.equal(modeOf(dest), "0600");
  });

  it("changes only the mode when the content is right", async () => {
    const dest = dir.at("file");
    writeFileSync(dest, "same", { mode: 0o600 });
    const inode = statSync(dest).ino;
    const changes = await converge({ module: "copy", params: { content: "same", dest, mode: "u=rw,go=r" } });
    assert.deepEqual(
      changes.map(({ summary }) => summary),
      [`${dest}: mode 0600 -> 0644`],
    );
    assert.equal(statSync(dest).ino, inode);
  });

  it("takes the number that YAML 1.1 reads from 0644", async () => {
    const dest = dir.at("file");
    await converge({ module: "copy", params: { content: "", dest, mode: 420 } });
    assert.equal(modeOf(dest), "0644");
  });

  for (const name of HOSTILE) {
    it(`is not led astray by the name ${JSON.stringify(name)}, as path and as content`, async () => {
      const dest = dir.at(name);
      await converge({ module: "copy", params: { content: name, dest } });
      assert.deepEqual(readdirSync(dir.path), [name]);
      assert.equal(readFileSync(dest, "utf8"), name);
      assert.ok(!existsSync("owned") && !existsSync("/owned"));
    });
  }

  it("puts a file into a directory, or under a path that ends with a slash, under its own name", async () => {
    mkdirSync(dir.at("local"));
    writeFileSync(dir.at("local/motd"), "hi");
    mkdirSync(dir.at("there"));
    const files = filesIn(dir.at("local"));
    await converge({ module: "copy", params: { src: "motd", dest: dir.at("there") }, files });
    await converge({ module: "copy", params: { src: "motd", dest: dir.at("new/below/") }, files });
    assert.equal(readFileSync(dir.at("there/motd"), "utf8"), "hi");
    assert.equal(readFileSync(dir.at("new/below/motd"), "utf8"), "hi");
  });

  it("copies a directory, or with a slash its contents", async () => {
    mkdirSync(dir.at("local/tree/empty"), { recursive: true });
    writeFileSync(dir.at("local/tree/a"), "a");
    writeFileSync(dir.at("local/tree/b"), "b");
    const files = filesIn(dir.at("local"));
    const params = { mode: "0640", directory_mode: "0750" };
    await converge({ module: "copy", params: { ...params, src: "tree", dest: dir.at("one") }, files });
    await converge({ module: "copy", params: { ...params, src: "tree/", dest: dir.at("two") }, files });
    assert.deepEqual(readdirSync(dir.at("one")), ["tree"]);
    assert.deepEqual(readdirSync(dir.at("two")), ["a", "b", "empty"]);
    assert.equal(modeOf(dir.at("two/a")), "0640");
    assert.equal(modeOf(dir.at("two/empty")), "0750");
  });

  it("writes through a link to the file that it leads to, with follow", async () => {
    writeFileSync(dir.at("real"), "old", { mode: 0o604 });
    symlinkSync("real", dir.at("link"));
    await converge({ module: "copy", params: { content: "new", dest: dir.at("link"), follow: true } });
    assert.ok(lstatSync(dir.at("link")).isSymbolicLink());
    assert.equal(readFileSync(dir.at("real"), "utf8"), "new");
    assert.equal(modeOf(dir.at("real")), "0604");
    await converge({
      module: "copy",
      params: { content: "new", dest: dir.at("link"), mode: "0600", follow: true },
    });
    assert.equal(modeOf(dir.at("real")), "0600");
  });

  it("makes the missing target of a link, with follow", async () => {
    symlinkSync("real", dir.at("link"));
    await converge({ module: "copy", params: { content: "new", dest: dir.at("link"), follow: true } });
    assert.equal(readFileSync(dir.at("real"), "utf8"), "new");
  });

  it("puts a file in the place of a link otherwise, even when the contents are the same", async () => {
    writeFileSync(dir.at("real"), "same", { mode: 0o600 });
    symlinkSync("real", dir.at("link"));
    await converge({ module: "copy", params: { content: "same", dest: dir.at("link") } });
    assert.ok(lstatSync(dir.at("link")).isFile());
    assert.deepEqual([modeOf(dir.at("link")), modeOf(dir.at("real"))], ["0644", "0600"]);
  });

  it("leaves an existing file with force: false, but makes a missing one", async () => {
    const dest = dir.at("file");
    await converge({ module: "copy", params: { content: "first", dest, force: false } });
    await converge({ module: "copy", params: { content: "second", dest, force: false } });
    assert.equal(readFileSync(dest, "utf8"), "first");
  });

  it("writes a mapping as JSON with Python's spaces", async () => {
    const dest = dir.at("file.json");
    await converge({ module: "copy", params: { content: { a: 1, b: ["ü", null, true] }, dest } });
    assert.equal(readFileSync(dest, "utf8"), '{"a": 1, "b": ["\\u00fc", null, true]}');
  });

  it("fails when the directory is missing, and names it", async () => {
    const plan = await planOf({ module: "copy", params: { content: "", dest: dir.at("no/file") } });
    assert.deepEqual(plan, { kind: "fail", message: `the directory ${dir.at("no")} does not exist` });
  });

  it("puts nothing in place that validate refuses, and leaves nothing behind", async () => {
    const dest = dir.at("file");
    writeFileSync(dest, "old");
    const params = { content: "new", dest, validate: "sh -c 'echo no good: \"$1\"; exit 4' sh %s" };
    const [change] = changesOf(await planOf({ module: "copy", params }));
    const reply = sh(`set -eu\n${change?.script}`, change?.input);
    assert.equal(reply.status, 1);
    assert.match(
      Buffer.from(reply.stderr).toString(),
      /^no good: .*\nthe new .*file was refused by: .* \(exit status 4\)\n$/,
    );
    assert.deepEqual(readdirSync(dir.path), ["file"]);
    assert.equal(readFileSync(dest, "utf8"), "old");
  });

  it("puts in place what validate accepts, and shows it the file's ending", async () => {
    const dest = dir.at("x.mjs");
    const validate = "sh -c 'case $1 in *.mjs) grep -q new \"$1\";; *) exit 1;; esac' sh %s";
    await converge({ module: "copy", params: { content: "new", dest, validate } });
  });

  it("leaves no half file and no other file when it is interrupted", async () => {
    const dest = dir.at("file");
    const [change] = changesOf(await planOf({ module: "copy", params: { content: "new", dest } }));
    const reply = sh(`set -eu\nsync() { kill -TERM $$; }\n${change?.script}`, change?.input);
    assert.notEqual(reply.status, 0);
    assert.deepEqual(readdirSync(dir.path), []);
  });

  it("shows what changes as text, and only sizes of what is no text", async () => {
    const dest = dir.at("file");
    writeFileSync(dest, "old\n");
    const text = changesOf(
      await planOf({ module: "copy", params: { content: "new\n", dest }, context: withDiff }),
    );
    assert.deepEqual(text[0]?.diff, { path: dest, before: "old\n", after: "new\n" });
    writeFileSync(dest, "old\0");
    const binary = changesOf(
      await planOf({ module: "copy", params: { content: "x".repeat(200_000), dest }, context: checking }),
    );
    assert.match(binary[0]?.diff?.before ?? "", /^\(4 bytes, sha256 [0-9a-f]{64}\)\n$/);
    assert.match(binary[0]?.diff?.after ?? "", /^\(200000 bytes, sha256 [0-9a-f]{64}\)\n$/);
  });

  it("refuses to write over a directory or what is no file", async () => {
    sh(`mkfifo ${dir.at("pipe")}`);
    const plan = await planOf({ module: "copy", params: { content: "", dest: dir.at("pipe") } });
    assert.equal(plan.kind === "fail" && plan.message, `${dir.at("pipe")} is no regular file but a fifo`);
    mkdirSync(dir.at("d"));
    const into = await planOf({ module: "copy", params: { content: "", dest: dir.at("d") } });
    assert.equal(into.kind === "fail" && into.message, `${dir.at("d")} is no regular file but a directory`);
  });

  it("keeps the mode of the source with mode: preserve", async () => {
    mkdirSync(dir.at("local"));
    writeFileSync(dir.at("local/run"), "#!/bin/sh\n", { mode: 0o755 });
    await converge({
      module: "copy",
      params: { src: "run", dest: dir.at("run"), mode: "preserve" },
      files: filesIn(dir.at("local")),
    });
    assert.equal(modeOf(join(dir.path, "run")), "0755");
  });

  it("can be applied a second time by mistake without harm", async () => {
    const changes = changesOf(await planOf({ module: "copy", params: { content: "x", dest: dir.at("f") } }));
    apply(changes);
    apply(changes);
    assert.deepEqual(readdirSync(dir.path), ["f"]);
  });
});
