// What an operator does with a new relay, on a real host with a real name server and certificate authority: dns.yaml
// before and after the deployment, with the zone that it prints loaded as it is, and status.yaml.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Host, type Lab, openLab } from "../lab/index.ts";

const REPO = fileURLToPath(new URL("../..", import.meta.url));
const ZONE = "operator.example";
const DOMAIN = `chat.${ZONE}`;

describe("An operator's playbooks", () => {
  let lab: Lab | undefined;
  let host: Host;
  let inventory: string;

  before(async function () {
    this.timeout(300_000);
    lab = await openLab({ name: "operator" });
    host = await lab.host(DOMAIN);
    const acme = await lab.acme();
    inventory = join(lab.directory, "inventory.yaml");
    const variables = {
      ansible_host: host.address,
      ansible_user: "root",
      ansible_ssh_private_key_file: host.identity,
      ansible_known_hosts_file: host.knownHosts,
      acme_directory_url: acme.directoryUrl,
      acme_responses: { [`acme-agreement:${acme.termsUrl}`]: true },
      trusted_ca_files: [acme.caFile],
      dns_forwarders: [lab.gateway],
      dns_caa_issuer: "pebble.letsencrypt.org",
      max_load_1m: 1000,
    };
    await writeFile(
      inventory,
      JSON.stringify({ all: { children: { relays: { hosts: { [DOMAIN]: variables } } } } }),
    );
  });
  after(() => lab?.down());

  async function run(playbook: string, ...options: string[]): Promise<{ code: number; text: string }> {
    const argv = ["runner/bin.mjs", playbook, "-i", inventory, ...options];
    return promisify(execFile)(process.execPath, argv, { cwd: REPO, maxBuffer: 2 ** 26 }).then(
      ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        text: error.stdout + error.stderr,
      }),
    );
  }

  const zoneFile = async (): Promise<string> => {
    const path = join(lab?.directory ?? "", "relay.zone");
    await run("dns.yaml", "-e", `zonefile=${path}`);
    return readFile(path, "utf8");
  };

  it("tell before the deployment what is missing by then, and end with 1", async function () {
    this.timeout(60_000);
    await lab?.zone(ZONE, `other.${ZONE}. 60 IN A ${host.address}\n`);
    const { code, text } = await run("dns.yaml");
    assert.equal(code, 1, text);
    for (const line of [
      `${DOMAIN}. 3600 IN A ${host.address}`,
      `www.${DOMAIN}. 3600 IN CNAME ${DOMAIN}.`,
      `; opendkim._domainkey.${DOMAIN}. TXT follows: the key is made by the first deployment`,
    ])
      assert.ok(text.split("\n").includes(line), `${line}\n${text}`);
    assert.deepEqual(await host.must("ls /var/lib/acme /etc/dkimkeys 2>/dev/null; true"), "");
  });

  it("are content when that zone is served as it is, and set the relay up", async function () {
    this.timeout(500_000);
    await lab?.zone(ZONE, await zoneFile());
    const dns = await run("dns.yaml");
    assert.equal(dns.code, 0, dns.text);
    const site = await run("site.yaml");
    assert.equal(site.code, 0, site.text);
  });

  it("know all records after it, and are content when these are served", async function () {
    this.timeout(60_000);
    const before = await run("dns.yaml");
    assert.equal(before.code, 1, before.text);
    assert.match(before.text, /^opendkim\._domainkey\.\S+ 3600 IN TXT "v=DKIM1;k=rsa;p=[^"]{239}" "[^"]+"$/m);
    assert.match(before.text, /^\S+ 3600 IN CAA 0 issue "pebble\.letsencrypt\.org;accounturi=https:\/\//m);
    await lab?.zone(ZONE, await zoneFile());
    const after = await run("dns.yaml");
    assert.equal(after.code, 0, after.text);
    assert.match(after.text, /^All records are right \(asked: ns\.lab\.internal\)\.$/m);
    assert.match(after.text, / changed=0 /);
  });

  it("tell how the relay fares, and what is wrong first", async function () {
    this.timeout(60_000);
    const well = await run("status.yaml");
    assert.equal(well.code, 0, well.text);
    assert.match(well.text, new RegExp(`^${DOMAIN}: all is well$`, "m"));
    assert.match(
      well.text,
      /^Certificate {2}until \S+, \d\d days from now, on the ports 25, 443, 465, 993$/m,
    );
    assert.match(well.text, / 1 round trip$/m);
    await host.must("systemctl stop dovecot");
    const ill = await run("status.yaml");
    assert.equal(ill.code, 2, ill.text);
    assert.match(ill.text, new RegExp(`^${DOMAIN}: \\d things are wrong\n {2}- dovecot does not run$`, "m"));
    await host.must("systemctl start dovecot");
  });
});
