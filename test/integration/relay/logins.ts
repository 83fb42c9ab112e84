// Accounts and logins: the first one creates the account, later ones need its password.
import assert from "node:assert/strict";
import { newAccount, openMailbox } from "./mailbox.ts";
import type { Relay } from "./relay.ts";
import { type Server, SmtpSession } from "./smtp-session.ts";

const REFUSED = /authentication failed/i;

export function logins(relay: () => Relay): void {
  let server: Server;
  before(async () => {
    server = await relay().server();
  });

  for (const port of [993, 143] as const) {
    it(`A first IMAP login on port ${port} creates the account, and only its password opens it again`, async () => {
      const account = newAccount(server);
      await (await openMailbox(server, account, port)).logout();
      await (await openMailbox(server, account, port)).logout();
      await assert.rejects(openMailbox(server, { ...account, password: "something else" }, port), REFUSED);
      await (await openMailbox(server, account, port)).logout();
    });
  }

  for (const port of [465, 587] as const) {
    it(`A first SMTP login on port ${port} creates the account, and only its password opens it again`, async () => {
      const { address, password } = newAccount(server);
      await (await SmtpSession.login(server, port, address, password)).quit();
      await (await SmtpSession.login(server, port, address, password)).quit();
      await assert.rejects(SmtpSession.login(server, port, address, "something else"), /: 535 /);
    });
  }

  it("Passwords may have quotes, backslashes and slashes", async () => {
    const account = { ...newAccount(server), password: `a"b'c\\d/e f%w` };
    await (await openMailbox(server, account)).logout();
    await assert.rejects(openMailbox(server, { ...account, password: `a"b'c\\d/e f%W` }), REFUSED);
    await (await SmtpSession.login(server, 465, account.address, account.password)).quit();
  });

  it("Ten first logins at once, by IMAP and SMTP, make one account that all of them are let into", async () => {
    const account = newAccount(server);
    const tries = Array.from({ length: 10 }, async (_, index) =>
      index % 2 === 0
        ? (await openMailbox(server, account)).logout()
        : (await SmtpSession.login(server, 465, account.address, account.password)).quit(),
    );
    await Promise.all(tries);
  });

  it("Fifty new clients at once all get their account", async () => {
    const tries = Array.from({ length: 50 }, async () =>
      (await openMailbox(server, newAccount(server))).logout(),
    );
    await Promise.all(tries);
  });

  it("No account is made for a short password, a wrong length of name, a character outside the few, another domain", async () => {
    const { address, password } = newAccount(server);
    const bad = [
      { address, password: "short" },
      { address: `x${address}`, password },
      { address: address.replace("u", "+"), password },
      { address: address.replace(/@.*/, "@example.org"), password },
      { address: address.replace(/@.*/, ""), password },
    ];
    await Promise.all(bad.map((each) => assert.rejects(openMailbox(server, each), REFUSED, each.address)));
  });

  it("/etc/chatmail-nocreate stops creation, and only creation", async () => {
    const old = newAccount(server);
    await (await openMailbox(server, old)).logout();
    await relay().host.must("touch /etc/chatmail-nocreate");
    try {
      await assert.rejects(openMailbox(server, newAccount(server)), REFUSED);
      const { address, password } = newAccount(server);
      await assert.rejects(SmtpSession.login(server, 587, address, password), /: 535 /);
      await (await openMailbox(server, old)).logout();
    } finally {
      await relay().host.must("rm /etc/chatmail-nocreate");
    }
    await (await openMailbox(server, newAccount(server))).logout();
  });

  it("The day of the last login is the time of the password file, and no more than the day", async () => {
    const account = newAccount(server);
    await (await openMailbox(server, account)).logout();
    const file = `/home/vmail/mail/${server.name}/${account.address}/password`;
    await relay().host.must(["touch", "--date=2026-01-02T03:04:05Z", file]);
    await (await openMailbox(server, account)).logout();
    const today = "$(date --utc --date=00:00 +%s)";
    await relay().host.must(
      `for try in $(seq 50); do test $(stat --format=%Y ${file}) = ${today} && exit; sleep 0.1; done; exit 1`,
    );
  });

  it("A login while doveauth is down waits for it, and its password does not get into the log", async () => {
    const account = { ...newAccount(server), password: "Waiting-4-doveauth" };
    await relay().host.must("systemctl kill --signal=KILL doveauth.service");
    await (await openMailbox(server, account)).logout();
    const { status } = await relay().host.exec(`journalctl --no-pager | grep -F ${account.password}`);
    assert.equal(status, 1);
  });

  it("Nobody can log in without TLS", async () => {
    const session = await SmtpSession.open(server, 587);
    const { text } = await session.command("EHLO client.example.org");
    assert.doesNotMatch(text, /AUTH/);
    assert.equal((await session.authenticate("someone@example.org", "password")).code, 530);
    await session.quit();
  });

  it("Clients need not ask for what a chatmail relay is: IMAP tells", async () => {
    const client = await openMailbox(server, newAccount(server));
    for (const capability of ["XCHATMAIL", "XDELTAPUSH", "METADATA", "IDLE", "QUOTA", "MOVE", "CONDSTORE"]) {
      assert.ok(client.capabilities.has(capability), capability);
    }
    await client.logout();
  });
}
