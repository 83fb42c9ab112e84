// What goes by itself: the oldest messages of a mailbox that gets full, old mail, addresses that nobody uses.
import assert from "node:assert/strict";
import { type Account, messages, newAccount, openMailbox } from "./mailbox.ts";
import { encryptedMessage, newPublicKey } from "./pgp-message.ts";
import type { Relay } from "./relay.ts";
import { type Server, SmtpSession } from "./smtp-session.ts";

export function expiry(relay: () => Relay): void {
  let server: Server;
  let alice: Account;
  let bob: Account;

  /** The directory of an address. */
  const home = ({ address }: Account): string => `/home/vmail/mail/${server.name}/${address}`;

  before(async () => {
    server = await relay().server();
    [alice, bob] = [newAccount(server), newAccount(server)];
    for (const account of [alice, bob]) await (await openMailbox(server, account)).logout();
  });

  it("A delivery that fills a mailbox above 75 % takes its oldest messages away, but none of the last day", async () => {
    // The quota is 500 MB; Dovecot counts what file names say.
    const file = (hours: number, kilobytes: number): string =>
      `"${home(bob)}/cur/$(($(date +%s) - ${hours * 3600})).M${hours}P1.relay,S=$((${kilobytes} * 1024)),W=1:2,S"`;
    const files = [file(50, 20_000), file(49, 20_000), file(48, 20_000), file(23, 323_990)];
    await relay().host.must(`runuser -u vmail -- touch ${files.join(" ")} && rm -f ${home(bob)}/maildirsize`);
    const message = await encryptedMessage(
      { from: alice.address, to: bob.address },
      await newPublicKey(bob.address),
      "x".repeat(50_000),
    );
    const session = await SmtpSession.login(server, 465, alice.address, alice.password);
    assert.equal((await session.send(alice.address, [bob.address], message)).code, 250);
    await session.quit();
    await relay().host.must(
      `for try in $(seq 100); do journalctl --identifier=quota-expire | grep -F 'removed 2 message(s) from ${bob.address}' && exit; sleep 0.1; done; exit 1`,
    );
    const left = await relay().host.must(`ls ${home(bob)}/cur ${home(bob)}/new`);
    assert.deepEqual(
      [...left.matchAll(/M(50|49|48|23)P1/g)].map(([, hours]) => hours),
      ["48", "23"],
    );
    await relay().host.must(`rm ${home(bob)}/cur/*P1.relay*`);
    assert.equal((await messages(server, bob)).length, 1);
  });

  it("What the timer starts at night removes old mail and unused addresses, and the report counts the others", async () => {
    const gone = newAccount(server);
    await (await openMailbox(server, gone)).logout();
    await relay().host.must(`set -e
      touch --date='95 days ago' ${home(gone)}/password
      runuser -u vmail -- touch --date='30 days ago' ${home(bob)}/cur/old:2,S
      systemctl start chatmail-expire
      test ! -e ${home(gone)}
      test ! -e ${home(bob)}/cur/old:2,S
      systemctl start chatmail-fsreport`);
    assert.equal((await messages(server, bob)).length, 1);
    const accounts = await relay().host.must(`ls -d /home/vmail/mail/${server.name}/*/password | wc -l`);
    const report = await relay().host.must("cat /var/lib/chatmail-fsreport/fsreport.prom");
    assert.match(report, new RegExp(`^chatmail_accounts\\{kind="all"\\} ${accounts.trim()}$`, "m"));
    await relay().host.must("systemctl is-active chatmail-expire.timer chatmail-fsreport.timer");
    const exposure = await relay().host.must(
      "systemd-analyze security chatmail-expire chatmail-fsreport --no-pager | grep Overall",
    );
    assert.match(exposure, /^(.* (OK|SAFE) .*\n){2}$/);
  });
}
