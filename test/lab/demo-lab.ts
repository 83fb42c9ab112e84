// The lab that `npm run demo` and `npm run lab` work with. The inventory.yaml at the top of the repository names
// its hosts, addresses, keys, known_hosts and certificate authority.
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { type Outcome, run } from "./command.ts";
import type { Host, Lab } from "./index.ts";
import type { LabSettings } from "./settings.ts";

export const demoLab = "demo";
export const demoHosts: readonly string[] = ["relay.chatmail.example", "second.chatmail.example"];

/** Where inventory.yaml says that the lab is. */
const usualGateway = "198.19.0.1";
const usualDirectory = ".cache/lab/demo";

/** Boots the hosts and what a relay needs around it: its names in the DNS, and an authority that knows it. */
export async function bootDemo(lab: Lab, hostIsUp: (host: Host) => void): Promise<Host[]> {
  const hosts: Host[] = [];
  // One after the other, so that each gets the address that the inventory says.
  for (const name of demoHosts) {
    const host = await lab.host(name);
    hostIsUp(host);
    hosts.push(host);
  }
  for (const { name, address } of hosts) {
    // A zone that is there has more, see publishZones.
    if (existsSync(join(lab.directory, "zones", `${name}.zone`))) continue;
    await lab.zone(name, `@ A ${address}\n@ MX 10 ${name}.\nmta-sts CNAME ${name}.\nwww CNAME ${name}.\n`);
  }
  await lab.acme();
  return hosts;
}

/** Path of the inventory, from the repository: the one at its top, or one that fits a lab in other places. */
export async function demoInventory(lab: Lab, { repo }: LabSettings): Promise<string> {
  const directory = relative(repo, lab.directory);
  if (lab.gateway === usualGateway && directory === usualDirectory) return "inventory.yaml";
  const text = await readFile(join(repo, "inventory.yaml"), "utf8");
  const network = (gateway: string) => gateway.replace(/\d+$/, "");
  const fitting = text
    .replaceAll(network(usualGateway), network(lab.gateway))
    .replaceAll(usualDirectory, lab.directory);
  const file = join(lab.directory, "inventory.yaml");
  await writeFile(file, fitting);
  return directory.startsWith("..") ? file : join(directory, "inventory.yaml");
}

/** Has dns.yaml write the relays' zones, and the lab's name server serve them. */
export async function publishZones(lab: Lab, inventory: string, { repo }: LabSettings): Promise<Outcome> {
  const folder = join(lab.directory, "written-zones");
  await mkdir(folder, { recursive: true });
  const command = ["chatmail-play", "dns.yaml", "-i", inventory];
  // It compares with what is served so far, which may be too little.
  const told = await run("npx", [...command, "-e", `zonefile=${folder}/`], { cwd: repo });
  if (told.status > 1) return told;
  for (const name of demoHosts) await lab.zone(name, await readFile(join(folder, `${name}.zone`), "utf8"));
  return run("npx", command, { cwd: repo });
}
