import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { changesOf, converge, HOSTILE, modeOf, onHost, planOf, scratch } from "./harness.ts";

onHost("file", () => {
  const dir = scratch();
  const failure = async (params: object) => {
    const plan = await planOf({ module: "file", params: { ...params } });
    return plan.kind === "fail" ? plan.message : plan.kind;
  };

  it("makes a directory with its parents, all with the same mode", async () => {
    await converge({ module: "file", params: { path: dir.at("a/b/c"), state: "directory", mode: "0700" } });
    assert.deepEqual(
      ["a", "a/b", "a/b/c"].map((name) => modeOf(dir.at(name))),
      ["0700", "0700", "0700"],
    );
  });

  it("takes a directory's set-ID bits away too", async () => {
    mkdirSync(dir.at("a"));
    chmodSync(dir.at("a"), 0o2755);
    await converge({ module: "file", params: { path: dir.at("a"), state: "directory", mode: "0755" } });
    assert.equal(modeOf(dir.at("a")), "0755");
  });

  it("sets the mode of whatever is there when no state is named", async () => {
    writeFileSync(dir.at("f"), "");
    mkdirSync(dir.at("d"));
    await converge({ module: "file", params: { path: dir.at("f"), mode: "u=rw,go=" } });
    await converge({ module: "file", params: { path: `${dir.at("d")}/`, mode: "g+w" } });
    assert.deepEqual([modeOf(dir.at("f")), modeOf(dir.at("d"))], ["0600", "0775"]);
  });

  for (const name of HOSTILE) {
    it(`makes, links and removes ${JSON.stringify(name)}`, async () => {
      const path = dir.at(name);
      await converge({ module: "file", params: { path, state: "directory", mode: "0750" } });
      assert.deepEqual(readdirSync(dir.path), [name]);
      await converge({ module: "file", params: { path, state: "absent" } });
      assert.deepEqual(readdirSync(dir.path), []);
      await converge({ module: "file", params: { path, state: "link", src: name, force: true } }).catch(
        (error) => {
          // A link to itself leads nowhere: what was foreseen cannot be found, but it is made.
          assert.match(String(error), /path:/);
        },
      );
      assert.equal(readlinkSync(path), name);
    });
  }

  it("removes a tree, but only the link when it is given one", async () => {
    mkdirSync(dir.at("tree/below"), { recursive: true });
    symlinkSync(dir.at("tree"), dir.at("link"));
    await converge({ module: "file", params: { path: dir.at("link"), state: "absent" } });
    assert.ok(existsSync(dir.at("tree/below")));
    await converge({ module: "file", params: { path: dir.at("tree"), state: "absent" } });
    assert.deepEqual(readdirSync(dir.path), []);
  });

  it("makes a link, repoints it, and takes a relative target as it is written", async () => {
    writeFileSync(dir.at("one"), "");
    writeFileSync(dir.at("two"), "");
    await converge({ module: "file", params: { path: dir.at("link"), state: "link", src: "one" } });
    await converge({ module: "file", params: { path: dir.at("link"), state: "link", src: "two" } });
    assert.equal(readlinkSync(dir.at("link")), "two");
    assert.deepEqual(readdirSync(dir.path), ["link", "one", "two"]);
  });

  it("gives owner and mode to what a link leads to", async () => {
    writeFileSync(dir.at("real"), "");
    await converge({
      module: "file",
      params: { path: dir.at("link"), state: "link", src: "real", mode: "0600" },
    });
    assert.equal(modeOf(dir.at("real")), "0600");
    await converge({ module: "file", params: { path: dir.at("link"), mode: "0640" } });
    assert.equal(modeOf(dir.at("real")), "0640");
    assert.ok(lstatSync(dir.at("link")).isSymbolicLink());
  });

  it("refuses links that would lose something or lead nowhere, until it is forced", async () => {
    writeFileSync(dir.at("file"), "");
    mkdirSync(dir.at("directory"));
    writeFileSync(dir.at("target"), "");
    const link = (name: string, src = "target") => ({ path: dir.at(name), state: "link", src });
    assert.match(
      await failure(link("new", "nothing")),
      /nothing is at .*nothing, which the link shall point to/,
    );
    assert.match(await failure(link("file")), /is a file, which is replaced by a link only with force: true/);
    assert.match(
      await failure(link("directory")),
      /is a directory, which is replaced by a link only with force: true/,
    );
    assert.match(await failure({ path: dir.at("x"), state: "link" }), /src is missing/);
    await converge({ module: "file", params: { ...link("file"), force: true } });
    assert.equal(readlinkSync(dir.at("file")), "target");
  });

  it("says what is wrong with a path that is not what it should be", async () => {
    writeFileSync(dir.at("file"), "");
    mkdirSync(dir.at("directory"));
    assert.match(await failure({ path: dir.at("none"), state: "file" }), /none does not exist/);
    assert.match(await failure({ path: dir.at("file"), state: "directory" }), /is already there as a file/);
    assert.match(await failure({ path: dir.at("directory"), state: "file" }), /is no file but a directory/);
    assert.match(await failure({ path: "/", state: "absent" }), /is not removed/);
  });

  it("makes an empty file with touch, and sets the time of one that is there", async () => {
    const params = { path: dir.at("f"), state: "touch", mode: "0600" };
    const kept = { ...params, modification_time: "preserve", access_time: "preserve" };
    await converge({ module: "file", params: kept });
    utimesSync(dir.at("f"), 1, 1);
    assert.deepEqual(changesOf(await planOf({ module: "file", params: kept })), []);
    assert.deepEqual(
      changesOf(await planOf({ module: "file", params })).map(({ summary }) => summary),
      [`touch ${dir.at("f")}`],
    );
    assert.equal(statSync(dir.at("f")).size, 0);
  });

  it("gives a mode to everything below a directory, whatever its names hold", async () => {
    mkdirSync(dir.at("d/sub"), { recursive: true });
    for (const name of HOSTILE) writeFileSync(dir.at(`d/sub/${name}`), "", { mode: 0o600 });
    symlinkSync("/etc/passwd", dir.at("d/link"));
    const params = { path: dir.at("d"), state: "directory", recurse: true, mode: "u=rwX,go=rX" };
    await converge({ module: "file", params });
    for (const name of HOSTILE) assert.equal(modeOf(dir.at(`d/sub/${name}`)), "0644");
    assert.equal(modeOf(dir.at("d/sub")), "0755");
  });
});
