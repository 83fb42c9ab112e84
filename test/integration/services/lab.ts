// The lab that the tests of these roles share: disks with the packages on them, and a host that stands for the
// rest of the network, which answers for the names of the tests.
import { type Host, type Lab, openLab, type Snapshot } from "../../lab/index.ts";

const PACKAGES = [
  ...["unbound", "dns-root-data", "bind9-dnsutils", "acmetool", "ca-certificates", "curl", "openssl"],
  ...["opendkim", "postfix", "nginx", "pebble"],
];

/** A lab with a host for the roles, and one for the rest of the network. */
export async function servicesLab(name: string, network = "network.example") {
  const lab = await openLab({ name });
  const snapshot = await withPackages(lab);
  const [relay, other] = await Promise.all(
    ["relay.example", network].map((each) => lab.host(each, { snapshot })),
  );
  return { lab, relay: relay as Host, dns: await Dns.on(other as Host, lab.gateway) };
}

/** A disk with what the roles install, so that tests need not wait for packages; nothing of it runs. */
function withPackages(lab: Lab): Promise<Snapshot> {
  return lab.snapshot({
    name: "services",
    key: PACKAGES.join(" "),
    prepare: async (host) => {
      await host.must(`printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d
        apt-get -q update
        DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends ${PACKAGES.join(" ")}
        rm /usr/sbin/policy-rc.d
        systemctl disable unbound opendkim postfix nginx`);
    },
  });
}

/** The DNS of the network: names that tests give it, and for all others the lab's own resolver. */
export class Dns {
  readonly host: Host;

  constructor(host: Host) {
    this.host = host;
  }

  static async on(host: Host, gateway: string): Promise<Dns> {
    const configuration = `server:
      interface: 0.0.0.0
      access-control: 0.0.0.0/0 allow
      module-config: "iterator"
      cache-max-negative-ttl: 0
      forward-zone:
        name: "."
        forward-addr: ${gateway}
      `;
    await host.must("cat >/etc/unbound/unbound.conf.d/network.conf && systemctl start unbound", {
      input: configuration,
    });
    return new Dns(host);
  }

  /** Records as a zone file has them, in zones that nobody else answers for. */
  async add(...records: readonly string[]): Promise<void> {
    await this.host.must("unbound-control local_datas", { input: `${records.join("\n")}\n` });
  }

  /** What of a zone is not added does not exist. */
  async zone(name: string, type = "static"): Promise<void> {
    await this.host.must(["unbound-control", "local_zone", name, type]);
  }
}

/** The text of a TXT record, in pieces of at most 255 characters. */
export const txt = (name: string, text: string): string =>
  `${name}. 60 IN TXT ${(text.match(/.{1,255}/g) ?? []).map((piece) => `"${piece}"`).join(" ")}`;
