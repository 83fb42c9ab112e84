// The role acmetool on a real host, with an ACME server in the lab: a certificate on the first run, what a failure
// says, and renewal behind nginx.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host, Lab } from "../lab/index.ts";
import { Acme, DIRECTORY } from "./services/acme.ts";
import { type Dns, servicesLab } from "./services/lab.ts";
import { type PlayResult, play } from "./services/play.ts";

const NAMES = ["relay.example", "mta-sts.relay.example", "www.relay.example"];
const LIVE = "/var/lib/acme/live/relay.example";

/** What the role nginx does about it, in short. */
const NGINX = `events {}
http {
  access_log off;
  server {
    listen 80 default_server;
    location /.well-known/acme-challenge/ { proxy_pass http://127.0.0.1:402; }
    location / { return 301 https://$host$request_uri; }
  }
  server {
    listen 443 ssl;
    ssl_certificate ${LIVE}/fullchain;
    ssl_certificate_key ${LIVE}/privkey;
    location = /slow { alias /srv/slow; limit_rate 2k; }
  }
}
`;

describe("acmetool, as the role sets it up", () => {
  let lab: Lab;
  let relay: Host;
  let dns: Dns;
  let acme: Acme;
  let variables: Record<string, unknown>;
  const set = (check = false): Promise<PlayResult> =>
    play({ lab, host: relay, roles: ["base", "unbound", "tls", "acmetool"], variables, check });
  const certificate = async () => new X509Certificate(await relay.must(`cat ${LIVE}/cert`));

  before(async function () {
    this.timeout(300_000);
    ({ lab, relay, dns } = await servicesLab("acme", "acme.example"));
    await dns.zone("example");
    acme = await Acme.on(dns.host, dns);
    const authority = join(lab.directory, "acme-ca.pem");
    await writeFile(authority, acme.authority);
    variables = {
      dns_forwarders: [dns.host.address],
      acme_directory_url: DIRECTORY,
      trusted_ca_files: [authority],
    };
  });

  after(() => lab?.down());

  it("says in the ACME server's words why there is no certificate, and what to look at", async () => {
    await dns.add(`relay.example. 1 IN A ${relay.address}`);
    const run = await set();
    assert.equal(run.exitCode, 2, run.trouble);
    assert.match(
      run.trouble,
      /No certificate for relay\.example, mta-sts\.relay\.example, www\.relay\.example/,
    );
    assert.match(run.trouble, /mta-sts\.relay\.example/);
    assert.match(run.trouble, /port 80/);
  });

  it("gets one certificate for all names when it is run again and they are there", async function () {
    this.timeout(120_000);
    await dns.add(...NAMES.map((name) => `${name}. 60 IN A ${relay.address}`));
    const run = await set();
    assert.equal(run.exitCode, 0, run.trouble);
    const found = await certificate();
    assert.deepEqual(found.subjectAltName?.split(", ").sort(), NAMES.map((name) => `DNS:${name}`).sort());
    assert.equal(found.publicKey.asymmetricKeyType, "ec");
    assert.equal(found.publicKey.asymmetricKeyDetails?.namedCurve, "prime256v1");
    for (const name of NAMES) await relay.must(`test -e /var/lib/acme/live/${name}/fullchain`);
    assert.equal(await relay.must(`stat -Lc %U:%a ${LIVE}/privkey`), "root:600\n");
    assert.match(await relay.must("acmetool account-url"), /^https:\/\/acme\.example:14000\//);
  });

  it("then costs nothing any more", async () => {
    const run = await set();
    assert.deepEqual(
      { exitCode: run.exitCode, changed: run.changed },
      { exitCode: 0, changed: [] },
      run.trouble,
    );
    assert.equal(run.roundTrips, 1);
  });

  it("gets another one behind nginx when one is lost, and agrees to other terms of service", async function () {
    this.timeout(120_000);
    await relay.must("cat >/etc/nginx/nginx.conf && systemctl start nginx", { input: NGINX });
    const before = (await certificate()).serialNumber;
    // Of a short life, so that the next test has something to renew.
    await acme.start({ validitySeconds: 5 });
    // The account is lost too, so that the terms must be agreed to again; those known are others by now.
    await relay.must(`sed -i '/acme-agreement/d' /var/lib/acme/conf/responses
      rm -r /var/lib/acme/accounts /var/lib/acme/certs /var/lib/acme/live`);
    const run = await set();
    assert.equal(run.exitCode, 0, run.trouble);
    assert.deepEqual(run.changed, ["Get the certificate"]);
    assert.notEqual((await certificate()).serialNumber, before);
    assert.match(
      await relay.must("cat /var/lib/acme/conf/responses"),
      /^"acme-agreement:data:text.*": true$/m,
    );
  });

  it("renews by its timer, and nginx uses the new one without breaking off what it does", async function () {
    this.timeout(120_000);
    const timer = await relay.must("systemctl list-timers --no-pager acmetool.timer");
    assert.match(timer, /acmetool\.service/);
    await relay.must("systemctl reload nginx && head -c 30000 /dev/zero >/srv/slow");
    await acme.start();
    const { serialNumber: before, validTo } = await certificate();
    await sleep(Math.max(0, Date.parse(validTo) - Date.now()));
    const [transfer] = await Promise.all([
      relay.must("curl -sk https://127.0.0.1/slow | wc -c"),
      relay.must("sleep 0.5; systemctl start acmetool"),
    ]);
    assert.equal(transfer, "30000\n");
    const now = (await certificate()).serialNumber;
    assert.notEqual(now, before);
    const shown = await relay.must(
      "openssl s_client -connect 127.0.0.1:443 </dev/null 2>/dev/null | openssl x509 -noout -serial",
    );
    assert.equal(shown.trim().toLowerCase(), `serial=${now}`.toLowerCase());
  });

  it("leaves alone what happens otherwise", async () => {
    assert.equal((await relay.exec("/etc/acme/hooks/nginx challenge-http-start a b c")).status, 42);
  });
});
