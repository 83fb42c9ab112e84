import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changesOf, converge, filesIn, modeOf, onHost, planOf, scratch } from "./harness.ts";

onHost("eleventy", function (this: void) {
  const dir = scratch();
  let before: string | undefined;

  beforeEach(() => {
    before = process.env.XDG_CACHE_HOME;
    process.env.XDG_CACHE_HOME = dir.at("cache");
    mkdirSync(dir.at("site/sub"), { recursive: true });
    writeFileSync(dir.at("site/index.njk"), "<h1>{{ name }}</h1>\n");
    writeFileSync(dir.at("site/sub/page.njk"), "---\npermalink: /sub/page.html\n---\n<p>{{ name }}</p>\n");
  });

  afterEach(() => {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  });

  const site = (params: object = {}) => ({
    module: "eleventy",
    params: {
      src: "site",
      data: { name: "relay" },
      dest: dir.at("www"),
      mode: "0644",
      directory_mode: "0755",
      ...params,
    },
    files: {
      ...filesIn(dir.path),
      find: (name: string) => {
        const path = join(dir.path, name);
        if (existsSync(path)) return path;
        throw new Error(`there is no file ${name}`);
      },
    },
  });
  const summaries = async (params: object = {}) =>
    (await converge(site(params))).map(({ summary }) => summary);

  it("brings the pages to the host, and then finds nothing to do", async () => {
    assert.deepEqual(await summaries(), [
      `create directory ${dir.at("www")}`,
      `create ${dir.at("www/index.html")}`,
      `create directory ${dir.at("www/sub")}`,
      `create ${dir.at("www/sub/page.html")}`,
    ]);
    assert.equal(readFileSync(dir.at("www/index.html"), "utf8"), "<h1>relay</h1>\n");
    assert.equal(modeOf(dir.at("www/sub/page.html")), "0644");
  }).timeout(20_000);

  it("changes what other data or another source changes, and no more", async () => {
    await converge(site());
    assert.deepEqual(await summaries({ data: { name: "other" } }), [
      `write ${dir.at("www/index.html")}`,
      `write ${dir.at("www/sub/page.html")}`,
    ]);
    writeFileSync(dir.at("site/sub/page.njk"), "---\npermalink: /sub/page.html\n---\n<p>new</p>\n");
    assert.deepEqual(await summaries({ data: { name: "other" } }), [`write ${dir.at("www/sub/page.html")}`]);
  }).timeout(20_000);

  it("removes what is not of the site if it is told to", async () => {
    await converge(site());
    writeFileSync(dir.at("www/old.html"), "");
    assert.deepEqual(await summaries(), []);
    assert.deepEqual(await summaries({ delete: true }), [`remove ${dir.at("www/old.html")}`]);
  }).timeout(20_000);

  it("brings a folder without the file that shows what is to be built as it is", async () => {
    await converge(site({ build_if: "src/index.md" }));
    assert.equal(readFileSync(dir.at("www/index.njk"), "utf8"), "<h1>{{ name }}</h1>\n");
    assert.ok(!existsSync(dir.at("www/index.html")));
  });

  it("fails without the folder, unless it is optional", async () => {
    await assert.rejects(planOf(site({ src: "none" })), /there is no file none/);
    const plan = await planOf(site({ src: "none", optional: true }));
    assert.deepEqual(plan, { kind: "skip", message: "there is no folder none" });
    assert.ok(!existsSync(dir.at("www")));
  });

  it("takes the given configuration where the folder has none of its own", async () => {
    mkdirSync(dir.at("shared"));
    const config = (title: string) =>
      `module.exports = (own) => own.addFilter("shout", () => ${JSON.stringify(title)});\n`;
    writeFileSync(dir.at("shared/eleventy.config.js"), config("GIVEN"));
    writeFileSync(dir.at("site/index.njk"), "{{ name | shout }}\n");
    const given = { config: "shared/eleventy.config.js" };
    await converge(site(given));
    assert.equal(readFileSync(dir.at("www/index.html"), "utf8"), "GIVEN\n");
    writeFileSync(dir.at("shared/eleventy.config.js"), config("CHANGED"));
    await converge(site(given));
    assert.equal(readFileSync(dir.at("www/index.html"), "utf8"), "CHANGED\n");
    writeFileSync(dir.at("site/eleventy.config.js"), config("OWN"));
    await converge(site(given));
    assert.equal(readFileSync(dir.at("www/index.html"), "utf8"), "OWN\n");
  }).timeout(30_000);

  it("says what is wrong with the site, and prints nothing by itself", async () => {
    writeFileSync(dir.at("site/index.njk"), "{% if name %}\n");
    await assert.rejects(planOf(site()), (error: Error) => {
      assert.match(error.message, /site cannot be built: [\s\S]*index\.njk/);
      assert.doesNotMatch(error.message, /node:internal/);
      return true;
    });
  }).timeout(20_000);

  it("remembers a build for the next run, where nobody else can read it", async () => {
    await converge(site());
    const [name = "", ...others] = readdirSync(dir.at("cache/chatmail-play/eleventy"));
    assert.deepEqual(others, []);
    assert.match(name, /^[0-9a-f]{64}\.json$/);
    assert.equal(modeOf(dir.at(`cache/chatmail-play/eleventy/${name}`)), "0600");
    assert.equal(statSync(dir.at("cache/chatmail-play/eleventy")).mode & 0o077, 0);
    assert.deepEqual(changesOf(await planOf(site())), []);
  }).timeout(20_000);
});
