// A lock between processes. A child holds it with flock(1) and lets go when its input closes, so a
// lock never outlives the process that took it, however that ends.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { LabError } from "./error.ts";

export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const holder = spawn("flock", [path, "sh", "-c", "echo locked; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const held = once(holder.stdout, "data").then(() => true);
  const ended = once(holder, "exit").then(() => false);
  if (!(await Promise.race([held, ended]))) throw new LabError(`cannot lock ${path}`);
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
