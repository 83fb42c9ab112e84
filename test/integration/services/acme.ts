// An ACME server in the lab: pebble, on the host that also answers for the names; its directory is
// https://acme.example:14000/dir.
import type { Host } from "../../lab/index.ts";
import type { Dns } from "./lab.ts";

export const DIRECTORY = "https://acme.example:14000/dir";

/** A hundred seconds of a certificate's life are its whole life: acmetool renews it in every run. */
export interface AcmeOptions {
  readonly validitySeconds?: number;
}

export class Acme {
  readonly host: Host;
  /** The authority of the ACME server's own HTTPS, PEM. */
  readonly authority: string;

  private constructor(host: Host, authority: string) {
    this.host = host;
    this.authority = authority;
  }

  static async on(host: Host, dns: Dns): Promise<Acme> {
    await dns.add(`acme.example. 60 IN A ${host.address}`);
    await host.must(`mkdir -p /srv/acme && cd /srv/acme
      openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 9 -subj "/CN=Lab ACME CA" 2>/dev/null
      openssl req -new -newkey rsa:2048 -nodes -keyout key.pem -out req.pem -subj "/CN=acme.example" 2>/dev/null
      printf 'subjectAltName=DNS:acme.example\\n' >ext
      openssl x509 -req -in req.pem -CA ca.pem -CAkey ca.key -days 9 -extfile ext -out cert.pem 2>/dev/null`);
    const acme = new Acme(host, await host.must("cat /srv/acme/ca.pem"));
    await acme.start();
    return acme;
  }

  /** Starts it, or starts it again without any memory of accounts and with a new root. */
  async start({ validitySeconds }: AcmeOptions = {}): Promise<void> {
    const configuration = {
      pebble: {
        listenAddress: "0.0.0.0:14000",
        managementListenAddress: "0.0.0.0:15000",
        certificate: "/srv/acme/cert.pem",
        privateKey: "/srv/acme/key.pem",
        httpPort: 80,
        tlsPort: 443,
        externalAccountBindingRequired: false,
        ...(validitySeconds === undefined ? {} : { certificateValidityPeriod: validitySeconds }),
      },
    };
    await this.host.must("cat >/srv/acme/pebble.json", { input: JSON.stringify(configuration) });
    await this.host.must(`systemctl stop pebble 2>/dev/null
      systemd-run --quiet --collect --unit=pebble --setenv=PEBBLE_VA_NOSLEEP=1 \\
        pebble -config /srv/acme/pebble.json -dnsserver 127.0.0.1:53
      for try in $(seq 100); do curl -sk https://127.0.0.1:14000/dir >/dev/null && exit 0; sleep 0.1; done; exit 1`);
  }

  /** The root of the certificates that it gives, PEM. */
  root(): Promise<string> {
    return this.host.must("curl -sk https://127.0.0.1:15000/roots/0");
  }
}
