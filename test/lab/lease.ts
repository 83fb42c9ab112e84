// Which lab has which network. A lease is a file in /run, so it holds for every checkout on the machine, and
// a reboot, which ends all labs, ends all leases. The demo's lab always gets the first network.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Network, networkAt, type Range } from "./addresses.ts";
import { demoLab } from "./demo-lab.ts";
import { LabError } from "./error.ts";
import { withLock } from "./lock.ts";
import { runDirectory } from "./settings.ts";

const leases = join(runDirectory, "networks");
// Never removed: a lock file that goes while someone waits for it locks nothing.
const lock = "/run/lock/chatmail-lab";

const holder = (network: Network): Promise<string | undefined> =>
  readFile(join(leases, network), "utf8").catch(() => undefined);

export interface LeaseWork {
  /** Runs under the machine's lock for every lab that opens. */
  readonly begin: () => Promise<void>;
  /** Ends what may still run in a network whose lab's directory was removed by hand. */
  readonly reclaim: (network: Network) => Promise<void>;
}

/** Gives the lab in this directory a network: the one it holds already, or a free one. */
export function leaseNetwork(range: Range, directory: string, work: LeaseWork): Promise<Network> {
  return withLock(lock, async () => {
    await mkdir(leases, { recursive: true });
    await work.begin();
    const isDemo = basename(directory) === demoLab;
    const indexes = isDemo ? [0] : Array.from({ length: range.networks - 1 }, (_, i) => i + 1);
    for (const index of indexes) {
      const network = networkAt(range, index);
      const taken = await holder(network);
      if (taken !== undefined && taken !== directory) {
        if (existsSync(taken)) continue;
        await work.reclaim(network);
      }
      await writeFile(join(leases, network), directory);
      return network;
    }
    const who = isDemo
      ? `${networkAt(range, 0)}.0 is held by ${await holder(networkAt(range, 0))}`
      : "all are taken";
    throw new LabError(
      `no network is free for the lab in ${directory}: ${who}`,
      "close that lab with: npm run lab -- down, or set CHATMAIL_LAB_RANGE to another range",
    );
  });
}

/** Gives the network back; `last` runs under the machine's lock if no lab is left. */
export function endLease(network: Network, labDirectory: string, last: () => Promise<void>): Promise<void> {
  return withLock(lock, async () => {
    if ((await holder(network)) === labDirectory) await rm(join(leases, network));
    const left = await readdir(leases).catch(() => []);
    if (left.length === 0) {
      await last();
      await rm(runDirectory, { recursive: true, force: true });
    }
  });
}
