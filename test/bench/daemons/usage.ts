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
