// Every host and every service of a lab runs in a control group of its own (cgroups(7), version 2), which is
// how exactly its processes, and no others, are found and ended. Nothing here goes by process name.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "./error.ts";

/** On hybrid machines version 2 lies beside the version 1 hierarchies. */
function root(): string {
  for (const path of ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"]) {
    if (existsSync(join(path, "cgroup.controllers"))) return path;
  }
  throw new LabError("this machine has no cgroup version 2 hierarchy", "mount it at /sys/fs/cgroup");
}

export const labGroup = (bridge: string): string => `chatmail-lab-${bridge}`;

/** Starts a program inside the group, apart from this process's terminal and session. */
export async function spawnIn(
  group: string,
  argv: readonly string[],
  options: { log: string; cwd?: string; env?: NodeJS.ProcessEnv },
): Promise<ChildProcess> {
  const path = join(root(), group);
  await mkdir(path, { recursive: true });
  await mkdir(dirname(options.log), { recursive: true });
  const log = openSync(options.log, "a");
  const child = spawn("sh", ["-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', path, ...argv], {
    detached: true,
    stdio: ["ignore", log, log],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  child.unref();
  // From here on whoever looks into the group finds it there, unless it has ended.
  while (child.exitCode === null && child.signalCode === null) {
    if ((await processesIn(group)).includes(child.pid ?? 0)) break;
    await sleep(2);
  }
  return child;
}

/** Shell words that move the shell itself into a group below, for a short program. */
export const enterGroup = (group: string): string => {
  const path = join(root(), group);
  return `mkdir -p ${path} && echo $$ >${path}/cgroup.procs`;
};

/** Process ids of the group itself, without the groups below it. */
export async function processesIn(group: string): Promise<number[]> {
  const text = await readFile(join(root(), group, "cgroup.procs"), "utf8").catch(() => "");
  return text.split("\n").filter(Boolean).map(Number);
}

export async function isPopulated(group: string): Promise<boolean> {
  const events = await readFile(join(root(), group, "cgroup.events"), "utf8").catch(() => "");
  return /^populated 1$/m.test(events);
}

/** Waits until nothing runs in it any more; false when that takes too long. */
export async function waitEmpty(group: string, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(10)) {
    if (!(await isPopulated(group))) return true;
  }
  return false;
}

/** Ends every process in the group and below, then removes the group. Does nothing when there is none. */
export async function endGroup(group: string): Promise<void> {
  const path = join(root(), group);
  if (existsSync(path)) {
    await writeFile(join(path, "cgroup.kill"), "1");
    if (!(await waitEmpty(group, 10_000))) throw new LabError(`processes in ${path} do not end`);
    await removeTree(path);
  }
  // systemd-nspawn makes an empty twin in the version 1 hierarchy named "systemd", where there is one.
  const twin = join("/sys/fs/cgroup/systemd", group);
  if (existsSync(twin)) await removeTree(twin);
}

async function removeTree(path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeTree(join(path, entry.name));
  }
  // The kernel may need a moment after the last process has gone.
  for (let attempt = 0; ; attempt++) {
    try {
      return await rmdir(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      if (attempt === 100) throw error;
      await sleep(20);
    }
  }
}
