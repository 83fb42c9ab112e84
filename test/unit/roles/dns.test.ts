// dns.yaml against name servers on this machine: the zone, what differs from it, and the exit code.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Project, Ran } from "../run/run-playbook.ts";
import { type Manner, type NameServer, nameServer, zone } from "./name-server.ts";
import { relayProject } from "./relay-project.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

const RIGHT = `
a.test. A 192.0.2.1
a.test. AAAA 2001:db8::1
a.test. MX 10 a.test.
mta-sts.a.test. CNAME a.test.
www.a.test. CNAME a.test.
_mta-sts.a.test. TXT "v=STSv1; id=202401020304"
a.test. TXT "site-verification=x"
a.test. TXT "v=spf1 a ~all"
_dmarc.a.test. TXT "v=DMARC1; p=reject; adkim=s; aspf=s;"
_adsp._domainkey.a.test. TXT "dkim=discardable"
_submission._tcp.a.test. SRV 0 1 587 a.test.
_submissions._tcp.a.test. SRV 0 1 465 a.test.
_imap._tcp.a.test. SRV 0 1 143 a.test.
_imaps._tcp.a.test. SRV 0 1 993 a.test.
`;

onLinux("dns.yaml", function () {
  this.timeout(30_000);
  const open: (NameServer | Project)[] = [];
  afterEach(() => {
    for (const each of open.splice(0)) "close" in each ? each.close() : each.remove();
  });

  async function server(text: () => string, manner?: Manner): Promise<NameServer> {
    const made = await nameServer(() => zone(text()), manner);
    open.push(made);
    return made;
  }

  function relay(vars: Record<string, unknown>, name = "a.test"): Project {
    const made = relayProject({ playbook: "dns.yaml", roles: ["dns"], relays: { [name]: vars } });
    open.push(made);
    return made;
  }

  const told = (ran: Ran, task: RegExp): string =>
    ran.tasks.find((each) => task.test(each.task) && each.status !== "skipped")?.message ?? "";
  const run = (made: Project, ...more: string[]): Promise<Ran> =>
    made.run(
      "-e",
      `dns_own_ipv4=192.0.2.1 dns_own_ipv6='' dns_dkim_key=${made.directory}/key dns_acme_state=${made.directory}/acme dns_acmetool=${made.directory}/acmetool`,
      ...more,
    );

  it("prints the zone of a relay that is set up, and takes it as right when it is served", async () => {
    let served = "a.test. A 192.0.2.1";
    const { address } = await server(() => served);
    const made = relay({ dns_servers: [address] });
    const key = deployed(made);
    const before = await run(made);
    assert.equal(before.code, 1);
    const text = told(before, /^The zone/);
    const id = /id=(\d{12})"/.exec(text)?.[1];
    const strings = key.match(/.{1,255}/g)?.map((part) => `"${part}"`);
    assert.equal(
      text,
      `; Required
a.test.                     3600 IN A     192.0.2.1
mta-sts.a.test.             3600 IN CNAME a.test.
www.a.test.                 3600 IN CNAME a.test.
a.test.                     3600 IN MX    10 a.test.
_mta-sts.a.test.            3600 IN TXT   "v=STSv1; id=${id}"
opendkim._domainkey.a.test. 3600 IN TXT   ${strings?.join(" ")}
; Recommended
a.test.                     3600 IN TXT   "v=spf1 a ~all"
_dmarc.a.test.              3600 IN TXT   "v=DMARC1;p=reject;adkim=s;aspf=s"
a.test.                     3600 IN CAA   0 issue "letsencrypt.org;accounturi=https://acme.test/acct/7"
_adsp._domainkey.a.test.    3600 IN TXT   "dkim=discardable"
_submission._tcp.a.test.    3600 IN SRV   0 1 587 a.test.
_submissions._tcp.a.test.   3600 IN SRV   0 1 465 a.test.
_imap._tcp.a.test.          3600 IN SRV   0 1 143 a.test.
_imaps._tcp.a.test.         3600 IN SRV   0 1 993 a.test.
`,
    );
    assert.ok(
      told(before, /different/).includes(
        `; the same as one string, for forms that take no other\nopendkim._domainkey.a.test. 3600 IN TXT "${key}"\n`,
      ),
    );
    served = text;
    const after = await run(made);
    assert.equal(after.code, 0, told(after, /different/));
    assert.equal(told(after, /outcome/), `All records are right (asked: ${address}).`);
    assert.equal(told(after, /^The zone/), text);
    assert.equal(after.recap?.changed, 0);
  });

  it("keeps what is as good as its own, and says what follows the first deployment", async () => {
    const { address } = await server(() => RIGHT);
    const ran = await run(relay({ dns_servers: [address] }));
    assert.equal(ran.code, 0, told(ran, /different/));
    assert.equal(told(ran, /outcome/), `All records that can be known by now are right (asked: ${address}).`);
    const text = told(ran, /^The zone/);
    for (const line of [
      /^a\.test\. +3600 IN AAAA {2}2001:db8::1$/m,
      /^_mta-sts\.a\.test\. +3600 IN TXT {3}"v=STSv1; id=202401020304"$/m,
      /^; opendkim\._domainkey\.a\.test\. TXT follows: the key is made by the first deployment$/m,
      /^; a\.test\. CAA follows: the account is made by the first deployment$/m,
    ])
      assert.match(text, line);
  });

  it("shows everything that differs at once, and ends with 1", async () => {
    const { address } = await server(
      () => `a.test. AAAA 2001:db8::1
a.test. MX 10 A.test.
a.test. MX 20 mx.other.test.
www.a.test. CNAME other.test.
_mta-sts.a.test. TXT "v=STSv1"
a.test. TXT "v=spf1 mx -all"`,
    );
    const ran = await run(relay({ dns_servers: [address] }));
    assert.equal(ran.code, 1);
    assert.match(
      told(ran, /different/),
      /^; Required, and missing or wrong\n; missing\nmta-sts.a.test. 3600 IN CNAME a.test.\n; wrong, there is: other.test.\nwww.a.test. 3600 IN CNAME a.test.\n; wrong, there is: 10 [Aa].test. and 20 mx.other.test.\na.test. 3600 IN MX 10 a.test.\n; wrong, there is: v=STSv1\n_mta-sts.a.test. 3600 IN TXT "v=STSv1; id=[0-9]{12}"\n; Recommended, and missing or wrong .a warning.\n; missing\na.test. 3600 IN A 192.0.2.1\n; wrong, there is: v=spf1 mx -all\na.test. 3600 IN TXT "v=spf1 a ~all"\n; missing\n_dmarc/,
    );
    assert.equal(
      told(ran, /^Stop if a required/),
      `4 required records of a.test are missing or wrong (asked: ${address})`,
    );
  });

  it("ends with 0 and a warning when only recommended records differ", async () => {
    const { address } = await server(() => RIGHT.replace(/^_(imap|dmarc).*$/gm, ""));
    const ran = await run(relay({ dns_servers: [address] }));
    assert.equal(ran.code, 0);
    assert.match(told(ran, /outcome/), /^Warning: all required records are right, but not all/);
    assert.equal(told(ran, /different/).match(/^; missing$/gm)?.length, 3);
  });

  it("takes the addresses of the relay's name for a CNAME that a provider has flattened", async () => {
    const flat =
      "www.a.test. A 192.0.2.1\nwww.a.test. AAAA 2001:db8::1\nmta-sts.a.test. A 192.0.2.1\nmta-sts.a.test. AAAA 2001:db8::1";
    const { address } = await server(() => RIGHT.replace(/^.*CNAME.*$/gm, "") + flat);
    assert.equal((await run(relay({ dns_servers: [address] }))).code, 0);
  });

  it("asks for less where the certificate comes from nobody", async () => {
    const { address } = await server(() => RIGHT.replace(/^.*mta-sts.*$/gm, ""));
    const ran = await run(relay({ dns_servers: [address], tls_mode: "selfsigned" }));
    assert.equal(ran.code, 0, told(ran, /different/));
    assert.doesNotMatch(told(ran, /^The zone/), /mta-sts|CAA/);
  });

  it("checks nothing for a relay that is an address", async () => {
    const ran = await run(relay({}, "192.0.2.7"));
    assert.equal(ran.code, 0);
    assert.match(told(ran, /outcome/), /^Warning: 192\.0\.2\.7 is an address/);
  });

  it("says which name servers differ, are silent or know nothing, and counts the first that knows", async () => {
    const right = await server(() => RIGHT);
    const old = await server(() => RIGHT.replace("MX 10", "MX 30"));
    const silent = await server(() => RIGHT);
    silent.close();
    const ran = await run(relay({ dns_servers: [silent.address, right.address, old.address] }));
    assert.equal(ran.code, 0);
    const notes = told(ran, /different/);
    assert.match(notes, new RegExp(`^; ${silent.address} does not answer: `, "m"));
    assert.match(
      notes,
      new RegExp(
        `; the name servers differ on MX a.test:\n; {3}${right.address} has 10 a.test.\n; {3}${old.address} has 30 a.test.$`,
        "m",
      ),
    );
  });

  it("ends with 2 when nobody could be asked", async () => {
    const silent = await server(() => RIGHT);
    silent.close();
    const ran = await run(relay({ dns_servers: [silent.address] }));
    assert.equal(ran.code, 2);
    assert.match(told(ran, /nobody/), /No name server of a\.test answers for it/);
  });

  it("finds the name servers by the host's resolver, and asks these, not the resolver", async () => {
    const asked: string[] = [];
    const authority = await server(() => RIGHT.replaceAll("a.test", "a.b.test"));
    const resolver = await server(() => "b.test. NS localhost.\nunrelated.test. A 192.0.2.9", {
      authoritative: false,
      asked: (question) => asked.push(question),
    });
    const made = relay({}, "a.b.test");
    const ran = await run(made, "-e", `dns_resolver=${resolver.address} dns_port=${authority.port}`);
    assert.equal(ran.code, 0, ran.tasks.at(-1)?.message);
    assert.match(told(ran, /outcome/), /\(asked: localhost\)/);
    assert.deepEqual(asked.sort(), ["NS a.b.test", "NS b.test", "NS test"]);
  });

  it("does not believe a name server that says it is none", async () => {
    const lame = await server(() => RIGHT, { authoritative: false });
    const resolver = await server(() => "a.test. NS localhost.");
    const ran = await run(relay({}), "-e", `dns_resolver=${resolver.address} dns_port=${lame.port}`);
    assert.equal(ran.code, 2);
    assert.match(told(ran, /nobody/), /localhost is named as a name server of the domain, and knows nothing/);
  });

  it("says so when the resolver cannot tell who the name servers are", async () => {
    const resolver = await server(() => "", { rcode: 2 });
    const ran = await run(relay({}), "-e", `dns_resolver=${resolver.address}`);
    assert.equal(ran.code, 2);
    assert.match(told(ran, /cannot be told/), /^a\.test: the answer is SERVFAIL$/m);
  });

  it("tells all that is missing for a domain that the DNS does not know", async () => {
    const resolver = await server(() => "other.test. A 192.0.2.1");
    const ran = await run(relay({}), "-e", `dns_resolver=${resolver.address}`);
    assert.equal(ran.code, 1);
    assert.match(told(ran, /^Stop if a required/), /the DNS knows no name servers for it/);
    assert.match(told(ran, /different/), /^a\.test\. 3600 IN A 192\.0\.2\.1$/m);
  });

  it("writes the zone to a file beside the inventory, or to one of each relay in a folder", async () => {
    const { address } = await server(() => RIGHT);
    const made = relay({ dns_servers: [address] });
    const ran = await run(made, "-e", "zonefile=my.zone");
    assert.equal(readFileSync(join(made.directory, "my.zone"), "utf8"), told(ran, /^The zone/));
    await run(made, "-e", `dns_zonefile=${made.directory}/zones/`);
    assert.equal(readFileSync(join(made.directory, "zones/a.test.zone"), "utf8"), told(ran, /^The zone/));
  });

  /** Gives the relay a key and an account, and the TXT record that its key must have. */
  function deployed(made: Project): string {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const account = "acme-v02.api.letsencrypt.org%2fdirectory/abc";
    made.write({
      key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
      [`acme/accounts/${account}/privkey`]: "x",
      "acme/conf/target": 'request:\n  provider: "https://acme-v02.api.letsencrypt.org/directory"\n',
      acmetool: "#!/bin/sh\necho https://acme.test/acct/7\n",
    });
    chmodSync(join(made.directory, "acmetool"), 0o755);
    const der = publicKey.export({ type: "spki", format: "der" }).toString("base64");
    return `v=DKIM1;k=rsa;p=${der};s=email;t=s`;
  }
});
