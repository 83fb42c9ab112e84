// test.yaml and bench.yaml against two relays: what they tell of relays that work, and of one that does not.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Host, type Lab, openLab } from "../lab/index.ts";
import { type Ended, start } from "./runner/command.ts";
import { withPackages } from "./runner/packages.ts";
import { reach } from "./runner/site.ts";

/** Relays with such names take each other's certificates, whoever has signed them. */
const domainOf = (host: Host): string => `_${host.name}`;

describe("The operator's view of relays", () => {
  let lab: Lab;
  let [one, two]: Host[] = [];
  let inventory = "";

  const play = (playbook: string, ...args: string[]): Promise<Ended> =>
    start([playbook, "-i", inventory, ...args]).ended;

  before(async function () {
    this.timeout(300_000);
    lab = await openLab({ name: "operator" });
    const snapshot = await withPackages(lab);
    const made = ["one.example", "two.example"].map((name) => lab.host(name, { snapshot }));
    const hosts = await Promise.all(made);
    [one, two] = hosts;
    inventory = join(lab.directory, "inventory.yaml");
    const settings = { tls_mode: "selfsigned", dns_forwarders: [lab.gateway], max_load_1m: 1000 };
    const relays = hosts.map((host) => [
      host.name,
      { ...reach(host), ...settings, mail_domain: domainOf(host) },
    ]);
    await writeFile(inventory, JSON.stringify({ relays: { hosts: Object.fromEntries(relays) } }));
    await lab.zone("example", (await Promise.all(hosts.map((host) => records(host)))).join(""));
    const run = await play("site.yaml");
    assert.equal(run.exitCode, 0, run.trouble);
    await lab.zone("example", (await Promise.all(hosts.map((host) => records(host, true)))).join(""));
  });

  after(() => lab?.down());

  it("test.yaml finds nothing wrong with two relays, which reach each other, and leaves only test accounts", async () => {
    const run = await play("test.yaml");
    const reports = shown(run);
    assert.equal(run.exitCode, 0, `${run.trouble}\n${reports}`);
    assert.match(reports, /^_one\.example: all 3\d checks are ok, 1 could not be made$/m);
    assert.match(reports, /^_two\.example: all 3\d checks are ok, 1 could not be made$/m);
    assert.match(reports, /^ {2}ok +A message to _two\.example arrives +after /m);
    assert.match(reports, /^ {2}ok +A message to _one\.example arrives +after /m);
    assert.match(reports, /^ {2}skipped +The certificate can be checked +tls_mode is selfsigned$/m);
    assert.deepEqual(run.changed, []);
    for (const host of [one, two]) {
      const accounts = await host!.must(`cd /home/vmail/mail/${domainOf(host!)} && ls -d -- *@*`);
      assert.match(accounts, /^(ci-[a-z0-9]{6}@.*\n)+$/);
    }
  });

  const faults = [
    {
      unit: "opendkim",
      concerned: [
        "An encrypted message arrives",
        "Port 25: mail without a DKIM signature",
        "A message to _two.example arrives",
      ],
    },
    {
      unit: "nginx",
      concerned: [
        "IMAP on port 443 by ALPN",
        "SMTP on port 443 by ALPN",
        "A new address from /new",
        "Port 443: TLS 1.2 or newer",
        "Settings for apps (autoconfig)",
        "Policy for other mail servers (MTA-STS)",
        "Pages",
        "The invitation in /new",
        "www leads to the relay's name",
        "Port 80 leads to HTTPS",
      ],
    },
  ];
  for (const { unit, concerned } of faults) {
    it(`Without ${unit}, test.yaml tells exactly what needs it, and ends with 2`, async () => {
      await one!.must(`systemctl stop ${unit}`);
      try {
        const run = await play("test.yaml");
        assert.equal(run.exitCode, 2, run.trouble);
        const reports = shown(run).split(/^(?=_(?:one|two)\.example:)/m);
        const report = reports.find((text) => text.startsWith("_one.example:")) ?? "";
        const failed = [...report.matchAll(/^ {2}failed +(.*?) {2,}\S/gm)].map(([, name]) => name);
        assert.deepEqual(failed, concerned, report);
        assert.match(report, /^ {2}ok +Port 25: TLS 1\.2 or newer/m);
        assert.match(report, new RegExp(`^_one\\.example: ${failed.length} of 3\\d checks failed$`, "m"));
      } finally {
        await one!.must(`systemctl start ${unit}`);
      }
    });
  }

  it("bench.yaml prints a table of how long things take", async () => {
    const run = await play("bench.yaml", "--limit", "one.example", "-e", "outside_runs=2");
    assert.equal(run.exitCode, 0, run.trouble);
    const [head, ...rows] = shown(run).trim().split("\n");
    assert.match(head ?? "", /^_one\.example +runs +median +min +max$/);
    const names = rows.map((row) => /^(.*?) +2( +[0-9]+\.[0-9] ms){3}$/.exec(row)?.[1] ?? row);
    assert.deepEqual(names, [
      "IMAP: connect",
      "IMAP: login",
      "SMTP: connect",
      "SMTP: login",
      "A message to an idle app",
      "10 messages in a row, all there",
    ]);
  });
});

/** What tasks have printed: the reports, and not what was said of files that were made on the way. */
function shown({ events }: Ended): string {
  return events
    .flatMap(({ event, module, message = "" }) => (event === "task" && module === "print" ? [message] : []))
    .join("\n");
}

/** The zone of a relay; its key is there once it has been set up. */
async function records(host: Host, ready = false): Promise<string> {
  const name = `${domainOf(host)}.`;
  const lines = [`${name} IN A ${host.address}`, `${name} IN MX 10 ${name}`];
  lines.push(...["www", "mta-sts"].map((label) => `${label}.${name} IN CNAME ${name}`));
  if (ready) {
    const key = await host.must(
      "openssl pkey -in /etc/dkimkeys/opendkim.private -pubout -outform DER | base64 -w0",
    );
    const text = `v=DKIM1;k=rsa;p=${key};s=email;t=s`.match(/.{1,255}/g) ?? [];
    lines.push(`opendkim._domainkey.${name} IN TXT ${text.map((part) => `"${part}"`).join(" ")}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}
