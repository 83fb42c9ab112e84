// What is written down about a lab, so that other commands can use it and a killed one can be cleaned up.
// What runs is not in here: that is read from the control groups.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Network } from "./addresses.ts";
import { LabError } from "./error.ts";

export interface LabState {
  readonly name: string;
  readonly network: Network;
  readonly bridge: string;
  readonly suite: string;
  readonly base: string;
  /** Package sources that the lab's package cache asks by https, though its hosts ask by http. */
  readonly httpsOrigins: readonly string[];
  /** The process that the lab belongs to; without it the lab stays until it is taken down. */
  readonly owner?: Owner;
  /** False until all is made that every host needs; such a lab is no use, and is made anew. */
  readonly complete: boolean;
  readonly hosts: readonly HostState[];
}

export interface HostState {
  readonly name: string;
  /** Last byte of its address. */
  readonly number: number;
  /** Directories below its own disk, the topmost first. */
  readonly layers: readonly string[];
}

export interface Owner {
  readonly pid: number;
  /** Start time in clock ticks since boot: a later process with the same id is another one. */
  readonly started: string;
}

const fileName = "lab.json";
const reserved = ["base", "packages", "snapshots", "locks"];

export function labDirectory(cache: string, name: string): string {
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(name) || reserved.includes(name)) {
    throw new LabError(`"${name}" cannot be a lab's name: use lowercase letters, digits and "-"`);
  }
  return join(cache, name);
}

export function readState(directory: string): LabState | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, fileName), "utf8")) as LabState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Synchronous, so that hosts made at the same time do not overwrite each other's entries. */
export function writeState(directory: string, state: LabState): void {
  const path = join(directory, fileName);
  writeFileSync(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

export async function allStates(cache: string): Promise<LabState[]> {
  const names = await readdir(cache).catch(() => [] as string[]);
  return names.flatMap((name) => readState(join(cache, name)) ?? []);
}

export async function thisProcess(): Promise<Owner> {
  return { pid: process.pid, started: (await startTime(process.pid)) ?? "" };
}

export async function isAlive(owner: Owner): Promise<boolean> {
  return (await startTime(owner.pid)) === owner.started;
}

/** Field 22 of proc(5)'s stat; the second field may hold spaces and parentheses. */
async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}
