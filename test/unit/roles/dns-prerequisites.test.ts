// What is looked up before a relay is set up, as site.yaml does it: the role dns with `dns_for: deployment`.

import assert from "node:assert/strict";
import type { Project, Ran } from "../run/run-playbook.ts";
import { type NameServer, nameServer, zone } from "./name-server.ts";
import { relayProject } from "./relay-project.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

const RIGHT = `
a.test. NS localhost.
a.test. A 192.0.2.1
mta-sts.a.test. CNAME a.test.
www.a.test. CNAME a.test.
`;

/** A play that looks at the host after the check, as the rest of a deployment does. */
const SITE = `
- hosts: relays
  gather_facts: false
  roles:
    - {role: dns, dns_for: deployment, tags: dns}
  tasks:
    - stat: {path: /}
`;

onLinux("before a deployment", function () {
  this.timeout(20_000);
  const open: (NameServer | Project)[] = [];
  afterEach(() => {
    for (const each of open.splice(0)) "close" in each ? each.close() : each.remove();
  });

  async function deploy(
    resolver: string,
    authority: string,
    vars: Record<string, unknown> = {},
    { name = "a.test", options = [] as readonly string[] } = {},
  ): Promise<Ran> {
    const servers = [];
    for (const text of [resolver, authority]) servers.push(await nameServer(() => zone(text)));
    const made = relayProject({
      playbook: "dns.yaml",
      roles: ["dns"],
      relays: { [name]: vars },
      files: { "site.yaml": SITE },
    });
    open.push(...servers, made);
    return made.run(
      "-e",
      `dns_resolver=${servers[0]?.address} dns_port=${servers[1]?.port} dns_own_ipv4=192.0.2.1 dns_own_ipv6=''`,
      ...options,
    );
  }

  it("asks the resolver only, together with all else that is asked, when nothing is missing", async () => {
    const ran = await deploy(RIGHT, "");
    assert.deepEqual([ran.code, ran.recap?.roundTrips, ran.recap?.changed], [0, 1, 0], ran.out);
  });

  it("believes the domain's name servers when the resolver has not heard of a record yet", async () => {
    assert.equal((await deploy("a.test. NS localhost.", RIGHT)).code, 0);
  });

  it("stops, and says all that is missing", async () => {
    const some = "a.test. NS localhost.\nwww.a.test. CNAME elsewhere.test.";
    const ran = await deploy(some, some);
    assert.equal(ran.code, 2);
    assert.equal(
      ran.tasks.at(-1)?.message,
      `Before a.test can be set up, the DNS needs these records:

; missing
a.test. 3600 IN A 192.0.2.1
; missing
mta-sts.a.test. 3600 IN CNAME a.test.
; wrong, there is: elsewhere.test.
www.a.test. 3600 IN CNAME a.test.

All records of the relay are told by dns.yaml; dns_check: false goes on without these.`,
    );
  });

  it("stops when only this is asked for, and does not look when something else is", async () => {
    const some = "a.test. NS localhost.";
    assert.equal((await deploy(some, some, {}, { options: ["--tags", "dns"] })).code, 2);
    assert.equal((await deploy(some, some, {}, { options: ["--tags", "postfix"] })).code, 0);
  });

  it("is content with an address where no certificate is asked for", async () => {
    const ran = await deploy("a.test. A 192.0.2.1\na.test. NS localhost.", "a.test. A 192.0.2.1", {
      tls_mode: "selfsigned",
    });
    assert.equal(ran.code, 0, ran.tasks.at(-1)?.message);
  });

  it("goes on when it is told to, and for a relay that is an address", async () => {
    assert.equal((await deploy("", "", { dns_check: false })).code, 0);
    assert.equal((await deploy("", "", {}, { name: "192.0.2.7" })).code, 0);
  });
});
