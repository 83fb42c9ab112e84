// The lab's name server and its certificate authority, as the hosts see them: what the tests of whole relays stand on.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { labGroup, processesIn, waitEmpty } from "../lab/cgroup.ts";
import { must, run } from "../lab/command.ts";
import { nameServerSocket } from "../lab/dns.ts";
import { type Host, type Lab, openLab } from "../lab/index.ts";
import type { LabState } from "../lab/state.ts";

const zone = "relay.chatmail.example";
const packages = "acmetool bind9-dnsutils ca-certificates";
// Longer than a string of a TXT record may be, and than an answer without EDNS.
const key = Array.from({ length: 3 }, (_, part) => `"${String(part).repeat(250)}"`).join(" ");

const zoneText = (address: string): string => `
$TTL 3600
@        IN A     ${address}
@        IN MX 10 ${zone}.
www      IN CNAME ${zone}.
mta-sts  IN CNAME www
_submissions._tcp  SRV 0 1 465 ${zone}.
@        IN CAA 0 issue "lab.internal;accounturi=https://x.example/1"
@        IN TXT "v=spf1 a ~all"
dkim._domainkey IN TXT ("v=DKIM1;" ${key})
`;

const stateOf = async (lab: Lab): Promise<LabState> =>
  JSON.parse(await readFile(join(lab.directory, "lab.json"), "utf8")) as LabState;

const dig = async (server: string, ...question: string[]): Promise<string> =>
  (await must("dig", [`@${server}`, "+time=2", ...question])).trim();

