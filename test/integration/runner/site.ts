// The site on one lab host: its inventory, and runs of site.yaml with it.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Host, Lab } from "../../lab/index.ts";
import { type Ended, type Running, start } from "./command.ts";

/** Of a host in the inventory. */
export type Variables = Readonly<Record<string, unknown>>;

export interface Site {
  readonly host: Host;
  /** Runs site.yaml with these variables of the host in the inventory. */
  begin(
    variables?: Variables,
    args?: readonly string[],
    /** Another checkout than this one. */
    directory?: string,
  ): Promise<Running>;
  run(variables?: Variables, args?: readonly string[]): Promise<Ended>;
}

export function siteOn(lab: Lab, host: Host): Site {
  const begin: Site["begin"] = async (variables = {}, args = [], directory?) => {
    const inventory = join(lab.directory, `${host.name}.inventory.yaml`);
    const own = {
      ...reach(host),
      tls_mode: "selfsigned",
      dns_forwarders: [lab.gateway],
      dns_check: false,
      ...variables,
    };
    await writeFile(inventory, JSON.stringify({ relays: { hosts: { [host.name]: own } } }));
    return start(["site.yaml", "-i", inventory, ...args], directory);
  };
  return { host, begin, run: async (...of) => (await begin(...of)).ended };
}

/** How to log in to a host, as variables of an inventory. */
export function reach(host: Host, user = "root") {
  return {
    ansible_host: host.address,
    ansible_user: user,
    ansible_ssh_private_key_file: host.identity,
    ansible_known_hosts_file: host.knownHosts,
  };
}
