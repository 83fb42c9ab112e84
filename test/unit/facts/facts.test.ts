import assert from "node:assert/strict";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { cleanPath } from "../../../runner/facts/clean-path.ts";
import { touches } from "../../../runner/facts/fact.ts";
import { shellPattern } from "../../../runner/facts/glob.ts";
import {
  fileContent,
  fileHash,
  globExists,
  groupAccount,
  identity,
  type PathState,
  pathState,
  shownContent,
  tree,
  userAccount,
} from "../../../runner/facts/index.ts";
import { ask, HOSTILE, onHost, probe, scratch, sh } from "../modules/harness.ts";

onHost("facts about paths", () => {
  const dir = scratch();
  const typeOf = (path: string) => ask(pathState(path)).type;

  it("tell the type of everything that can be at a path", () => {
    writeFileSync(dir.at("file"), "");
    mkdirSync(dir.at("directory"));
    symlinkSync("file", dir.at("link"));
    sh(`mkfifo ${dir.at("fifo")}`);
    const names = ["file", "directory", "link", "fifo", "none", "file/below", "none/below"];
    assert.deepEqual(
      names.map((name) => typeOf(dir.at(name))),
      ["file", "directory", "link", "fifo", "absent", "absent", "absent"],
    );
    assert.deepEqual([typeOf("/dev/null"), typeOf("/")], ["character", "directory"]);
    assert.equal(typeOf("no path from the root"), "absent");
  });

  it("tell mode, size, time and owner", () => {
    writeFileSync(dir.at("file"), "four", { mode: 0o600 });
    chmodSync(dir.at("file"), 0o4711);
    const state = ask(pathState(dir.at("file"))) as PathState & { type: "file" };
    const { uid, gid, user, group } = ask(identity());
    assert.deepEqual(
      { ...state, mtime: 0 },
      { type: "file", mode: 0o4711, size: 4, mtime: 0, uid, gid, owner: user, group },
    );
    assert.ok(Math.abs(state.mtime - Date.now() / 1000) < 60);
  });

  it("tell where links lead: over several, into nothing, in a circle", () => {
    writeFileSync(dir.at("end"), "");
    symlinkSync("end", dir.at("one"));
    symlinkSync("one", dir.at("two"));
    symlinkSync("missing", dir.at("broken"));
    symlinkSync("circle", dir.at("circle"));
    symlinkSync("below/itself", dir.at("below"));
    const leads = (name: string) => {
      const state = ask(pathState(dir.at(name)));
      return state.type === "link" ? [state.target, state.leads?.path, state.leads?.state.type] : state.type;
    };
    assert.deepEqual(leads("two"), ["one", dir.at("end"), "file"]);
    assert.deepEqual(leads("broken"), ["missing", dir.at("missing"), "absent"]);
    assert.deepEqual(leads("circle"), ["circle", undefined, undefined]);
    assert.deepEqual(leads("below"), ["below/itself", undefined, undefined]);
  });

  it("are right for any name, and asked all at once", () => {
    for (const name of HOSTILE) {
      writeFileSync(dir.at(name), name);
      symlinkSync(name, dir.at(`link to ${name}`));
    }
    const facts = HOSTILE.flatMap((name) => [
      pathState(dir.at(name)),
      pathState(dir.at(`link to ${name}`)),
      pathState(dir.at(`no ${name}`)),
      fileHash(dir.at(name)),
      fileHash(dir.at(name), "sha1"),
      fileHash(dir.at(`no ${name}`)),
      fileContent(dir.at(name)),
      globExists(dir.at(name).replace(/[*?[]/g, "?")),
      globExists(dir.at(`no ${name}`).replace(/[*?[]/g, "?")),
    ]);
    const answers = probe(facts);
    for (const name of HOSTILE) {
      const get = <Answer>(fact: { key: string }) => answers.get(fact.key) as Answer;
      assert.equal(get<PathState>(pathState(dir.at(name))).type, "file");
      assert.equal(get<PathState & { target: string }>(pathState(dir.at(`link to ${name}`))).target, name);
      assert.equal(get<PathState>(pathState(dir.at(`no ${name}`))).type, "absent");
      assert.equal(get<{ type: string }>(fileHash(dir.at(name))).type, "hash");
      assert.equal(get<{ type: string }>(fileHash(dir.at(`no ${name}`))).type, "absent");
      assert.equal(Buffer.from(get<{ bytes: Uint8Array }>(fileContent(dir.at(name))).bytes).toString(), name);
      assert.equal(get(globExists(dir.at(name).replace(/[*?[]/g, "?"))), true);
      assert.equal(get(globExists(dir.at(`no ${name}`).replace(/[*?[]/g, "?"))), false);
    }
  });

  it("give checksums of files only, and never wait for a pipe", () => {
    writeFileSync(dir.at("f"), "abc");
    sh(`mkfifo ${dir.at("fifo")}`);
    symlinkSync("f", dir.at("link"));
    const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert.deepEqual(ask(fileHash(dir.at("f"))), { type: "hash", hash: sha256 });
    assert.deepEqual(ask(fileHash(dir.at("link"))), { type: "hash", hash: sha256 });
    assert.deepEqual(ask(fileHash(dir.at("f"), "sha1")), {
      type: "hash",
      hash: "a9993e364706816aba3e25717850c26c9cd0d89d",
    });
    assert.deepEqual(ask(fileHash(dir.at("fifo"))), { type: "other" });
    assert.deepEqual(ask(fileHash(dir.path)), { type: "other" });
  });

  it("give contents byte for byte, and none that are too long to show", () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    writeFileSync(dir.at("bytes"), bytes);
    writeFileSync(dir.at("long"), "x".repeat(200_000));
    assert.deepEqual(ask(fileContent(dir.at("bytes"))), { type: "content", bytes });
    assert.deepEqual(ask(shownContent(dir.at("long"))), { type: "large" });
    assert.equal(ask(fileContent(dir.at("long"))).type, "content");
  });

  it("list a tree with its hashes, whatever its names hold", () => {
    mkdirSync(dir.at("t/sub"), { recursive: true });
    for (const name of HOSTILE) writeFileSync(dir.at(`t/sub/${name}`), name);
    symlinkSync("x\ny", dir.at("t/link"));
    const found = ask(tree(dir.at("t"), { hashes: true }));
    assert.equal(found.type, "tree");
    if (found.type !== "tree") return;
    assert.deepEqual(
      found.entries.map(({ path }) => path).sort(),
      ["link", "sub", ...HOSTILE.map((name) => `sub/${name}`)].sort(),
    );
    assert.equal(found.entries.find(({ type }) => type === "link")?.target, "x\ny");
    assert.ok(
      found.entries.every(({ type, hash }) => (type === "file") === /^[0-9a-f]{64}$/.test(hash ?? "")),
    );
    assert.deepEqual(ask(tree(dir.at("no"), { hashes: true })), { type: "absent" });
    assert.deepEqual(ask(tree(dir.at("t/link"), { hashes: false })), { type: "absent" });
  });

  it("list the same tree by names alone, and several at once", () => {
    mkdirSync(dir.at("a"));
    mkdirSync(dir.at("b"));
    writeFileSync(dir.at("b/x"), "");
    const facts = [
      tree(dir.at("a"), { hashes: false }),
      tree(dir.at("b"), { hashes: true }),
      tree(dir.at("none"), { hashes: true }),
    ];
    const answers = [...probe(facts).values()] as { type: string; entries?: unknown[] }[];
    assert.deepEqual(
      answers.map(({ type, entries }) => [type, entries?.length]),
      [
        ["tree", 0],
        ["tree", 1],
        ["absent", undefined],
      ],
    );
  });

  it("find what matches a pattern, and nothing else", () => {
    for (const name of ["a1", "a2", "b[1]", "$(id)"]) writeFileSync(dir.at(name), "");
    symlinkSync("nowhere", dir.at("dangling"));
    const exists = (pattern: string) => ask(globExists(dir.at(pattern)));
    assert.deepEqual(
      ["a*", "a?", "[ab]1", "[!b]2", "*d)", "dangling", "b[[]1]"].map(exists),
      Array(7).fill(true),
    );
    assert.deepEqual(["c*", "a", "a??", "[b]2", "none", ".*x"].map(exists), Array(6).fill(false));
  });
});

describe("patterns become one word of shell", () => {
  const cases: readonly [pattern: string, word: string][] = [
    ["/etc/*.conf", "/etc/*.conf"],
    ["/a b/*", "'/a b/'*"],
    ["/x/[a-c]$(id)?", "/x/[a-c]'$(id)'?"],
    ["/x/[^a]", "/x/[!a]"],
    ["/x/[a b]*", "/x/'[''a b]'*"],
  ];
  for (const [pattern, word] of cases) it(pattern, () => assert.equal(shellPattern(pattern), word));
});

onHost("paths that may not be looked at", () => {
  const dir = scratch();
  const unprivileged = process.getuid?.() === 0 ? it.skip : it;

  unprivileged("are told from missing ones", () => {
    mkdirSync(dir.at("closed/below"), { recursive: true });
    writeFileSync(dir.at("unreadable"), "", { mode: 0o000 });
    chmodSync(dir.at("closed"), 0o000);
    assert.equal(ask(pathState(dir.at("closed"))).type, "directory");
    assert.equal(ask(pathState(dir.at("closed/below"))).type, "denied");
    assert.equal(ask(pathState(dir.at("closed/below/deeper"))).type, "denied");
    assert.equal(ask(fileHash(dir.at("closed/file"))).type, "denied");
    assert.equal(ask(fileHash(dir.at("unreadable"))).type, "denied");
    assert.equal(ask(fileContent(dir.at("unreadable"))).type, "denied");
    assert.equal(ask(tree(dir.at("closed"), { hashes: true })).type, "denied");
    assert.equal(ask(tree(dir.at("closed/below"), { hashes: true })).type, "denied");
    chmodSync(dir.at("closed"), 0o700);
    chmodSync(dir.at("closed/below"), 0o000);
    const whole = ask(tree(dir.path, { hashes: false }));
    assert.equal(whole.type === "tree" && whole.complete, false);
    chmodSync(dir.at("closed/below"), 0o700);
  });
});

onHost("facts about accounts and who is asking", () => {
  it("tell root, and of others that they are not there", () => {
    const root = ask(userAccount("root"));
    assert.deepEqual(
      [root?.uid, root?.gid, root?.group, root?.home, root?.homeExists],
      [0, 0, "root", "/root", true],
    );
    assert.equal(ask(groupAccount("root"))?.gid, 0);
    assert.equal(ask(groupAccount("0"))?.name, "root");
    assert.equal(ask(userAccount("no-such-user")), undefined);
    assert.equal(ask(groupAccount("no-such-group")), undefined);
  });

  it("tell who runs the scripts", () => {
    assert.equal(ask(identity()).uid, process.getuid?.());
  });
});

describe("paths have one spelling", () => {
  const cases: readonly [path: string, clean: string][] = [
    ["/", "/"],
    ["//", "/"],
    ["/a/", "/a"],
    ["/a//b/./c/.", "/a/b/c"],
    ["/./a", "/a"],
    ["/a/../b", "/a/../b"],
    ["/a/.hidden/..x", "/a/.hidden/..x"],
    ["a/b/", "a/b"],
  ];
  for (const [path, clean] of cases) it(`${path} is ${clean}`, () => assert.equal(cleanPath(path), clean));
});

describe("a change of one path", () => {
  const path = (name: string, below?: true) =>
    ({ kind: "path", path: name, ...(below ? { below } : {}) }) as const;
  const cases: readonly [
    title: string,
    touched: Parameters<typeof touches>[0],
    about: Parameters<typeof touches>[1],
    expected: boolean,
  ][] = [
    ["touches that path", path("/a/b"), path("/a/b"), true],
    ["does not touch its neighbour", path("/a/b"), path("/a/bc"), false],
    ["does not touch what is below it", path("/a"), path("/a/b"), false],
    ["touches what is below when it reaches there", path("/a", true), path("/a/b"), true],
    ["touches a listing above it", path("/a/b/c"), path("/a", true), true],
    ["does not touch a listing beside it", path("/ab/c"), path("/a", true), false],
    ["reaches everything from the root", path("/", true), path("/x"), true],
    [
      "knows Debian's merged directories",
      path("/lib/systemd/system/x"),
      path("/usr/lib/systemd/system/x"),
      true,
    ],
    ["knows that /var/run is /run", path("/var/run/x"), path("/run/x"), true],
    ["does not touch units", path("/a"), { kind: "units" }, false],
  ];
  for (const [title, touched, about, expected] of cases)
    it(title, () => assert.equal(touches(touched, about), expected));
});
