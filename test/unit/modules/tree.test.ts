import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { matchesAny } from "../../../runner/modules/shared/name-pattern.ts";
import {
  changesOf,
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

onHost("tree", () => {
  const dir = scratch();

  beforeEach(() => {
    mkdirSync(dir.at("local/site/css"), { recursive: true });
    writeFileSync(dir.at("local/site/index.html"), "<h1>hi</h1>\n");
    writeFileSync(dir.at("local/site/css/main.css"), "h1 {}\n");
  });

  const site = (params: object = {}) => ({
    module: "tree",
    params: { src: "site", dest: dir.at("www"), mode: "0644", directory_mode: "0755", ...params },
    files: filesIn(dir.at("local")),
  });
  const summaries = async (params: object = {}) =>
    (await converge(site(params))).map(({ summary }) => summary);

  it("brings all of a directory, and then finds nothing to do", async () => {
    assert.deepEqual(await summaries(), [
      `create directory ${dir.at("www")}`,
      `create directory ${dir.at("www/css")}`,
      `create ${dir.at("www/css/main.css")}`,
      `create ${dir.at("www/index.html")}`,
    ]);
    assert.equal(readFileSync(dir.at("www/css/main.css"), "utf8"), "h1 {}\n");
  });

  it("touches only what differs, file by file", async () => {
    await converge(site());
    const inode = statSync(dir.at("www/index.html")).ino;
    writeFileSync(dir.at("www/css/main.css"), "edited by hand\n");
    chmodSync(dir.at("www/index.html"), 0o600);
    const changes = changesOf(await planOf({ ...site(), context: withDiff }));
    assert.deepEqual(changes[0]?.diff, {
      path: dir.at("www/css/main.css"),
      before: "edited by hand\n",
      after: "h1 {}\n",
    });
    assert.deepEqual(await summaries(), [
      `write ${dir.at("www/css/main.css")}`,
      `${dir.at("www/index.html")}: mode 0600 -> 0644`,
    ]);
    assert.equal(statSync(dir.at("www/index.html")).ino, inode);
  });

  it("leaves what it does not know, unless delete says otherwise", async () => {
    await converge(site());
    for (const name of HOSTILE) writeFileSync(dir.at(`www/${name}`), "");
    sh(`mkdir ${dir.at("www/old")}; printf x >"$(printf '${dir.at("www/old")}/bad\\377name')"`);
    assert.deepEqual(await summaries(), []);
    assert.equal((await summaries({ delete: true })).length, 1);
    assert.deepEqual(readdirSync(dir.at("www")), ["css", "index.html"]);
  });

  it("neither brings nor removes what is excluded", async () => {
    writeFileSync(dir.at("local/site/main.css.map"), "{}");
    mkdirSync(dir.at("www/stats"), { recursive: true });
    writeFileSync(dir.at("www/stats/today"), "1");
    writeFileSync(dir.at("www/other"), "");
    await converge(site({ delete: true, exclude: ["*.map", "stats/today"] }));
    assert.deepEqual(readdirSync(dir.at("www")), ["css", "index.html", "stats"]);
  });

  it("puts files in the place of links, and directories in the place of files", async () => {
    mkdirSync(dir.at("www"));
    writeFileSync(dir.at("elsewhere"), "mine");
    symlinkSync(dir.at("elsewhere"), dir.at("www/index.html"));
    writeFileSync(dir.at("www/css"), "a file");
    await converge(site());
    assert.equal(readFileSync(dir.at("elsewhere"), "utf8"), "mine");
    assert.ok(statSync(dir.at("www/css")).isDirectory());
  });

  it("removes a directory that is in the way only with delete", async () => {
    mkdirSync(dir.at("www/index.html/keep"), { recursive: true });
    const plan = await planOf(site());
    assert.equal(
      plan.kind === "fail" && plan.message,
      `the directory ${dir.at("www/index.html")} is in the way; delete: true removes it`,
    );
    await converge(site({ delete: true }));
  });

  it("brings links as links", async () => {
    const files = filesIn(dir.at("local"));
    const linked = {
      ...files,
      list: async (path: string) => [
        ...(await files.list(path)),
        { path: "latest", type: "link" as const, mode: 0o777, target: "index.html" },
      ],
    };
    await converge({ ...site(), files: linked });
    assert.equal(readlinkSync(dir.at("www/latest")), "index.html");
  });

  it("takes the permissions of the local files with mode: preserve", async () => {
    chmodSync(dir.at("local/site/index.html"), 0o755);
    await converge(site({ mode: "preserve" }));
    assert.equal(modeOf(dir.at("www/index.html")), "0755");
  });

  it("works below a link to a directory", async () => {
    mkdirSync(dir.at("real"));
    symlinkSync("real", dir.at("www"));
    await converge({ ...site(), context: withDiff });
    assert.ok(existsSync(dir.at("real/css/main.css")));
  });

  it("keeps names as they are, whatever they hold", async () => {
    for (const name of HOSTILE) writeFileSync(dir.at(`local/site/${name}`), name);
    await converge(site({ delete: true }));
    for (const name of HOSTILE) assert.equal(readFileSync(dir.at(`www/${name}`), "utf8"), name);
  });
});

describe("patterns of names", () => {
  const cases: readonly [pattern: string, path: string, matches: boolean][] = [
    ["*.map", "a.map", true],
    ["*.map", "x/y/a.map", true],
    ["*.map", "a.mapx", false],
    ["node_modules", "x/node_modules/y/z", true],
    ["cache/*.json", "cache/a.json", true],
    ["cache/*.json", "x/cache/a.json", false],
    ["cache/*.json", "cache/b/a.json", false],
    ["cache/**", "cache/b/a.json", true],
    ["**/tmp", "a/b/tmp", true],
    ["a?c", "abc", true],
    ["a.c", "abc", false],
    ["/top", "top", true],
    ["/top", "x/top", false],
  ];
  for (const [pattern, path, expected] of cases) {
    it(`${pattern} ${expected ? "matches" : "does not match"} ${path}`, () => {
      assert.equal(matchesAny([pattern], path), expected);
    });
  }
});
