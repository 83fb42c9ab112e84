// The lab's authoritative name server: nsd(8) on an address of its own, for zones that tests make up. Their texts
// are files in the lab's directory, which is all that it needs to be started again. What the hosts' resolver asks
// it for is told in resolver.ts.

import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { address, nameServerNumber } from "./addresses.ts";
import { ask, holdsWithin } from "./ask.ts";
import { must, run } from "./command.ts";
import { LabError } from "./error.ts";
import { addAddress, isServing, type LabPlace, lastWords, startService } from "./service.ts";
import { runDirectory } from "./settings.ts";
import { completeZone } from "./zone-text.ts";

/** A zone of the lab's own: the server's name, and a stamp that tells which state of the zones is served. */
export const ownZone = "lab.internal";
const serverName = `ns.${ownZone}`;
export const stampName = `loaded.${ownZone}`;

const service = "name-server";
const patienceMs = 10_000;

const directoryOf = (place: LabPlace): string => join(place.directory, "zones");
const configuration = (place: LabPlace): string => join(directoryOf(place), "nsd.conf");
const zoneFile = (place: LabPlace, zone: string): string => join(directoryOf(place), `${zone}.zone`);

export const nameServerAddress = ({ network }: Pick<LabPlace, "network">): string =>
  address(network, nameServerNumber);

/** Not in the lab's directory, whose path may be longer than a socket's may be. */
export const nameServerSocket = (bridge: string): string => join(runDirectory, `${bridge}.nsd`);

/** Names of the zones, the lab's own not among them. */
export async function zonesOf(place: LabPlace): Promise<string[]> {
  const files = await readdir(directoryOf(place)).catch(() => [] as string[]);
  const zones = files.filter((file) => file.endsWith(".zone")).map((file) => file.slice(0, -".zone".length));
  return zones.filter((zone) => zone !== ownZone).sort();
}

/** Takes a zone in, or another text for one that is there; an undefined text takes it out. Load them afterwards. */
export async function writeZone(place: LabPlace, name: string, text: string | undefined): Promise<void> {
  const zone = name.toLowerCase().replace(/\.$/, "");
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(zone) || zone === ownZone) {
    throw new LabError(`"${name}" cannot be a zone of the lab`);
  }
  const file = zoneFile(place, zone);
  if (text === undefined) return rm(file, { force: true });
  await mkdir(directoryOf(place), { recursive: true });
  // Checked beside its place, so that a text with mistakes changes nothing.
  const unchecked = `${file}.unchecked`;
  await writeFile(unchecked, completeZone(zone, text, { name: serverName, serial: now() }));
  const { status, stdout, stderr } = await run("nsd-checkzone", [zone, unchecked]);
  if (status !== 0) {
    await rm(unchecked);
    // "[2030-01-01 10:00:00.000] nsd-checkzone[1]: error: FILE:12: invalid ...", and a sum that nobody needs.
    const mistakes = `${stdout}${stderr}`.matchAll(/ nsd-checkzone\[\d+\]: \w+: (.*)/g);
    const said = Array.from(mistakes, ([, mistake = ""]) => mistake.replace(`${unchecked}:`, "line "));
    throw new LabError(`the zone ${zone} is not as a zone must be:\n${said.join("\n")}`);
  }
  await rename(unchecked, file);
}

/** Starts the server if there are zones and it does not run; for a lab that is opened again. */
export async function startNameServer(place: LabPlace): Promise<void> {
  if (!existsSync(configuration(place))) return;
  await addAddress(place, nameServerNumber);
  await startService(place, {
    name: service,
    address: nameServerAddress(place),
    port: 53,
    argv: ["nsd", "-d", "-c", configuration(place)],
  });
}

/** Returns when the server answers from the files as they are now. */
export async function loadZones(place: LabPlace): Promise<void> {
  const stamp = String(process.hrtime.bigint());
  const own = `ns 60 IN A ${nameServerAddress(place)}\nloaded 0 IN TXT "${stamp}"\n`;
  await mkdir(directoryOf(place), { recursive: true });
  await writeFile(zoneFile(place, ownZone), completeZone(ownZone, own, { name: serverName, serial: now() }));
  await writeFile(configuration(place), nsdConfiguration(place, [ownZone, ...(await zonesOf(place))]));
  if (await isServing(place, service)) {
    // The first adds and removes zones, the second reads those again whose files have changed.
    for (const command of ["reconfig", "reload"]) {
      await must("nsd-control", ["-c", configuration(place), command]);
    }
  } else {
    await startNameServer(place);
  }
  // nsd-control does not wait. All zones are read in one go, so the stamp speaks for all of them.
  const server = nameServerAddress(place);
  const served = await holdsWithin(
    patienceMs,
    async () => (await ask(server, stampName, "TXT"))[0] === stamp,
  );
  if (served) return;
  const said = await lastWords(place, service);
  throw new LabError(`the lab's name server does not take its zones; it said:\n${said}`);
}

const now = (): number => Math.floor(Date.now() / 1000);

/** nsd.conf(5). It stays root, as the lab is, and limits nobody's questions. */
function nsdConfiguration(place: LabPlace, zones: readonly string[]): string {
  const directory = directoryOf(place);
  const server = `server:
  ip-address: ${nameServerAddress(place)}
  do-ip6: no
  username: ""
  server-count: 1
  rrl-ratelimit: 0
  zonesdir: "${directory}"
  database: ""
  pidfile: ""
  xfrdir: "${directory}"
  xfrdfile: "${join(directory, "xfrd.state")}"
  zonelistfile: "${join(directory, "zone.list")}"
remote-control:
  control-enable: yes
  control-interface: "${nameServerSocket(place.bridge)}"
`;
  return server + zones.map((zone) => `zone:\n  name: "${zone}"\n  zonefile: "${zone}.zone"\n`).join("");
}
