#!/usr/bin/env node
// Starts the runner without a build step to remember: its TypeScript is bundled into a cache when a source
// is newer than the bundle, which takes some tens of milliseconds, once.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const bundle = join(root, ".cache", "runner", "main.mjs");

function newest(directory) {
  return readdirSync(directory, { withFileTypes: true }).reduce((latest, entry) => {
    const path = join(directory, entry.name);
    return Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }, 0);
}

function isFresh() {
  if (!existsSync(bundle)) return false;
  const built = statSync(bundle).mtimeMs;
  return built > newest(here) && built > statSync(join(root, "package.json")).mtimeMs;
}

async function build() {
  const { build: esbuild } = await import("esbuild");
  mkdirSync(dirname(bundle), { recursive: true });
  const unfinished = `${bundle}.${process.pid}`;
  await esbuild({
    entryPoints: [join(here, "main.ts")],
    outfile: unfinished,
    bundle: true,
    // Packages too: one file is read several times faster than hundreds. Left out are those that are needed
    // rarely, or that look for files of their own.
    external: ["esbuild", "@11ty/eleventy", "ssh2", "zx"],
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    minifyWhitespace: true,
    platform: "node",
    target: "node20",
    format: "esm",
    logLevel: "error",
  });
  // Two runners may start at the same time; each sees a whole bundle.
  renameSync(unfinished, bundle);
}

if (!isFresh()) await build();
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const { start } = await import(pathToFileURL(bundle).href);
await start(version, root);
