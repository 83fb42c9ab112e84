#!/usr/bin/env node
// Starts the runner without a build step to remember: its TypeScript is bundled into a cache when a source is
// newer than the bundle, which takes some tens of milliseconds, once. Beside the bundle lies what V8 made of it,
// so that it is not compiled at every start.

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const cache = join(root, ".cache", "runner");
const bundle = join(cache, "main.cjs");

function newest(directory) {
  return readdirSync(directory, { withFileTypes: true }).reduce((latest, entry) => {
    const path = join(directory, entry.name);
    return Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }, 0);
}

function isFresh() {
  const built = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return built > newest(here) && built > statSync(join(root, "package.json")).mtimeMs;
}

async function build() {
  const { build: esbuild } = await import("esbuild");
  const { outputFiles } = await esbuild({
    entryPoints: [join(here, "main.ts")],
    bundle: true,
    write: false,
    // Packages too: one file is read several times faster than hundreds. Left out are those that are needed
    // rarely, or that look for files of their own; ssh2 does without its compiled parts.
    external: ["esbuild", "@11ty/eleventy", "zx", "cpu-features", "*.node"],
    define: { "import.meta.resolve": "resolve", "import.meta.url": "url" },
    banner: { js: "(function (exports, require, module, __dirname, resolve, url) { 'use strict';" },
    footer: { js: "})" },
    minifyWhitespace: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // What is imported late is required late: all of it can be.
    supported: { "dynamic-import": false },
    logLevel: "error",
  });
  // Begins with the name of what V8 makes of it.
  const { text } = outputFiles[0];
  const source = `/*${createHash("sha256").update(text).digest("hex")}*/${text}`;
  // Who may not write there has it made each time.
  whereItMay(() => {
    mkdirSync(cache, { recursive: true });
    // What was made of an older one.
    for (const name of readdirSync(cache)) {
      if (name.endsWith(".v8") || name === "validators")
        rmSync(join(cache, name), { recursive: true, force: true });
    }
    replace(bundle, source);
  });
  return source;
}

/** Writes, as far as this user may, and the disk has room. */
function whereItMay(write) {
  try {
    write();
  } catch (error) {
    if (!["EACCES", "EROFS", "EPERM", "ENOENT", "ENOSPC", "EDQUOT"].includes(error.code)) throw error;
  }
}

/** Two runners may start at the same time; each sees a whole file. */
function replace(file, content) {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, file);
}

/** Of the bundle, as V8 keeps it; another version of Node.js makes its own. */
function compile(source) {
  const file = join(cache, `${source.slice(2, 66)}.v8`);
  const options = { filename: bundle };
  try {
    const script = new Script(source, { ...options, cachedData: readFileSync(file) });
    if (!script.cachedDataRejected) return script;
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  // All functions, and not only when they are called: it is done once.
  setFlagsFromString("--no-lazy");
  const script = new Script(source, options);
  setFlagsFromString("--lazy");
  // Who may not write there starts a little slower.
  whereItMay(() => replace(file, script.createCachedData()));
  return script;
}

// It is all ASCII, which esbuild sees to.
const source = isFresh() ? readFileSync(bundle, "latin1") : await build();
const module = { exports: {} };
const run = compile(source).runInThisContext();
run(module.exports, createRequire(import.meta.url), module, here, import.meta.resolve, import.meta.url);
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
await module.exports.start(version, root);
