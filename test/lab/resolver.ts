// The hosts' resolver, dnsmasq(8) on the gateway's address: it knows the lab's hosts, asks the lab's name server for
// the zones that this has, and the machine's own resolver for the rest.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { address, gatewayNumber } from "./addresses.ts";
import { ask, holdsWithin } from "./ask.ts";
import { nameServerAddress, ownZone, stampName, zonesOf } from "./dns.ts";
import { LabError } from "./error.ts";
import { hangUp, type LabPlace, lastWords, startService } from "./service.ts";

const service = "resolver";
const patienceMs = 10_000;

const hostsFile = (place: LabPlace): string => join(place.directory, "hosts.txt");
const serversFile = (place: LabPlace): string => join(place.directory, "servers.txt");

export async function startResolver(place: LabPlace): Promise<void> {
  for (const file of [hostsFile(place), serversFile(place)]) await writeFile(file, "", { flag: "a" });
  const gateway = address(place.network, gatewayNumber);
  const own = ["--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts", "--user=root", "--pid-file="];
  const listen = [`--listen-address=${gateway}`, "--bind-interfaces"];
  const files = [`--addn-hosts=${hostsFile(place)}`, `--servers-file=${serversFile(place)}`];
  const argv = ["dnsmasq", ...own, ...listen, ...files];
  await startService(place, { name: service, address: gateway, port: 53, cwd: "/", argv });
}

/**
 * Makes it answer exactly these names and the zones that there are, and forget what it knew; returns when it does.
 * A host whose name lies in a zone is known by what the zone says only, as it is outside a lab.
 */
export async function tellResolver(
  place: LabPlace,
  hosts: readonly { readonly name: string; readonly address: string }[],
): Promise<void> {
  const zones = await zonesOf(place);
  const inZone = (name: string) => zones.some((zone) => `.${name}`.endsWith(`.${zone}`));
  const gateway = address(place.network, gatewayNumber);
  const stamp = `told-${process.hrtime.bigint()}.${ownZone}`;
  const known = [...hosts.filter(({ name }) => !inZone(name)), { name: stamp, address: gateway }];
  const served = zones.length > 0 ? [ownZone, ...zones] : [];
  await writeFile(hostsFile(place), known.map(({ name, address }) => `${address} ${name}\n`).join(""));
  await writeFile(
    serversFile(place),
    served.map((zone) => `server=/${zone}/${nameServerAddress(place)}\n`).join(""),
  );
  // It reads both files again before it answers the next question.
  await hangUp(place, service);
  const told = await holdsWithin(patienceMs, async () => (await ask(gateway, stamp, "A")).length > 0);
  const asks = served.length === 0 || (await ask(gateway, stampName, "TXT")).length > 0;
  if (told && asks) return;
  throw new LabError(
    `the lab's resolver does not take ${told ? "zones" : "names"}; it said:\n${await lastWords(place, service)}`,
    "take the lab down and open it again",
  );
}
