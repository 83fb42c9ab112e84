// Opens a lab: makes its network and services, or joins the lab of that name that is already there.
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bridgeName } from "./addresses.ts";
import { baseImage, debianOrigin, httpsOrigins } from "./base-image.ts";
import { endAll, sweep, takeDown } from "./cleanup.ts";
import { LabError } from "./error.ts";
import { keyPair } from "./keys.ts";
import { Lab } from "./lab.ts";
import { leaseNetwork } from "./lease.ts";
import { withLock } from "./lock.ts";
import { raiseSettings } from "./machine-settings.ts";
import { openNetwork } from "./network.ts";
import { startServices } from "./services.ts";
import { type LabSettings, settingsFrom } from "./settings.ts";
import { type LabState, labDirectory, readState, thisProcess, writeState } from "./state.ts";

export interface LabOptions {
  /** Lowercase letters, digits and "-". */
  readonly name: string;
  /**
   * A kept lab outlives this process; opening it again gives the same lab with the hosts it has. Without it the
   * lab belongs to this process, its name gets the process id, and it is swept away when the process has ended.
   */
  readonly keep?: boolean;
  /** Debian's code name; bookworm by default. */
  readonly suite?: string;
  readonly settings?: LabSettings;
  /** Where one-line progress messages go; nowhere by default. */
  readonly say?: (text: string) => void;
}

export async function openLab(options: LabOptions): Promise<Lab> {
  const settings = options.settings ?? settingsFrom();
  if (process.getuid?.() !== 0) throw new LabError("the lab needs root", "run it as root or with sudo");
  await sweep(settings);
  if (options.keep) {
    const name = options.name;
    return withLock(lockOf(settings, name), () => openNow(settings, name, options));
  }
  // Two labs of one process may share a first name; the process id keeps those of other processes apart.
  for (let count = 1; ; count++) {
    const name = `${options.name}-${process.pid}${count === 1 ? "" : `-${count}`}`;
    if (!existsSync(labDirectory(settings.cache, name))) return openNow(settings, name, options);
  }
}

/** A lab that is there, as it is; to look at it or to work on one of its hosts. */
export async function reopenLab(settings: LabSettings, name: string): Promise<Lab> {
  const directory = labDirectory(settings.cache, name);
  if (!readState(directory)) {
    throw new LabError(`the lab ${name} is not up`, "boot it with: npm run lab -- up");
  }
  return new Lab(settings, directory, await keyPair(join(directory, "id_ed25519"), name));
}

/** Held while a kept lab, which several processes may use, is opened or changed. */
export const lockOf = (settings: LabSettings, name: string): string => join(settings.cache, "locks", name);

async function openNow(settings: LabSettings, name: string, options: LabOptions): Promise<Lab> {
  const directory = labDirectory(settings.cache, name);
  const loginKey = join(directory, "id_ed25519");
  const known = readState(directory);
  if (known && isOpen(known)) {
    await startServices(settings, { ...known, directory });
    return new Lab(settings, directory, await keyPair(loginKey, name));
  }
  if (known) await takeDown(directory);
  await mkdir(directory, { recursive: true });
  const suite = options.suite ?? "bookworm";
  const origin = await debianOrigin(suite);
  const base = await baseImage(settings.cache, origin, options.say ?? (() => {}));
  const network = await leaseNetwork(settings.range, directory, {
    begin: raiseSettings,
    reclaim: (left) => endAll(bridgeName(settings.prefix, left)),
  });
  const bridge = bridgeName(settings.prefix, network);
  const owner = options.keep ? {} : { owner: await thisProcess() };
  // Written before anything is made, so that what a killed process leaves behind is found.
  const origins = httpsOrigins(origin.sources);
  const state = { name, network, bridge, suite, base, httpsOrigins: origins, ...owner, hosts: [] };
  writeState(directory, { ...state, complete: false });
  const key = await keyPair(loginKey, name);
  await writeFile(join(directory, "known_hosts"), "");
  await openNetwork(bridge, network);
  await startServices(settings, { ...state, directory });
  writeState(directory, { ...state, complete: true });
  return new Lab(settings, directory, key);
}

/** A reboot of this machine takes the bridge away, and with it all that ran. */
const isOpen = ({ bridge, complete }: LabState): boolean =>
  complete && existsSync(`/sys/class/net/${bridge}`);
