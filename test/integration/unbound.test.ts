// The roles unbound and base on a real host, and a look ahead of all roles of services on a bare one.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Host, Lab } from "../lab/index.ts";
import { type Dns, servicesLab } from "./services/lab.ts";
import { type PlayResult, play } from "./services/play.ts";

describe("A host's own resolver and its other settings", () => {
  let lab: Lab;
  let relay: Host;
  let dns: Dns;
  let variables: Record<string, unknown>;
  const set = (more: Record<string, unknown> = {}, roles = ["unbound"]): Promise<PlayResult> =>
    play({ lab, host: relay, roles, variables: { ...variables, ...more } });
  const resolvers = () => relay.must("grep ^nameserver /etc/resolv.conf");

  before(async function () {
    this.timeout(300_000);
    ({ lab, relay, dns } = await servicesLab("resolver"));
    await dns.zone("test");
    variables = { dns_forwarders: [dns.host.address] };
  });

  after(() => lab?.down());

  describe("unbound", () => {
    it("leaves the host's resolver as it is when it cannot answer itself, and says so", async () => {
      const before = await relay.must("cat /etc/resolv.conf");
      const nobody = `${lab.gateway}@5399`;
      const run = await set({ dns_forwarders: [nobody] });
      assert.equal(run.exitCode, 2, run.trouble);
      assert.match(run.trouble, new RegExp(`Can it reach ${nobody}, port 53`));
      assert.equal(await relay.must("cat /etc/resolv.conf"), before);
      await relay.must("getent hosts network.example");
    });

    it("is what the host asks, and nobody else can ask it", async () => {
      // As resolvers of systemd leave it.
      await relay.must("mv /etc/resolv.conf /run/other && ln -s /run/other /etc/resolv.conf");
      const run = await set();
      assert.equal(run.exitCode, 0, run.trouble);
      assert.equal(await resolvers(), `nameserver 127.0.0.1\nnameserver ${dns.host.address}\n`);
      assert.equal(await relay.must("stat -c %F /etc/resolv.conf"), "regular file\n");
      assert.match(await relay.must("cat /run/other"), /nameserver/, "what a link leads to is not ours");
      await relay.must("getent hosts network.example");
      const listens = await relay.must("ss -Hlntu 'sport = 53' | awk '{ print $5 }' | sort -u");
      assert.equal(listens, "127.0.0.1:53\n[::1]:53\n");
      await relay.must(
        ". /etc/dhcp/dhclient-enter-hooks.d/chatmail && make_resolv_conf && test -s /etc/resolv.conf",
      );
    });

    it("finds a name as soon as it is there, even if it was not a moment ago", async () => {
      assert.notEqual((await relay.exec("getent hosts fresh.test")).status, 0);
      await dns.add("fresh.test. 60 IN A 192.0.2.7");
      assert.match(await relay.must("getent hosts fresh.test"), /^192\.0\.2\.7 /);
    });

    it("changes nothing when it is set up again", async () => {
      const run = await set();
      assert.deepEqual(
        { exitCode: run.exitCode, changed: run.changed },
        { exitCode: 0, changed: [] },
        run.trouble,
      );
      assert.equal(run.roundTrips, 1);
    });

    it("does without IPv6 where there is none", async () => {
      const run = await set({ disable_ipv6: true });
      assert.equal(run.exitCode, 0, run.trouble);
      assert.deepEqual(run.changed, ["Write Unbound's configuration", "Restart Unbound"]);
      assert.equal(
        await relay.must("ss -Hlntu 'sport = 53' | awk '{ print $5 }' | sort -u"),
        "127.0.0.1:53\n",
      );
    });

    it("checks answers when it is told to, and says so of a forwarder that gives it nothing to check", async () => {
      const run = await set({ dns_validation: true });
      assert.equal(run.exitCode, 2, run.trouble);
      assert.match(run.trouble, /With dns_validation they must pass DNSSEC on/);
      assert.match(await relay.must("unbound-checkconf -o module-config"), /validator/);
      assert.match(await relay.must("unbound-checkconf -o auto-trust-anchor-file"), /root\.key/);
    });
  });

  describe("base", () => {
    it("keeps the journal in memory, trusts an authority of one's own, and then changes nothing", async () => {
      await relay.must("mkdir -p /var/log/journal && systemctl restart systemd-journald && logger before");
      const authority = join(lab.directory, "my authority.pem");
      await relay.must(
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -out /root/ca.pem -subj /CN=Mine",
      );
      await writeFile(authority, await relay.must("cat /root/ca.pem"));
      const more = { trusted_ca_files: [authority] };
      const run = await set(more, ["base"]);
      assert.equal(run.exitCode, 0, run.trouble);
      await relay.must("logger after; journalctl --sync; journalctl | grep after");
      assert.equal((await relay.exec("ls /var/log/journal")).status, 2);
      await relay.must("openssl verify -CAfile /etc/ssl/certs/ca-certificates.crt /root/ca.pem");
      assert.match(await relay.must("apt-config dump APT::Install-Recommends"), /"(false|0)"/);
      assert.match(await relay.must("cat /etc/environment"), /^TZ=:\/etc\/localtime$/m);
      const again = await set(more, ["base"]);
      assert.deepEqual(again.changed, [], again.trouble);
      assert.equal(again.roundTrips, 1);
    });
  });

  it("A check of the roles walks to the end on a bare host, and touches nothing", async function () {
    this.timeout(120_000);
    const bare = await lab.host("bare.example");
    const files = () => bare.must("find /etc /usr/local /var/lib -xdev -type f -exec sha256sum {} + | sort");
    const before = await files();
    const roles = ["base", "unbound", "acmetool", "opendkim"];
    const run = await play({ lab, host: bare, roles, check: true });
    assert.equal(run.exitCode, 0, run.trouble);
    assert.ok(run.changed.length > 20);
    assert.equal(await files(), before);
  });
});
