// A disk that is full, and a directory that is gone, while mail passes: what has been accepted is kept, nobody's account
// is given away, and all goes on by itself.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Account, messages, newAccount, openMailbox } from "./mailbox.ts";
import { setToken } from "./metadata.ts";
import { encryptedMessage, newPublicKey } from "./pgp-message.ts";
import type { Relay } from "./relay.ts";
import { type Server, SmtpSession } from "./smtp-session.ts";

const SPOOL = "/var/spool/postfix";
const SPOOL_USERS = "postfix dovecot opendkim";
const TEMPORARY = /Temporary authentication failure/;

export function disks(relay: () => Relay): void {
  const mailboxes = () => `/home/vmail/mail/${relay().domain}`;

  /** A file system in memory that can be made full, without taking memory for that. */
  const mount = (path: string, options: string) =>
    relay().host.must(`mount -t tmpfs -o size=2g,${options} tmpfs ${path}`);
  const fill = (path: string) =>
    relay().host.must(
      `mount -o remount,size=$(df --output=used -k ${path} | tail -n 1 | tr -d ' ')k ${path}`,
    );
  const makeRoom = (path: string) => relay().host.must(`mount -o remount,size=2g ${path}`);

  it("A full disk under the mailboxes delays messages and refuses what is new; afterwards all is there", async () => {
    const server = await relay().server();
    await mount(mailboxes(), "uid=vmail,gid=vmail,mode=0700");
    try {
      const { alice, bob, session } = await scene(server);
      const late = newAccount(server);
      await fill(mailboxes());
      await send(server, session, alice, bob);
      await assert.rejects(openMailbox(server, late));
      await assert.rejects(setToken(server, bob, "bobs-phone"));
      await makeRoom(mailboxes());
      assert.equal(await setToken(server, bob, "bobs-phone"), "bobs-phone");
      await (await openMailbox(server, late)).logout();
      await relay().host.must("postqueue -f");
      assert.equal((await messages(server, bob, 1)).length, 1);
    } finally {
      await relay().host.must(`umount --lazy ${mailboxes()}`);
    }
  });

  it("A full disk under the queue has clients keep their messages, until there is room", async () => {
    const server = await relay().server();
    const { alice, bob, session } = await scene(server);
    await session.quit();
    await relay().host.must(`systemctl stop ${SPOOL_USERS} && cp -a ${SPOOL} /tmp/spool`);
    await mount(SPOOL, "mode=0755");
    try {
      await relay().host.must(`cp -a /tmp/spool/. ${SPOOL} && systemctl start ${SPOOL_USERS}`);
      const again = await SmtpSession.login(server, 465, alice.address, alice.password);
      await send(server, again, alice, bob);
      await fill(SPOOL);
      await send(server, again, alice, bob, 452);
      await makeRoom(SPOOL);
      await send(server, again, alice, bob);
      await again.quit();
      assert.equal((await messages(server, bob, 2)).length, 2);
    } finally {
      await relay().host.must(
        `systemctl stop ${SPOOL_USERS}; umount ${SPOOL}; rm -r /tmp/spool; systemctl start ${SPOOL_USERS}`,
      );
    }
  });

  it("While the directory of mailboxes is gone no mail bounces and no address can be claimed; it may come back any time", async () => {
    const server = await relay().server();
    const { alice, bob, session } = await scene(server);
    const password = await relay().host.must(`cat ${mailboxes()}/${bob.address}/password`);
    await relay().host.must(`mv ${mailboxes()} ${mailboxes()}.away`);
    try {
      await send(server, session, alice, bob);
      await session.quit();
      await assert.rejects(openMailbox(server, bob), TEMPORARY);
      await assert.rejects(openMailbox(server, { ...bob, password: "another password" }), TEMPORARY);
      // At their start it is missing, too.
      await relay().host.must(
        "systemctl kill --signal=KILL doveauth.service chatmail-metadata.service filtermail",
      );
      await relay().host.must(`test ! -e ${mailboxes()}`);
    } finally {
      await relay().host.must(
        `sleep 2; rm -r ${mailboxes()}.away/pending_notifications; mv ${mailboxes()}.away ${mailboxes()}`,
      );
    }
    await relay().host.must("postqueue -f");
    assert.equal((await messages(server, bob, 1)).length, 1);
    assert.equal(await relay().host.must(`cat ${mailboxes()}/${bob.address}/password`), password);
    assert.equal(await setToken(server, bob, "bobs-phone"), "bobs-phone");
    const { status } = await relay().host.exec(`journalctl --boot --no-pager | grep -F '${bob.password}'`);
    assert.equal(status, 1, "a password is in the journal");
  });

  it("The directories of the daemons' sockets come back when somebody removes them", async () => {
    const server = await relay().server();
    const { bob, session } = await scene(server);
    await session.quit();
    await relay().host.must("rm -r /run/doveauth /run/chatmail-lastlogin /run/chatmail-metadata");
    let told: string | undefined;
    for (const end = Date.now() + 15_000; told === undefined && Date.now() < end; await sleep(200))
      told = await setToken(server, bob, "bobs-phone").catch(() => undefined);
    assert.equal(told, "bobs-phone");
  });
}

/** Two who have logged in, and one of them ready to send. */
async function scene(server: Server): Promise<{ alice: Account; bob: Account; session: SmtpSession }> {
  const [alice, bob] = [newAccount(server), newAccount(server)];
  await (await openMailbox(server, bob)).logout();
  return { alice, bob, session: await SmtpSession.login(server, 465, alice.address, alice.password) };
}

async function send(
  server: Server,
  session: SmtpSession,
  from: Account,
  to: Account,
  expected = 250,
): Promise<void> {
  const envelope = { from: from.address, to: to.address };
  const message = await encryptedMessage(envelope, await newPublicKey(to.address), `room at ${server.name}?`);
  const { code, text } = await session.send(from.address, [to.address], message);
  assert.equal(code, expected, text);
}
