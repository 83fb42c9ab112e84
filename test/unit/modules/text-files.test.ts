import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import {
  changesOf,
  checked,
  checking,
  converge,
  filesIn,
  HOSTILE,
  modeOf,
  moduleNamed,
  onHost,
  planOf,
  probe,
  runOf,
  scratch,
  sh,
  stateOf,
  withDiff,
} from "./harness.ts";

onHost("template", () => {
  const dir = scratch();

  it("writes what the template renders to, and keeps the template's name in a directory", async () => {
    mkdirSync(dir.at("local"));
    writeFileSync(dir.at("local/x.conf.j2"), "rendered\n");
    const files = filesIn(dir.at("local"));
    await converge({
      module: "template",
      params: { src: "x.conf.j2", dest: dir.at("x.conf"), mode: "0600" },
      files,
    });
    await converge({ module: "template", params: { src: "x.conf.j2", dest: dir.at("made/") }, files });
    assert.equal(readFileSync(dir.at("x.conf"), "utf8"), "rendered\n");
    assert.equal(readFileSync(dir.at("made/x.conf.j2"), "utf8"), "rendered\n");
  });
});

onHost("lineinfile and blockinfile", () => {
  const dir = scratch();

  for (const text of HOSTILE.filter((each) => !each.includes("\n"))) {
    it(`put ${JSON.stringify(text)} into a file of that name, and take it out again`, async () => {
      const path = dir.at(text);
      writeFileSync(path, "first\n");
      await converge({ module: "lineinfile", params: { path, line: text } });
      await converge({ module: "blockinfile", params: { path, block: text, marker: `# {mark} ${text}` } });
      assert.equal(readFileSync(path, "utf8"), `first\n${text}\n# BEGIN ${text}\n${text}\n# END ${text}\n`);
      await converge({
        module: "blockinfile",
        params: { path, state: "absent", marker: `# {mark} ${text}` },
      });
      await converge({ module: "lineinfile", params: { path, line: text, state: "absent" } });
      assert.equal(readFileSync(path, "utf8"), "first\n");
    });
  }

  it("leave bytes that are no UTF-8 as they are", async () => {
    const path = dir.at("latin1");
    writeFileSync(path, Buffer.from("gr\xfc\xdfe\n", "latin1"));
    await converge({ module: "lineinfile", params: { path, line: "plain" } });
    assert.equal(readFileSync(path, "latin1"), "gr\xfc\xdfe\nplain\n");
  });

  it("show the change as a diff", async () => {
    writeFileSync(dir.at("f"), "a\n");
    const [change] = changesOf(
      await planOf({ module: "lineinfile", params: { path: dir.at("f"), line: "b" }, context: withDiff }),
    );
    assert.deepEqual(change?.diff, { path: dir.at("f"), before: "a\n", after: "a\nb\n" });
  });

  it("make a missing file and its directory only when they are told to", async () => {
    const path = dir.at("new/file");
    const plan = await planOf({ module: "lineinfile", params: { path, line: "x" } });
    assert.equal(plan.kind === "fail" && plan.message, `${path} does not exist`);
    assert.deepEqual(
      changesOf(await planOf({ module: "lineinfile", params: { path, regexp: "x", state: "absent" } })),
      [],
    );
    await converge({ module: "lineinfile", params: { path, line: "x", create: true, mode: "0600" } });
    assert.deepEqual([readFileSync(path, "utf8"), modeOf(path)], ["x\n", "0600"]);
  });

  it("do not fail in check mode when a package before may bring the file", async () => {
    const module = moduleNamed("lineinfile");
    const params = checked(module, { path: dir.at("none"), line: "x" });
    const facts = module.probe(params, undefined, checking);
    const known = [...probe(facts)].map(([key, answer]) => ({
      fact: { key } as (typeof facts)[number],
      answer,
    }));
    const plan = module.plan(params, stateOf(known, facts), undefined, checking);
    assert.match(changesOf(plan)[0]?.summary ?? "", /^may change: edit .*none/);
  });

  it("refuse what is no regular expression", async () => {
    writeFileSync(dir.at("f"), "");
    const plan = await planOf({
      module: "lineinfile",
      params: { path: dir.at("f"), line: "x", regexp: "(" },
    });
    assert.match(plan.kind === "fail" ? plan.message : "", /"\(" is no regular expression/);
  });
});

