// Takes a lab down, however far it got and whoever made it: all it needs is the lab's state file, because every
// name follows from the bridge's. Ends only what runs in the lab's own control groups.
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { endGroup, labGroup } from "./cgroup.ts";
import { nameServerSocket } from "./dns.ts";
import { endLease } from "./lease.ts";
import { withLock } from "./lock.ts";
import { restoreSettings } from "./machine-settings.ts";
import { closeNetwork } from "./network.ts";
import { removeTree } from "./remove.ts";
import type { LabSettings } from "./settings.ts";
import { allStates, isAlive, readState } from "./state.ts";

/** False when there is no such lab. */
export function takeDown(directory: string): Promise<boolean> {
  // One at a time, and by what is written down now: a network that has been given back may be another lab's already.
  return withLock(join(dirname(directory), "locks", "down"), async () => {
    const state = readState(directory);
    if (!state) return false;
    await endAll(state.bridge);
    await endLease(state.network, directory, restoreSettings);
    await removeTree(directory);
    return true;
  });
}

/** Ends every process of the lab with this bridge, and its network. */
export async function endAll(bridge: string): Promise<void> {
  await endGroup(labGroup(bridge));
  await closeNetwork(bridge);
  await rm(nameServerSocket(bridge), { force: true });
}

/** Takes down the labs whose process has ended without doing so. Gives their names. */
export async function sweep(settings: LabSettings): Promise<string[]> {
  const names: string[] = [];
  for (const state of await allStates(settings.cache)) {
    if (!state.owner || (await isAlive(state.owner))) continue;
    if (await takeDown(join(settings.cache, state.name))) names.push(state.name);
  }
  return names;
}
