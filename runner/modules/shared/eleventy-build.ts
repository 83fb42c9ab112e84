// Builds a site with Eleventy, in a process of its own: Eleventy goes by the current directory, writes to the terminal
// and takes most of a second to load. So what a build gave is remembered, and pages that have not changed cost nothing.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { LocalEntry } from "../module.ts";
import { remembered } from "./remembered.ts";

export interface Site {
  /** Where Eleventy is started. */
  readonly folder: string;
  /** For a folder that has no configuration of its own. */
  readonly config: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface SiteFile {
  readonly entry: LocalEntry;
  readonly bytes: Uint8Array;
}

/** The names that Eleventy itself looks for. */
const OWN_CONFIG = [".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs"];

/** No site of a relay takes longer; a configuration that waits for ever must not hold up the run. */
const TIMEOUT = 300_000;

/** Runs with the site's folder as the current directory; reads what to do from standard input. */
const PROGRAM = `
let request = "";
for await (const chunk of process.stdin) request += chunk;
const { eleventy, output, config, data } = JSON.parse(request);
try {
  const { default: Eleventy } = await import(eleventy);
  const site = new Eleventy(undefined, output, {
    source: "script",
    quietMode: true,
    configPath: config,
    config(own) {
      for (const [name, value] of Object.entries(data)) own.addGlobalData(name, value);
    },
  });
  // A configuration may name another output directory.
  site.directories.freeze();
  await site.init();
  site.disableLogger();
  await site.write();
} catch (error) {
  const messages = [];
  for (let each = error; each; each = each.originalError ?? each.cause) messages.push(each.message);
  process.stderr.write("\\n" + [...new Set(messages)].join("\\n"));
  process.exit(1);
}
`;

export async function builtSite(site: Site): Promise<SiteFile[]> {
  const config = OWN_CONFIG.some((name) => existsSync(join(site.folder, name))) ? undefined : site.config;
  const resolved = { ...site, config };
  const files = await remembered("eleventy", await fingerprint(resolved), () => build(resolved));
  return [...files].sort(([one], [other]) => (one < other ? -1 : 1)).flatMap(withDirectories());
}

/** Each directory comes once, before what is in it. */
function withDirectories() {
  const seen = new Set<string>();
  return ([path, bytes]: readonly [string, Uint8Array]): SiteFile[] => {
    const parts = path.split("/").slice(0, -1);
    const above = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
    const fresh = above.filter((each) => !seen.has(each));
    for (const each of fresh) seen.add(each);
    return [
      ...fresh.map((each) => ({
        entry: { path: each, type: "directory" as const, mode: 0o755 },
        bytes: new Uint8Array(),
      })),
      { entry: { path, type: "file", mode: 0o644 }, bytes },
    ];
  };
}

async function build({ folder, config, data }: Site): Promise<Map<string, Uint8Array>> {
  const output = await mkdtemp(join(tmpdir(), "site-"));
  try {
    const running = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", PROGRAM], {
      cwd: folder,
      timeout: TIMEOUT,
      maxBuffer: 1 << 24,
    });
    running.child.stdin?.on("error", () => undefined);
    running.child.stdin?.end(
      JSON.stringify({ eleventy: import.meta.resolve("@11ty/eleventy"), output, config, data }),
    );
    await running;
    return await filesBelow(output);
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`${folder} cannot be built: ${(stderr ?? (error as Error).message).trim()}`);
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

/** All that decides what the pages are: the folder, the configuration's own, the data, the installed packages. */
async function fingerprint({ folder, config, data }: Site): Promise<string> {
  const hash = createHash("sha256");
  const add = (...parts: readonly (string | Uint8Array)[]): void => {
    for (const part of parts) hash.update(`${part.length}:`).update(part);
  };
  add(process.version, folder, JSON.stringify(data), config ?? "");
  for (const directory of config === undefined ? [folder] : [folder, dirname(config)])
    for (const [path, bytes] of await filesBelow(directory)) add(path, bytes);
  const packages = fileURLToPath(import.meta.resolve("@11ty/eleventy")).split(`${sep}@11ty${sep}`)[0];
  add(await readFile(join(packages ?? "", ".package-lock.json")).catch(() => ""));
  return hash.digest("hex");
}

async function filesBelow(root: string): Promise<Map<string, Uint8Array>> {
  const paths: string[] = [];
  const walk = async (directory: string): Promise<void> => {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.name === "node_modules" || entry.name === ".git") continue;
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile()) paths.push(path);
    }
  };
  await walk(root);
  const contents = paths
    .sort()
    .map(async (path) => [relative(root, path).replaceAll(sep, "/"), await readFile(path)] as const);
  return new Map(await Promise.all(contents));
}