onHost("stat and slurp", () => {
  const dir = scratch();
  const resultOf = async (module: string, params: object) => {
    const plan = await planOf({ module, params: { ...params } });
    return plan.kind === "changes"
      ? (plan.result as Record<string, unknown>)
      : { failed: plan.kind === "fail" && plan.message };
  };

  it("tell what is at a path", async () => {
    writeFileSync(dir.at("f"), "abc", { mode: 0o640 });
    const { stat } = (await resultOf("stat", { path: dir.at("f") })) as { stat: Record<string, unknown> };
    const wanted = {
      exists: true,
      isreg: true,
      isdir: false,
      islnk: false,
      size: 3,
      mode: "0640",
      checksum: "a9993e364706816aba3e25717850c26c9cd0d89d",
      wusr: true,
      xusr: false,
    };
    for (const [key, value] of Object.entries(wanted)) assert.equal(stat[key], value, key);
    assert.deepEqual(await resultOf("stat", { path: dir.at("none") }), { stat: { exists: false } });
  });

  it("follow links only when they are told to", async () => {
    writeFileSync(dir.at("f"), "abc");
    sh(`ln -s f ${dir.at("l")}`);
    const of = async (follow: boolean) =>
      ((await resultOf("stat", { path: dir.at("l"), follow })).stat ?? {}) as Record<string, unknown>;
    const [link, file] = [await of(false), await of(true)];
    assert.deepEqual(
      [link.islnk, link.lnk_target, link.lnk_source, link.isreg],
      [true, "f", dir.at("f"), false],
    );
    assert.deepEqual([file.islnk, file.isreg, file.size], [false, true, 3]);
  });

  it("give contents in base64", async () => {
    writeFileSync(dir.at("f"), Buffer.from([0, 255, 10]));
    assert.deepEqual(await resultOf("slurp", { src: dir.at("f") }), {
      content: "AP8K",
      encoding: "base64",
      source: dir.at("f"),
    });
    assert.deepEqual(await resultOf("slurp", { src: dir.at("no") }), {
      failed: `${dir.at("no")} does not exist`,
    });
  });
});

onHost("wait_for", () => {
  const dir = scratch();
  const run = async (params: object) => runOf(await planOf({ module: "wait_for", params: { ...params } }));

  it("goes on at once when the path is there, and gives up in time when it is not", async () => {
    writeFileSync(dir.at("it's there"), "");
    assert.equal((await run({ path: dir.at("it's there"), timeout: 5 })).failed, undefined);
    assert.equal((await run({ path: dir.at("no"), state: "absent", timeout: 5 })).failed, undefined);
    const late = await run({ path: dir.at("no"), timeout: 0 });
    assert.deepEqual([late.failed, late.msg], [true, `${dir.at("no")} has not come after 0 seconds`]);
    assert.equal((await run({ path: dir.at("no"), timeout: 0, msg: "mine" })).msg, "mine");
  });

  it("tells a port that nobody listens on", async () => {
    assert.equal((await run({ port: 1, timeout: 0 })).failed, true);
    assert.equal((await run({ port: 1, timeout: 0, state: "stopped" })).failed, undefined);
  });
});

onHost("bundle", () => {
  const dir = scratch();

  it("makes one file of a program and its imports, the same wherever the sources lie", async function () {
    this.timeout(20_000);
    const texts: string[] = [];
    for (const place of ["one", "two/deeper"]) {
      mkdirSync(dir.at(`${place}/lib`), { recursive: true });
      writeFileSync(
        dir.at(`${place}/main.ts`),
        'import { word } from "./lib/word.ts";\nimport { legacy } from "./lib/legacy.cjs";\nconst text: string = word;\nconsole.log(text, legacy);\n',
      );
      writeFileSync(dir.at(`${place}/lib/word.ts`), 'export const word: string = "grüße";\n');
      writeFileSync(dir.at(`${place}/lib/legacy.cjs`), 'exports.legacy = require("node:os").EOL.length;\n');
      const dest = dir.at(`${texts.length}.mjs`);
      await converge({
        module: "bundle",
        params: { src: "main.ts", dest, mode: "0755" },
        files: filesIn(dir.at(place)),
      });
      texts.push(readFileSync(dest, "utf8"));
      const ran = sh(`${JSON.stringify(process.execPath)} ${dest}`);
      assert.equal(Buffer.from(ran.stdout).toString(), "grüße 1\n");
    }
    assert.equal(texts[0], texts[1]);
    assert.ok(!texts[0]?.includes(dir.path));
  });

  it("says where a program is wrong", async () => {
    mkdirSync(dir.at("bad"));
    writeFileSync(dir.at("bad/main.ts"), 'import "./missing.ts";\n');
    await assert.rejects(
      planOf({
        module: "bundle",
        params: { src: "main.ts", dest: dir.at("x.mjs") },
        files: filesIn(dir.at("bad")),
      }),
      /main\.ts:1:8: Could not resolve ".\/missing\.ts"/,
    );
  });
});
