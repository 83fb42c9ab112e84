// What was measured, by part, scenario and tool; kept in the cache, so that parts can be measured one at a time.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Measured, ToolName } from "./tools.ts";

export interface Figures {
  /** Median, least and most. */
  readonly seconds: readonly [number, number, number];
  readonly runs: number;
  readonly roundTrips?: number;
}

export type ByTool = Partial<Record<ToolName, Figures>>;

export interface Part {
  /** "84 tasks, one host" */
  readonly title: string;
  readonly scenarios: Readonly<Record<string, ByTool>>;
}

export interface Results {
  readonly machine: string;
  readonly parts: Readonly<Record<string, Part>>;
}

const FILE = fileURLToPath(new URL("../../../.cache/bench/runner.json", import.meta.url));

export function figures(measured: readonly Measured[]): Figures {
  const seconds = measured.map((each) => each.seconds).sort((a, b) => a - b);
  const at = (index: number): number => Number((seconds[index] ?? Number.NaN).toFixed(3));
  const trips = measured.flatMap(({ roundTrips }) => roundTrips ?? []);
  return {
    seconds: [at(Math.floor(seconds.length / 2)), at(0), at(seconds.length - 1)],
    runs: measured.length,
    ...(trips.length > 0 ? { roundTrips: Math.max(...trips) } : {}),
  };
}

export async function readResults(): Promise<Results> {
  const [processor] = cpus();
  const machine = `${cpus().length} cores (${processor?.model ?? "unknown"}), Node.js ${process.versions.node}`;
  const known = await readFile(FILE, "utf8").catch(() => undefined);
  return { parts: {}, ...(known ? JSON.parse(known) : {}), machine };
}

/** Adds to a part: what was measured now takes the place of what was measured before. */
export async function keep(name: string, part: Part): Promise<void> {
  const results = await readResults();
  const before = results.parts[name]?.scenarios ?? {};
  const names = [...new Set([...Object.keys(before), ...Object.keys(part.scenarios)])];
  const scenarios = Object.fromEntries(
    names.map((each) => [each, { ...before[each], ...part.scenarios[each] }]),
  );
  const parts = { ...results.parts, [name]: { ...part, scenarios } };
  await mkdir(dirname(FILE), { recursive: true });
  await writeFile(FILE, `${JSON.stringify({ ...results, parts }, undefined, 1)}\n`);
}