describe("a lab with zones and a certificate authority", () => {
  let lab: Lab;
  let host: Host;

  before(async function () {
    // The first time packages have to be installed, and perhaps the base image made.
    this.timeout(600_000);
    lab = await openLab({ name: "lab-services" });
    const prepare = async (fresh: Host) => {
      await fresh.must(`apt-get -q update && apt-get -q -y install --no-install-recommends ${packages}`);
    };
    const snapshot = await lab.snapshot({ name: "acmetool", key: packages, prepare });
    host = await lab.host(zone, { snapshot });
    await lab.zone(zone, zoneText(host.address));
  });

  after(() => lab?.down());

  it("answers for its zones with authority, by UDP and by TCP", async () => {
    for (const transport of ["+notcp", "+tcp"]) {
      const answer = await dig(lab.dns.address, transport, "+norecurse", zone, "A");
      assert.match(answer, /status: NOERROR/);
      assert.match(answer, /flags: qr aa;/);
      assert.match(answer, new RegExp(`^${zone}\\.\\s+3600\\s+IN\\s+A\\s+${host.address}$`, "m"));
    }
    assert.match(await dig(lab.dns.address, `nothing.${zone}`, "A"), /status: NXDOMAIN/);
    assert.match(await dig(lab.dns.address, "elsewhere.example", "A"), /status: REFUSED/);
  });

  it("is named by its zones", async () => {
    const [name = ""] = (await host.must(`dig +short ${zone} NS`)).split("\n");
    assert.equal(await host.must(`dig +short ${name} A`), `${lab.dns.address}\n`);
  });

  const answers: [name: string, type: string, expected: string][] = [
    [zone, "MX", `10 ${zone}.`],
    [`mta-sts.${zone}`, "CNAME", `www.${zone}.`],
    [`_submissions._tcp.${zone}`, "SRV", `0 1 465 ${zone}.`],
    [zone, "CAA", '0 issue "lab.internal;accounturi=https://x.example/1"'],
    [zone, "TXT", '"v=spf1 a ~all"'],
    [`dkim._domainkey.${zone}`, "TXT", `"v=DKIM1;" ${key}`],
  ];
  for (const [name, type, expected] of answers) {
    it(`shows hosts what its zones hold: ${type} of ${name}`, async () => {
      assert.equal((await host.must(`dig +short ${name} ${type}`)).trim(), expected);
    });
  }

  it("knows other hosts as before", async () => {
    const other = await lab.host("other.example");
    assert.match(await host.must("getent ahostsv4 other.example"), new RegExp(`^${other.address} `));
    assert.match(await other.must(`getent ahostsv4 mta-sts.${zone}`), new RegExp(`^${host.address} `));
    await other.down();
  });

  it("shows a change at once, also of what was not there and of what was remembered", async () => {
    assert.equal(await host.must(`dig +short new.${zone} A`), "");
    for (const address of ["192.0.2.1", "192.0.2.2", "192.0.2.3"]) {
      await lab.zone(zone, `${zoneText(host.address)}new 3600 A ${address}\n`);
      assert.equal(await host.must(`dig +short new.${zone} A`), `${address}\n`);
      assert.equal(await dig(lab.dns.address, "+short", `new.${zone}`, "A"), address);
    }
    await lab.zone("second.example", "@ A 192.0.2.4\n");
    assert.equal(await host.must("dig +short second.example A"), "192.0.2.4\n");
    await lab.zone("second.example", undefined);
    assert.match(await dig(lab.dns.address, "second.example", "A"), /status: REFUSED/);
  });

  it("refuses a text with mistakes, says where they are, and keeps what it had", async () => {
    const wrong = `${zoneText(host.address)}bad IN A 300.1.1.1\n`;
    const line = wrong.split("\n").length - 1;
    await assert.rejects(lab.zone(zone, wrong), new RegExp(`line ${line}: `));
    assert.equal(await dig(lab.dns.address, "+short", zone, "A"), host.address);
  });

  it("lives beside one with the same zone, and finds its zones and settings again when what served them is killed", async () => {
    // Kept, as the demo's lab is: what one command puts in, the next one finds.
    const name = `lab-services-kept-${process.pid}`;
    const other = await openLab({ name, keep: true });
    try {
      await other.zone(zone, "@ A 192.0.2.5\n");
      const { caFile } = await other.acme({ certificateSeconds: 3600 });
      const ca = await readFile(caFile, "utf8");
      const { bridge } = await stateOf(other);
      for (const service of ["name-server", "acme", "resolver"]) {
        const group = `${labGroup(bridge)}/${service}`;
        for (const pid of await processesIn(group)) process.kill(pid, "SIGKILL");
        assert.ok(await waitEmpty(group, 5000));
      }
      const again = await openLab({ name, keep: true });
      assert.equal(await dig(again.dns.address, "+short", zone, "A"), "192.0.2.5");
      assert.equal(await dig(again.gateway, "+short", zone, "A"), "192.0.2.5");
      const { directoryUrl, certificateSeconds } = await again.acme();
      assert.equal(certificateSeconds, 3600);
      assert.equal(await readFile(caFile, "utf8"), ca);
      assert.match(await must("curl", ["-sS", "--cacert", caFile, directoryUrl]), /"newOrder"/);
    } finally {
      await other.down();
    }
    assert.equal(await dig(lab.dns.address, "+short", zone, "A"), host.address);
  });

  const certificate = (name: string) => host.must(`cat /var/lib/acme/live/${zone}/${name}`);

  async function verify(rootFile: string): Promise<void> {
    const [leaf, chain] = ["leaf.pem", "chain.pem"].map((name) => join(lab.directory, name));
    assert.ok(leaf && chain);
    await writeFile(leaf, await certificate("cert"));
    await writeFile(chain, await certificate("chain"));
    await must("openssl", ["verify", "-no-CApath", "-CAfile", rootFile, "-untrusted", chain, leaf]);
  }

  it("issues a certificate to a host for the names of its zone", async () => {
    const { directoryUrl, caFile, termsUrl, rootFile } = await lab.acme({ certificateSeconds: 7200 });
    const input = await readFile(caFile, "utf8");
    await host.must("cat >/usr/local/share/ca-certificates/lab.crt && update-ca-certificates", { input });
    const target = `request:\n  provider: ${directoryUrl}\n`;
    await host.must("mkdir -p /var/lib/acme/conf && cat >/var/lib/acme/conf/target", { input: target });
    const agreed = `"acme-enter-email": root@${zone}\n"acme-agreement:${termsUrl}": true\n`;
    await host.must("cat >/var/lib/acme/conf/responses", { input: agreed });
    await host.must(`acmetool --batch want ${zone} www.${zone} mta-sts.${zone}`);

    const leaf = new X509Certificate(await certificate("cert"));
    for (const name of [zone, `www.${zone}`, `mta-sts.${zone}`]) assert.equal(leaf.checkHost(name), name);
    const seconds = (Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / 1000;
    assert.ok(Math.abs(seconds - 7200) <= 1, `valid for ${seconds} s`);
    await verify(rootFile);
  });

  it("says what is trusted also after it was started for another validity", async () => {
    const before = await lab.acme();
    assert.equal(before.certificateSeconds, 7200);
    const root = await readFile(before.rootFile, "utf8");
    const after = await lab.acme({ certificateSeconds: 600 });
    const roots = await readFile(after.rootFile, "utf8");
    assert.notEqual(roots, root);
    assert.ok(roots.endsWith(root));
    await verify(after.rootFile);
  });

  it("leaves nothing when the lab is taken down", async () => {
    const { bridge } = await stateOf(lab);
    const traces = async () => [
      existsSync(nameServerSocket(bridge)),
      (await run("pgrep", ["-f", `${lab.directory}/`])).status === 0,
      (await run("find", ["/sys/fs/cgroup", "-name", `*${bridge}*`])).stdout.includes(bridge),
      (await run("ip", ["-o", "address"])).stdout.includes(bridge),
      existsSync(lab.directory),
    ];
    assert.deepEqual(await traces(), [true, true, true, true, true]);
    await lab.down();
    assert.deepEqual(await traces(), [false, false, false, false, false]);
  });
});
