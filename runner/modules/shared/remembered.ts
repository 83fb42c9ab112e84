// Files that took long to make, kept in the user's cache for the next run, under a fingerprint of all that they were
// made from. Losing them costs time and nothing else, so no trouble with the cache is ever an error.

import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

type FileSet = ReadonlyMap<string, Uint8Array>;

/** Not asked for in so many days: nobody will. */
const KEPT_DAYS = 30;

/** Several hosts ask for the same: it is made once for a run of the process. */
const made = new Map<string, Promise<FileSet>>();

export function remembered(
  kind: string,
  fingerprint: string,
  make: () => Promise<FileSet>,
): Promise<FileSet> {
  const key = `${kind} ${fingerprint}`;
  const known = made.get(key);
  if (known) return known;
  const making = fromCache(kind, fingerprint, make);
  made.set(key, making);
  return making;
}

async function fromCache(kind: string, fingerprint: string, make: () => Promise<FileSet>): Promise<FileSet> {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const directory = join(cache, "chatmail-play", kind);
  const path = join(directory, `${fingerprint}.json`);
  const kept = await readKept(path);
  if (kept) return kept;
  const files = await make();
  await keep(directory, path, files).catch(() => undefined);
  return files;
}

async function readKept(path: string): Promise<FileSet | undefined> {
  try {
    const files = JSON.parse(await readFile(path, "utf8")) as Readonly<Record<string, string>>;
    await utimes(path, new Date(), new Date());
    return new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text, "base64")]));
  } catch {
    return undefined;
  }
}

/** Nobody else may read it: what it was made from may be secret. Another run sees all of it or nothing. */
async function keep(directory: string, path: string, files: FileSet): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const texts = [...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")]);
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify(Object.fromEntries(texts)), { mode: 0o600 });
  await rename(unfinished, path);
  await forgetOld(directory);
}

async function forgetOld(directory: string): Promise<void> {
  const oldest = Date.now() - KEPT_DAYS * 86_400_000;
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    if ((await stat(path)).mtimeMs < oldest) await rm(path, { force: true });
  }
}
