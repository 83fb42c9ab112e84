// What a small server can bear: while its load, memory or disk is at the limit, no address is created.

import { readFile, statfs } from "node:fs/promises";
import { loadavg } from "node:os";
import { type Config, sizeInBytes } from "../config.ts";
import type { Log } from "../log.ts";

/** Readings of the machine; any of them may fail. */
export interface Machine {
  readonly load1m: () => number | Promise<number>;
  readonly availableMemory: () => Promise<number>;
  readonly freeDisk: (path: string) => Promise<number>;
}

export const thisMachine: Machine = {
  load1m: () => loadavg()[0] ?? 0,
  availableMemory: async () => {
    const [, kilobytes] =
      /^MemAvailable:\s+([0-9]+) kB$/m.exec(await readFile("/proc/meminfo", "utf8")) ?? [];
    if (kilobytes === undefined) throw new Error("/proc/meminfo has no MemAvailable");
    return Number(kilobytes) * 1024;
  },
  freeDisk: async (path) => {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  },
};

type Limits = Pick<Config, "max_load_1m" | "min_available_memory" | "min_free_disk_space" | "mailboxes_dir">;

/** Why no address may be created now, or undefined. What cannot be read does not count, but is logged. */
export async function exceededLimit(config: Limits, machine: Machine, log: Log): Promise<string | undefined> {
  const checks: (() => Promise<string | undefined>)[] = [
    async () => {
      const load = await machine.load1m();
      return load > config.max_load_1m ? `load ${load.toFixed(2)} above ${config.max_load_1m}` : undefined;
    },
    async () => {
      const memory = await machine.availableMemory();
      return memory < sizeInBytes(config.min_available_memory)
        ? `available memory ${megabytes(memory)} below ${config.min_available_memory}`
        : undefined;
    },
    async () => {
      const disk = await machine.freeDisk(config.mailboxes_dir);
      return disk < sizeInBytes(config.min_free_disk_space)
        ? `free disk space ${megabytes(disk)} below ${config.min_free_disk_space}`
        : undefined;
    },
  ];
  for (const check of checks) {
    try {
      const reason = await check();
      if (reason !== undefined) return reason;
    } catch (error) {
      log(`system limit not checked: ${(error as Error).message}`);
    }
  }
  return undefined;
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 ** 2)}M`;
}
