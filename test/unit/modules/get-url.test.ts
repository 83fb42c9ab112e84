import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { schemaErrors } from "../../../runner/source/schema.ts";
import { type LocalLoop, startLoop } from "../transport/local-loop.ts";
import { changesOf, modeOf, moduleNamed, onHost, planOf, scratch } from "./harness.ts";

const there = ["curl", "wget"].every((tool) => spawnSync(tool, ["--version"]).error === undefined);

(there ? onHost : describe.skip)("get_url", () => {
  const dir = scratch();
  let server: Server;
  let loop: LocalLoop;
  let base = "";
  let asked: IncomingMessage[] = [];
  let body = "one\n";
  let sums = "";
  before(async () => {
    loop = await startLoop();
    server = createServer((request, response) => {
      asked.push(request);
      if (request.url?.startsWith("/none")) response.writeHead(404).end("no such thing");
      else if (request.url === "/moved") response.writeHead(302, { location: "/a.txt" }).end();
      else if (request.url === "/sums") response.end(sums);
      else response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.close();
    await loop.shell.close(1000);
  });
  beforeEach(() => {
    asked = [];
    body = "one\n";
  });

  /** In a shell beside, so that the server of this process can answer. What failed says why. */
  async function perform(params: Record<string, unknown>, setUp = ""): Promise<string> {
    const plan = await planOf({ module: "get_url", params });
    if (plan.kind === "run") {
      const [reply] = await loop.run(`${setUp}${plan.script}`);
      const result = plan.interpret(reply!);
      return result.failed ? String(result.msg) : result.changed ? "changed" : "ok";
    }
    for (const { script } of changesOf(plan)) {
      const [reply] = await loop.run(`${setUp}set -eu\n${script}`);
      if (reply!.status !== 0) return Buffer.from(reply!.stderr).toString();
    }
    return changesOf(plan).length > 0 ? "changed" : "ok";
  }
  const sha256 = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

  it("fetches a file once, and after that only sets its mode", async () => {
    const dest = dir.at("file");
    const url = `${base}/a.txt`;
    assert.equal(await perform({ url, dest, mode: "0640" }), "changed");
    assert.deepEqual([readFileSync(dest, "utf8"), modeOf(dest)], ["one\n", "0640"]);
    body = "two\n";
    assert.equal(await perform({ url, dest, mode: "0640" }), "ok");
    assert.equal(await perform({ url, dest, mode: "0600" }), "changed");
    assert.deepEqual([readFileSync(dest, "utf8"), modeOf(dest), asked.length], ["one\n", "0600", 1]);
  });

  it("fetches again for force, and writes what differs", async () => {
    const dest = dir.at("file");
    const params = { url: `${base}/a.txt`, dest, force: true };
    assert.equal(await perform(params), "changed");
    assert.equal(await perform(params), "ok");
    assert.equal(await perform({ ...params, mode: "0600" }), "changed");
    body = "two\n";
    assert.equal(await perform(params), "changed");
    assert.deepEqual([readFileSync(dest, "utf8"), modeOf(dest), asked.length], ["two\n", "0600", 4]);
  });

  it("goes by the checksum: right is not fetched, wrong is not written", async () => {
    const dest = dir.at("file");
    const url = `${base}/a.txt`;
    assert.match(
      await perform({ url, dest, checksum: sha256("other") }),
      /what came has the sha256 checksum/,
    );
    assert.deepEqual(readdirSync(dir.path), []);
    const checksum = sha256("one\n").toUpperCase().replace("SHA256", "sha256");
    assert.equal(await perform({ url, dest, checksum }), "changed");
    assert.equal(await perform({ url, dest, checksum, force: true }), "ok");
    assert.equal(asked.length, 2);
    body = "two\n";
    assert.equal(await perform({ url, dest, checksum: sha256("two\n") }), "changed");
    assert.match(await perform({ url, dest, checksum: sha256("other") }), /what came/);
    assert.equal(readFileSync(dest, "utf8"), "two\n");
    const sha1 = `sha1:${createHash("sha1").update("two\n").digest("hex")}`;
    assert.equal(await perform({ url, dest, checksum: sha1 }), "ok");
  });

  it("takes the checksum from a list, asks for no more when the file has it, and writes nothing else", async () => {
    const dest = dir.at("file");
    const params = { url: `${base}/a.txt`, dest, checksum: `sha256:${base}/sums` };
    const line = (text: string) => `${sha256(text).slice(7)}  ./a.txt\n`;
    sums = `${sha256("x").slice(7)}  b.txt\n${line("one\n")}`;
    assert.equal(await perform(params), "changed");
    assert.equal(await perform(params), "ok");
    assert.deepEqual(
      asked.map(({ url }) => url),
      ["/sums", "/a.txt", "/sums"],
    );
    sums = line("two\n");
    assert.match(await perform(params), /what came has the sha256 checksum/);
    body = "two\n";
    assert.equal(await perform(params), "changed");
    sums = `${sha256("two\n").slice(7).toUpperCase()}\n`;
    assert.equal(await perform(params), "ok");
    sums = `${sha256("x").slice(7)}  b.txt\n`;
    assert.match(await perform(params), /there is no checksum of a.txt in http/);
    assert.equal(readFileSync(dest, "utf8"), "two\n");
  });

  it("says who asks, and tells the server's status", async () => {
    const params = {
      url: `${base}/a.txt`,
      dest: dir.at("file"),
      url_username: "me",
      url_password: "it's",
      http_agent: "x y",
    };
    const plan = await planOf({ module: "get_url", params });
    const [change] = changesOf(plan);
    const [reply] = await loop.run(`set -eu\n${change?.script}`);
    assert.equal(change?.learns?.(reply!).status_code, 200);
    assert.equal(asked[0]?.headers.authorization, `Basic ${Buffer.from("me:it's").toString("base64")}`);
    assert.equal(asked[0]?.headers["user-agent"], "x y");
    assert(!change?.script.includes("it's"));
  });

  it("puts the file into a directory under the last name of the URL", async () => {
    mkdirSync(dir.at("into"));
    assert.equal(await perform({ url: `${base}/x/a.txt?v=1`, dest: dir.at("into") }), "changed");
    assert.equal(await perform({ url: `${base}/x/a.txt?v=1`, dest: dir.at("into/") }), "ok");
    assert.equal(await perform({ url: `${base}/`, dest: dir.at("into") }), "changed");
    assert.deepEqual(readdirSync(dir.at("into")).sort(), ["a.txt", "index.html"]);
    const plan = await planOf({ module: "get_url", params: { url: base, dest: dir.at("none/file") } });
    assert.equal(plan.kind === "fail" && plan.message, `the directory ${dir.at("none")} does not exist`);
  });

  it("takes a file of the host itself, and sees when that has changed", async () => {
    writeFileSync(dir.at("a b"), "here\n");
    const params = { url: `file://${dir.at("a%20b")}`, dest: dir.at("copy") };
    for (const outcome of ["changed", "ok"]) assert.equal(await perform(params), outcome);
    writeFileSync(dir.at("a b"), "new\n");
    for (const outcome of ["changed", "ok"]) assert.equal(await perform(params), outcome);
    assert.equal(readFileSync(dir.at("copy"), "utf8"), "new\n");
    assert.match(await perform({ ...params, url: `file://${dir.at("none")}` }), /No such file/);
  });

  it("replaces a link by the file", async () => {
    writeFileSync(dir.at("target"), "old\n");
    symlinkSync("target", dir.at("link"));
    assert.equal(await perform({ url: `${base}/moved`, dest: dir.at("link"), force: true }), "changed");
    assert.deepEqual(
      [readFileSync(dir.at("link"), "utf8"), readFileSync(dir.at("target"), "utf8")],
      ["one\n", "old\n"],
    );
  });

  for (const [tool, without] of [
    ["curl", "wget"],
    ["wget", "curl"],
  ] as const) {
    it(`asks by ${tool}, with headers that no argument shows, and leaves nothing when the server has nothing`, async () => {
      const only = `command() { [ "$2" != ${without} ]; }\n`;
      const dest = dir.at("file");
      const headers = { "X-Token": "it's $HOME", Accept: "text/plain" };
      assert.equal(await perform({ url: `${base}/a.txt`, dest, headers }, only), "changed");
      assert.deepEqual(
        [asked[0]?.headers["x-token"], asked[0]?.headers.accept],
        ["it's $HOME", "text/plain"],
      );
      assert.match(asked[0]?.headers["user-agent"] ?? "", new RegExp(tool, "i"));
      assert.match(await perform({ url: `${base}/none`, dest: dir.at("none") }, only), /404/);
      assert.match(await perform({ url: `${base}/none`, dest, force: true }, only), /404/);
      assert.match(
        await perform({ url: "http://127.0.0.1:1/", dest: dir.at("none") }, only),
        /refused|connect/,
      );
      assert.deepEqual([readFileSync(dest, "utf8"), existsSync(dir.at("none"))], ["one\n", false]);
    });
  }

  it("says what the host lacks", async () => {
    const neither = "command() { return 1; }\n";
    assert.match(await perform({ url: base, dest: dir.at("file") }, neither), /neither curl nor wget/);
    assert.equal(asked.length, 0);
  });

  it("says in check mode what it cannot know", async () => {
    const params = { url: `${base}/a`, dest: dir.at("file"), force: true };
    writeFileSync(dir.at("file"), "old");
    const plan = await planOf({ module: "get_url", params });
    assert.deepEqual(plan.kind === "run" && [plan.inCheckMode, plan.summary], [
      "changed",
      `fetch ${base}/a, and may write ${dir.at("file")} (that depends on what comes)`,
    ]);
  });

  it("refuses other URLs and checksums that are none", () => {
    for (const wrong of [
      { url: "ftp://x/y" },
      { url: "/etc/passwd" },
      { checksum: "crc:http://x/sums" },
      { checksum: "abc" },
    ])
      assert.equal(
        schemaErrors(moduleNamed("get_url").params as never, { url: "http://x/y", dest: "/x", ...wrong })
          .length,
        1,
      );
  });
});
