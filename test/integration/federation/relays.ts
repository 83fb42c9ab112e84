// Relays of one lab that site.yaml makes at once, with certificates of the lab's authority and with the DNS records
// that dns.yaml tells.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Outcome, run } from "../../lab/command.ts";
import type { Acme, Host, Lab, Snapshot } from "../../lab/index.ts";
import { settingsFrom } from "../../lab/settings.ts";
import type { RelayPlace } from "./delta-chat.ts";

const PACKAGES = [
  ...["unbound", "dns-root-data", "ca-certificates", "curl", "openssl", "acmetool", "nodejs", "opendkim"],
  ...["dovecot-imapd", "dovecot-lmtpd", "postfix", "nginx", "libnginx-mod-stream", "coturn"],
];
const SERVICES = "unbound opendkim dovecot postfix nginx coturn";

/** A disk with all packages of a relay, so that tests need not wait for them; nothing of it runs. */
export function withPackages(lab: Lab): Promise<Snapshot> {
  return lab.snapshot({
    name: "relay-packages",
    key: PACKAGES.join(" "),
    prepare: async (host) => {
      await host.must(`printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d
        apt-get -q update
        apt-get -q -y install --no-install-recommends ${PACKAGES.join(" ")}
        rm /usr/sbin/policy-rc.d
        systemctl disable ${SERVICES}`);
    },
  });
}

/** What must be known of a relay before there is one: its names. */
export const firstZone = ({ name, address }: Pick<Host, "name" | "address">): string =>
  `@ A ${address}\n@ MX 10 ${name}.\nmta-sts CNAME ${name}.\nwww CNAME ${name}.\n`;

export class Relays {
  readonly hosts: readonly Host[];
  readonly #lab: Lab;
  readonly #acme: Acme;
  readonly #inventory: string;

  private constructor(lab: Lab, hosts: readonly Host[], acme: Acme) {
    this.#lab = lab;
    this.hosts = hosts;
    this.#acme = acme;
    this.#inventory = join(lab.directory, "relays.inventory.yaml");
  }

  /** Hosts with names in the DNS, and the inventory that tells of them; `variables` are for all. */
  static async boot(
    lab: Lab,
    names: readonly string[],
    variables: Readonly<Record<string, unknown>> = {},
  ): Promise<Relays> {
    const snapshot = await withPackages(lab);
    const hosts = await Promise.all(names.map((name) => lab.host(name, { snapshot })));
    for (const host of hosts) await lab.zone(host.name, firstZone(host));
    const acme = await lab.acme();
    const relays = new Relays(lab, hosts, acme);
    const vars = {
      ansible_user: "root",
      // The root of the DNS cannot be reached from a lab, and Let's Encrypt cannot reach it.
      dns_forwarders: [lab.gateway],
      acme_directory_url: acme.directoryUrl,
      trusted_ca_files: [acme.caFile, acme.rootFile],
      // A lab host has the load of the machine that the tests keep busy.
      max_load_1m: 1000,
      ...variables,
    };
    const entries = hosts.map((host) => [
      host.name,
      {
        ansible_host: host.address,
        ansible_ssh_private_key_file: host.identity,
        ansible_known_hosts_file: host.knownHosts,
      },
    ]);
    const inventory = { relays: { hosts: Object.fromEntries(entries), vars } };
    await writeFile(relays.#inventory, JSON.stringify(inventory));
    return relays;
  }

  /** Runs one of the playbooks on all of them. */
  play(playbook: string, ...args: readonly string[]): Promise<Outcome> {
    const command = ["runner/bin.mjs", playbook, "-i", this.#inventory, ...args];
    return run(process.execPath, command, { cwd: settingsFrom().repo });
  }

  /** Serves the zones that dns.yaml writes. */
  async publish(): Promise<Outcome> {
    // It ends with 1, as the records are not there yet.
    const told = await this.play("dns.yaml", "-e", `zonefile=${join(this.#lab.directory, "written-zones")}/`);
    for (const { name } of this.hosts) await this.#lab.zone(name, await this.#writtenZone(name));
    return told;
  }

  async place({ name, address }: Host): Promise<RelayPlace> {
    return { name, address, authorities: await readFile(this.#acme.rootFile, "utf8") };
  }

  #writtenZone = (name: string): Promise<string> =>
    readFile(join(this.#lab.directory, "written-zones", `${name}.zone`), "utf8");
}
