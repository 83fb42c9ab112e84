// Kernel settings of this machine that hosts need. Each is raised when the first lab opens, what it was is noted
// in /run, and the last lab to end puts it back.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runDirectory } from "./settings.ts";

const wanted: Readonly<Record<string, number>> = {
  // Hosts reach the outside through this machine.
  "net/ipv4/ip_forward": 1,
  // A host takes about ten, a relay more, and all hosts share root's: the usual 128 is used up by a few.
  "fs/inotify/max_user_instances": 4096,
};

const notes = join(runDirectory, "settings-before");
const procPath = (name: string): string => join("/proc/sys", name);
const notePath = (name: string): string => join(notes, name.replaceAll("/", "."));

/** To be called under the machine's lock, as is its counterpart. */
export async function raiseSettings(): Promise<void> {
  await mkdir(notes, { recursive: true });
  for (const [name, value] of Object.entries(wanted)) {
    const before = (await readFile(procPath(name), "utf8")).trim();
    if (Number(before) >= value) continue;
    await writeFile(notePath(name), before);
    await writeFile(procPath(name), String(value));
  }
}

export async function restoreSettings(): Promise<void> {
  const noted = new Set(await readdir(notes).catch(() => []));
  for (const name of Object.keys(wanted)) {
    if (!noted.has(name.replaceAll("/", "."))) continue;
    await writeFile(procPath(name), await readFile(notePath(name), "utf8"));
    await rm(notePath(name));
  }
}
