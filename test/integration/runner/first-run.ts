// What an undisturbed first run does to a host; measured once per host, for all who ask.
import assert from "node:assert/strict";
import type { Host } from "../../lab/index.ts";
import type { Ended } from "./command.ts";
import type { Site } from "./site.ts";
import { files, packages, type State, units } from "./state.ts";

export interface FirstRun {
  /** What --check has told before. */
  readonly check: Ended;
  readonly run: Ended;
  readonly files: State;
  readonly units: State;
  readonly packages: string;
}

const known = new WeakMap<Site, Promise<FirstRun>>();

/** Resets the host if it has to run. */
export function firstRun(site: Site): Promise<FirstRun> {
  const found = known.get(site) ?? measure(site);
  known.set(site, found);
  return found;
}

async function measure(site: Site): Promise<FirstRun> {
  await site.host.reset();
  const check = await site.run({}, ["--check", "--diff"]);
  const run = await site.run({}, ["--diff"]);
  assert.equal(run.exitCode, 0, run.trouble);
  return { check, run, ...(await stateOf(site.host)) };
}

export async function stateOf(host: Host) {
  return { files: await files(host), units: await units(host), packages: await packages(host) };
}
