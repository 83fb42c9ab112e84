import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { built, type Pages, SITE } from "./built.ts";

describe("an operator's own folder", function () {
  this.timeout(30_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "own-folder-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  };
  /** As the role nginx does. */
  const build = (): Promise<Pages> =>
    built({}, { src: folder, build_if: "src/index.md", config: join(SITE, "eleventy.config.js") });

  it("is built with our layout, style and values", async () => {
    write({
      "src/index.md": "---\ntitle: Start\nmenu: 1\n---\n# At {{ config.mail_domain }}\n",
      "src/more/faq.md": "---\ntitle: Questions\nmenu: 2\n---\n{{ config.delete_mails_after | words }}\n",
      "src/photo.jpg": "picture",
    });
    const pages = await build();
    assert.deepEqual([...pages.names].sort(), [
      "index.html",
      "logo.svg",
      "more/faq.html",
      "photo.jpg",
      "qr-chatmail-invite-relay.test.png",
      "robots.txt",
      "style.css",
    ]);
    assert.match(pages.text("index.html"), /<title>relay\.test: Start<[\s\S]*<h1>At relay\.test<\/h1>/);
    assert.match(pages.text("index.html"), /href="\/more\/faq\.html">Questions</);
    assert.match(pages.text("more/faq.html"), /<p>twelve<\/p>/);
  });

  it("may have a layout and a style of its own", async () => {
    write({
      "src/index.md": "# Hi\n",
      "src/_includes/layout.njk": "<body>{{ content | safe }}</body>\n",
      "src/style.css": "body { color: red }\n",
    });
    const pages = await build();
    assert.equal(pages.text("index.html"), "<body><h1>Hi</h1>\n</body>\n");
    assert.equal(pages.text("style.css"), "body { color: red }\n");
  });

  it("may have an Eleventy configuration of its own", async () => {
    write({
      "src/index.md": "# {{ config.mail_domain }}\n",
      "eleventy.config.js":
        "module.exports = () => ({ dir: { input: 'src', output: 'elsewhere' }, markdownTemplateEngine: 'njk' });\n",
    });
    const pages = await build();
    assert.deepEqual(pages.names, ["index.html"]);
    assert.match(pages.text("index.html"), /<h1>relay\.test<\/h1>/);
  });

  it("without src/index.md goes to the relay as it is", async () => {
    write({ "index.html": "<p>{{ config.mail_domain }}\n" });
    await assert.rejects(build(), /is no directory/, "the harness lists nothing, so it was not built");
  });

  it("with the markers of an unfinished merge is refused, with their places", async () => {
    write({
      "src/index.md": "# Hi\n\nHeading\n=======\n\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> other\n",
    });
    await assert.rejects(build(), (error: Error) => {
      assert.match(error.message, /markers of an unfinished merge: .*index\.md:6, .*index\.md:10$/);
      return true;
    });
  });

  it("with a mistake in a template is refused, with its place", async () => {
    write({ "src/index.md": "# Hi\n\n{{ config.mail_domain | shout }}\n" });
    await assert.rejects(build(), (error: Error) => {
      assert.match(error.message, /cannot be built/);
      assert.match(error.message, /index\.md/);
      assert.match(error.message, /filter not found: shout/);
      return true;
    });
  });
});
