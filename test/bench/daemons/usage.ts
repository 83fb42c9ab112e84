// What a process has used, as Linux counts it (proc_pid_stat(5), proc_pid_status(5)).

import { readFileSync } from "node:fs";

/** clock ticks per second: 100 on every Linux that Debian makes. */
const TICK_MS = 10;

/** CPU time of all its threads so far, in milliseconds. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The most memory that it had at once since the last call of forgetPeak, in MB. */
export function peakMb(pid: number): number {
  const [, kb] = /^VmHWM:\s+([0-9]+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
  return Number(kb) / 1024;
}

/** In MB: all pages that it has mapped, these with shared ones in parts, and those that are nobody else's. */
export interface Memory {
  readonly rss: number;
  readonly pss: number;
  readonly own: number;
}

export function memory(pid: number): Memory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "latin1");
  const of = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+([0-9]+) kB$`, "m").exec(rollup)?.[1]) / 1024;
  return { rss: of("Rss"), pss: of("Pss"), own: of("Anonymous") };
}
