// How the pages of a relay are built: from this folder's `src`, or with the same templates from an operator's own
// folder. The relay's values come from whoever starts the build, as global data named `config`: the role nginx
// when it deploys, webdev.ts when somebody works on the pages.

import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { refuseConflictMarkers } from "./lib/conflict-markers.js";
import { writeInvitation } from "./lib/invitation.js";
import { breakable, fileSize, lines, size, upToFifty, words } from "./lib/wording.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** What is brought to the server as it is, wherever it lies below `src`. */
const ASSETS = ["css", "svg", "png", "jpg", "jpeg", "webp", "gif", "ico", "woff2", "pdf", "js", "txt"];

export default function (eleventy) {
  const { config: relay } = eleventy.globalData;
  if (!relay) throw new Error("the relay's values are missing; `npm run webdev` shows the pages with some");

  // The folder that is being built: this one, or an operator's, which may lack what ours has.
  const folder = process.cwd();
  const source = join(folder, "src");
  const ours = resolve(folder) === resolve(HERE);
  if (!existsSync(join(source, "_includes")))
    eleventy.setIncludesDirectory(relative(source, join(HERE, "src/_includes")));
  if (!ours) lendAssets(eleventy, source);

  eleventy.addPassthroughCopy(`src/**/*.{${ASSETS.join(",")}}`);
  eleventy.addGlobalData("layout", "layout.njk");
  eleventy.addGlobalData("selfsigned", relay.tls_mode === "selfsigned");
  // A relay without a name: addresses are user@[192.0.2.1], RFC 5321 section 4.1.3.
  const ip = /^[0-9.]+$/.test(relay.mail_domain);
  eleventy.addGlobalData("address_domain", ip ? `[${relay.mail_domain}]` : relay.mail_domain);
  // info.md becomes /info.html: names that old links and printed papers have.
  eleventy.addGlobalData("permalink", () => (data) => `${data.page.filePathStem}.html`);
  eleventy.addCollection("menu", (pages) =>
    pages
      .getAll()
      .filter(({ data }) => data.menu !== undefined)
      .sort((one, other) => one.data.menu - other.data.menu),
  );
  for (const [name, filter] of Object.entries({ breakable, words, upToFifty, size, fileSize, lines }))
    eleventy.addFilter(name, filter);

  eleventy.on("eleventy.before", () => refuseConflictMarkers(source));
  eleventy.on("eleventy.after", ({ directories }) => writeInvitation(directories.output, relay));
}

/** The stylesheet, the logo and robots.txt come from here unless the operator's folder has its own. */
function lendAssets(eleventy, source) {
  for (const name of ["style.css", "logo.svg", "robots.txt"])
    if (!existsSync(join(source, name)))
      eleventy.addPassthroughCopy({ [relative(process.cwd(), join(HERE, "src", name))]: name });
}

export const config = {
  dir: { input: "src" },
  templateFormats: ["md", "njk", "html"],
  markdownTemplateEngine: "njk",
  htmlTemplateEngine: "njk",
};
