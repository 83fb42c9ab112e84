// What nginx answers to anybody who asks, and what it keeps to itself.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Deployed } from "./deployed.ts";

/** What holds whoever has signed the certificate. */
export function everywhere(relay: () => Deployed): void {
  const https = (path: string, name = relay().domain) => `https://${name}${path}`;

  it("gives every page, with and without its ending, and what programs ask for", async () => {
    for (const [path, type] of [
      ["/", "text/html; charset=utf-8"],
      ["/info.html", "text/html; charset=utf-8"],
      ["/info", "text/html; charset=utf-8"],
      ["/policy.html", "text/html; charset=utf-8"],
      ["/privacy.html", "text/html; charset=utf-8"],
      ["/style.css", "text/css"],
      ["/robots.txt", "text/plain; charset=utf-8"],
    ] as const) {
      const { status, headers } = await relay().ask(https(path));
      assert.deepEqual([path, status, headers["content-type"]], [path, 200, type]);
    }
  });

  it("has a page of its own for what there is not", async () => {
    for (const path of ["/nothing", "/.git/config", "/info.html/more"]) {
      const { status, text } = await relay().ask(https(path));
      assert.equal(status, 404, path);
      assert.match(text, /There is no such page/);
    }
  });

  it("lets browsers load nothing from elsewhere, and does not tell its version", async () => {
    for (const path of ["/", "/nothing", "/style.css"]) {
      const { headers } = await relay().ask(https(path));
      assert.match(String(headers["content-security-policy"]), /^default-src 'none'; style-src 'self';/);
      assert.equal(headers["referrer-policy"], "no-referrer");
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers.server, "nginx");
    }
  });

  it("leads all that is asked without encryption, and the name with www, to the relay", async () => {
    const { domain } = relay();
    for (const [from, to] of [
      [`http://${domain}/info.html?a=b`, `https://${domain}/info.html?a=b`],
      [`http://www.${domain}/x`, `https://${domain}/x`],
      [`http://mta-sts.${domain}/x`, `https://mta-sts.${domain}/x`],
      ["http://somebody-else.example/x", `https://${domain}/x`],
      [`https://www.${domain}/privacy.html`, `https://${domain}/privacy.html`],
    ] as const) {
      const { status, headers } = await relay().ask(from);
      assert.deepEqual([from, status, headers.location], [from, 301, to]);
    }
  });

  it("tells other relays and apps how to reach it", async () => {
    const { domain } = relay();
    const policy = await relay().ask(https("/.well-known/mta-sts.txt", `mta-sts.${domain}`));
    assert.equal(policy.text, `version: STSv1\nmode: enforce\nmx: ${domain}\nmax_age: 2419200\n`);
    assert.match(String(policy.headers["content-type"]), /^text\/plain/);
    const { text } = await relay().ask(https("/.well-known/autoconfig/mail/config-v1.1.xml"));
    const servers = [
      ...text.matchAll(
        /<(\w+)Server type="(\w+)">\s*<hostname>([^<]*)<\/hostname>\s*<port>(\d+)<\/port>\s*<socketType>(\w+)</g,
      ),
    ].map((match) => match.slice(1).join(" "));
    assert.deepEqual(servers, [
      `incoming imap ${domain} 993 SSL`,
      `incoming imap ${domain} 143 STARTTLS`,
      `incoming imap ${domain} 443 SSL`,
      `outgoing smtp ${domain} 465 SSL`,
      `outgoing smtp ${domain} 587 STARTTLS`,
      `outgoing smtp ${domain} 443 SSL`,
    ]);
  });

  it("gives a new address to each POST, by both paths", async () => {
    const answers = await Promise.all(
      ["/new", "/cgi-bin/newemail.py", "/new", "/new"].map((path) =>
        relay().ask(https(path), "POST", "ignored=yes"),
      ),
    );
    const emails = answers.map(({ status, headers, text }) => {
      assert.deepEqual([status, headers["content-type"]], [200, "application/json"]);
      return (JSON.parse(text) as { email: string }).email;
    });
    assert.equal(new Set(emails).size, 4);
    for (const email of emails) assert.match(email, new RegExp(`^[a-z0-9]{9}@${relay().domain}$`));
  });

  it("passes IMAP and SMTP on by what the client names, and all else to the pages", async () => {
    // Stand-ins, each with a certificate that says who it is.
    for (const [name, port] of [
      ["imap", 993],
      ["smtp", 465],
    ] as const)
      await relay().host.must(
        `cd /run && openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=${name} -keyout ${name}.key -out ${name}.pem 2>&1 &&
         systemd-run --quiet --collect --unit=stand-in-${name} openssl s_server -www -accept 127.0.0.1:${port} -cert /run/${name}.pem -key /run/${name}.key -alpn ${name}`,
      );
    try {
      for (const [protocols, expected] of [
        [["imap"], "imap"],
        [["smtp"], "smtp"],
        [["foo", "imap"], "imap"],
        [["h2", "http/1.1"], undefined],
        [["imaps"], undefined],
        [[], undefined],
      ] as const) {
        const name = await answering(relay(), protocols);
        assert.equal(name, expected, protocols.join());
      }
    } finally {
      await relay().host.must("systemctl stop stand-in-imap stand-in-smtp; rm /run/imap.* /run/smtp.*");
    }
  });

  it("speaks TLS 1.2 and above", async () => {
    const socket = await relay().tls([], { maxVersion: "TLSv1.2" });
    assert.match(socket.getCipher().name, /^ECDHE-.*(GCM|POLY1305)/);
    socket.destroy();
    await assert.rejects(relay().tls([], { minVersion: "TLSv1.1", maxVersion: "TLSv1.1" }));
  });

  it("logs what was asked, and nowhere by whom", async () => {
    await relay().ask(https("/logged-page?secret=1"));
    await relay()
      .tls(["imap"])
      .catch(() => undefined);
    await sleep(300);
    const journal = await relay().host.must("journalctl --no-pager --identifier nginx");
    assert.match(journal, /"GET \/logged-page" 404/);
    assert.doesNotMatch(journal, /secret=1/);
    // The gateway of the lab is where this test asks from.
    const client = relay().host.address.replace(/\d+$/, "1");
    assert.ok(!journal.split(/[^0-9.]+/).includes(client), `${client} is in the journal`);
    assert.equal(await relay().host.must("cat /var/log/nginx/*"), "");
    assert.match(await relay().host.must("nginx -T 2>/dev/null | grep -c access_log"), /^1$/m);
  });
}

/** The name in the certificate of who answers; undefined for nginx itself, whose certificate has none. */
async function answering(relay: Deployed, protocols: readonly string[]): Promise<string | undefined> {
  for (let tries = 20; ; tries--)
    try {
      const socket = await relay.tls(protocols);
      const { CN } = socket.getPeerCertificate().subject;
      socket.destroy();
      return CN === undefined ? undefined : String(CN);
    } catch (error) {
      // The stand-ins take a moment to listen, and nginx takes no protocol that it does not know.
      if ((error as NodeJS.ErrnoException).code === "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL")
        return undefined;
      if (tries === 0) throw error;
      await sleep(100);
    }
}
