// status.yaml on what a host has told: what is wrong comes first, and decides on the exit code.

import assert from "node:assert/strict";
import type { Project, Ran } from "../run/run-playbook.ts";
import { relayProject } from "./relay-project.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

const NOW = 1_700_000_000;
const DAY = 86_400;

const UNITS = ["dovecot", "nginx", "postfix@-", "unbound", "opendkim", "coturn", "doveauth"];

/** What status_script prints on a relay that fares well. */
const WELL = [
  ...UNITS.map((name) => `unit ${name}.service loaded active enabled`),
  "unit newemail.socket loaded active enabled",
  "unit newemail.service loaded inactive static",
  "failed apt-daily.service",
  ...[25, 80, 143, 443, 465, 587, 993].map((port) => `port ${port}`),
  ...[443, 25, 993, 465].map(
    (port) => `certificate ${port} ${NOW - 30 * DAY} ${NOW + 60 * DAY} 2024-01-13 AB:CD`,
  ),
  `queue 3 2 ${NOW - 7200}`,
  "accounts 1234 310",
  "disk / 42949672960 12884901888",
  "files / 2621440 2000000",
  "memory 2147483648 641728512",
  "load 0.12 2 1036800",
  "version Debian 12.5",
  "version postfix 3.7.11-0+deb12u1",
  `now ${NOW}`,
].join("\n");

onLinux("status.yaml", () => {
  const open: Project[] = [];
  afterEach(() => {
    for (const each of open.splice(0)) each.remove();
  });

  async function look(told: string): Promise<Ran & { text: string }> {
    const made = relayProject({
      playbook: "status.yaml",
      roles: ["status"],
      relays: { "a.test": { tls_mode: "selfsigned" } },
      files: { told },
    });
    open.push(made);
    const ran = await made.run("-e", `{"status_script": "cat ${made.directory}/told"}`);
    return { ...ran, text: ran.tasks.find(({ module }) => module === "print")?.message ?? "" };
  }

  it("tells how a relay fares that is well, in one round trip, and changes nothing", async () => {
    const ran = await look(WELL);
    assert.deepEqual([ran.code, ran.recap?.roundTrips, ran.recap?.changed], [0, 1, 0], ran.out);
    assert.equal(
      ran.text,
      `a.test: all is well

Services     dovecot, nginx, postfix@-, unbound, opendkim, coturn, doveauth, newemail.socket
             started when they are needed: newemail
             failed, and no part of the relay: apt-daily.service
Certificate  until 2024-01-13, 60 days from now, on the ports 25, 443, 465, 993
Queue        3 messages, 2 of them to be tried again, the oldest is 2.0 hours old
Accounts     1234, 310 of them used within 30 days; new ones can be made
Disk         12.00 GB of 40.00 GB are free on /
Memory       612.00 MB of 2.00 GB are available
Load         0.12 on 2 processors; up for 12.0 days
Versions     Debian 12.5, postfix 3.7.11-0+deb12u1
`,
    );
  });

  const troubles: readonly [title: string, from: string | RegExp, to: string, wrong: string[]][] = [
    [
      "a service that has failed",
      "unit dovecot.service loaded active",
      "unit dovecot.service loaded failed",
      ["dovecot has failed; journalctl -u dovecot tells why"],
    ],
    [
      "a daemon that does not run",
      "unit doveauth.service loaded active",
      "unit doveauth.service loaded inactive",
      ["doveauth does not run"],
    ],
    [
      "a service that is not installed",
      "unit nginx.service loaded active",
      "unit nginx.service not-found inactive",
      ["nginx is not installed"],
    ],
    ["a service that nobody knows", /^unit unbound.*\n/m, "", ["unbound is not known to systemd"]],
    ["a port that nobody listens on", "port 587\n", "", ["nobody listens on port 587"]],
    [
      "a certificate that has expired",
      /certificate 25 \d+ \d+ \S+/,
      `certificate 25 ${NOW - 90 * DAY} ${NOW - 1} 2023-11-14`,
      ["the certificate on port 25 has expired on 2023-11-14"],
    ],
    [
      "a certificate that should have been renewed",
      /certificate 25 \d+ \d+ \S+/,
      `certificate 25 ${NOW - 80 * DAY} ${NOW + 10 * DAY} 2023-11-24`,
      ["the certificate on port 25 ends on 2023-11-24 and was not renewed"],
    ],
    [
      "a service that still shows the old certificate",
      /(certificate 25 .*) AB:CD/,
      "$1 12:34",
      ["the ports show different certificates: some service still has the old one"],
    ],
    [
      "a full disk",
      "disk / 42949672960 12884901888",
      "disk / 42949672960 12884901",
      ["12.29 MB are free on /, less than min_free_disk_space: no addresses are made"],
    ],
    [
      "a disk without room for more files",
      "2621440 2000000",
      "2621440 20",
      ["/ can hardly hold more files (df -i)"],
    ],
    [
      "too little memory",
      "2147483648 641728512",
      "2147483648 1048576",
      ["1.00 MB of memory are available, less than min_available_memory: no addresses are made"],
    ],
  ];
  for (const [title, from, to, wrong] of troubles) {
    it(`says first what is wrong, and ends with 2: ${title}`, async () => {
      const ran = await look(WELL.replace(from, to));
      assert.equal(ran.code, 2);
      const [first = "", ...lines] = ran.text.split("\n");
      const things = lines.slice(0, lines.indexOf(""));
      assert.match(first, /^a\.test: \d (thing is|things are) wrong$/);
      assert.ok(things.length > 0);
      for (const thing of wrong) assert.deepEqual(things, [`  - ${thing}`]);
    });
  }

  it("takes a certificate of a few days as well as long as less than three quarters of its time are over", async () => {
    const dates = (left: number): string =>
      WELL.replace(/(certificate \d+) \d+ \d+/g, `$1 ${NOW - (6 - left) * DAY} ${NOW + left * DAY}`);
    assert.equal((await look(dates(2))).code, 0);
    assert.equal((await look(dates(1))).code, 2);
  });

  it("says that no new addresses are made", async () => {
    assert.match(
      (await look(`closed\n${WELL}`)).text,
      /; new ones are not made \(\/etc\/chatmail-nocreate\)$/m,
    );
  });

  it("looks without harm at a machine that is no relay", async () => {
    const made = relayProject({
      playbook: "status.yaml",
      roles: ["status"],
      relays: { "a.test": { tls_mode: "selfsigned", mailboxes_dir: "/nonexistent/boxes" } },
    });
    open.push(made);
    const ran = await made.run("--check");
    assert.deepEqual([ran.code, ran.recap?.changed], [2, 0]);
    assert.match(ran.tasks.at(-2)?.message ?? "", /^Memory {7}[\d.]+ GB of [\d.]+ GB are available$/m);
  });
});
