// What users may send: encrypted, as themselves; and what of it arrives.
import assert from "node:assert/strict";
import { ELSEWHERE } from "./elsewhere.ts";
import { type Account, messages, newAccount, openMailbox } from "./mailbox.ts";
import { cleartextMessage, encryptedMessage, newPublicKey } from "./pgp-message.ts";
import type { Relay } from "./relay.ts";
import { type Server, SmtpSession } from "./smtp-session.ts";

export function sending(relay: () => Relay): void {
  let server: Server;
  let alice: Account;
  let bob: Account;
  let bobsKey: string;

  before(async () => {
    server = await relay().server();
  });

  beforeEach(async () => {
    [alice, bob] = [newAccount(server), newAccount(server)];
    bobsKey = await newPublicKey(bob.address);
    await (await openMailbox(server, bob)).logout();
  });

  const envelope = () => ({ from: alice.address, to: bob.address });

  for (const port of [465, 587] as const) {
    it(`Encrypted mail sent by port ${port} arrives byte for byte, but for the header clean-up`, async () => {
      const kept = await encryptedMessage(envelope(), bobsKey, ".\n..\nfrom here\n.");
      const telling = [
        "Received: from [203.0.113.7] (port=4711) by laptop.example; Thu, 1 Jan 2026 00:00:00 +0000",
        "X-Originating-IP: [203.0.113.7]",
        "User-Agent: some\r\n\tagent 1.0",
        "X-Mailer: some mailer",
      ];
      const sent = `${telling.join("\r\n")}\r\n${kept.replace("Subject: [...]", "Subject: the\r\n secret plan")}`;
      const session = await SmtpSession.login(server, port, alice.address, alice.password);
      const reply = await session.send(alice.address, [bob.address], sent);
      await session.quit();
      assert.equal(reply.code, 250, reply.text);
      const [received] = await messages(server, bob);
      assert.equal(received, `Return-Path: <${alice.address}>\r\n${kept}`);
    });
  }

  it("All recipients of a message get it, the sender and one with a +detail too", async () => {
    const message = await encryptedMessage(envelope(), bobsKey, "to us all");
    const session = await SmtpSession.login(server, 465, alice.address, alice.password);
    const recipients = [bob.address, alice.address, bob.address.replace("@", "+detail@")];
    assert.equal((await session.send(alice.address, recipients, message)).code, 250);
    await session.quit();
    assert.equal((await messages(server, alice, 1)).length, 1);
    assert.equal((await messages(server, bob, 2)).length, 2);
  });

  it("An unencrypted message is refused at the end of DATA, and the next one on the connection is judged anew", async () => {
    const session = await SmtpSession.login(server, 465, alice.address, alice.password);
    const reply = await session.send(alice.address, [bob.address], cleartextMessage(envelope(), "hello"));
    assert.equal(reply.code, 523);
    assert.match(reply.text, /Encryption Needed: Invalid Unencrypted Mail/);
    const encrypted = await encryptedMessage(envelope(), bobsKey, "hello");
    assert.equal((await session.send(alice.address, [bob.address], encrypted)).code, 250);
    await session.quit();
    assert.equal((await messages(server, bob, 1)).length, 1);
  });

  it("MAIL FROM must be the login: 553 when the first recipient is named", async () => {
    const session = await SmtpSession.login(server, 587, alice.address, alice.password);
    for (const from of [bob.address, "someone@example.org", alice.address.replace("@", "+detail@")]) {
      assert.equal((await session.command(`MAIL FROM:<${from}>`)).code, 250);
      assert.equal((await session.command(`RCPT TO:<${bob.address}>`)).code, 553, from);
      await session.command("RSET");
    }
    assert.equal((await session.send("", [bob.address], "")).code, 500);
    await session.quit();
  });

  it("From: must be MAIL FROM: 500 at the end of DATA", async () => {
    const message = await encryptedMessage({ ...envelope(), from: bob.address }, bobsKey, "not from me");
    const session = await SmtpSession.login(server, 587, alice.address, alice.password);
    const reply = await session.send(alice.address, [bob.address], message);
    await session.quit();
    assert.equal(reply.code, 500);
    assert.match(reply.text, /Invalid FROM/);
  });

  it("Who sends too much at once is told to wait, and everybody else is not", async () => {
    const message = await encryptedMessage(envelope(), bobsKey, "again");
    const session = await SmtpSession.login(server, 465, alice.address, alice.password);
    const replies = [];
    for (let i = 0; i < 12; i++) {
      replies.push(await session.send(alice.address, [bob.address], message));
      await session.command("RSET");
    }
    await session.quit();
    assert.deepEqual(
      replies.slice(0, 10).map(({ code }) => code),
      Array(10).fill(250),
    );
    assert.equal(replies[11]?.code, 450);
    assert.match(replies[11]?.text ?? "", /4\.7\.1: Too much mail from/);
    const other = await SmtpSession.login(server, 465, bob.address, bob.password);
    const reply = await other.send(
      bob.address,
      [alice.address],
      await encryptedMessage({ from: bob.address, to: alice.address }, bobsKey, "hi"),
    );
    await other.quit();
    assert.equal(reply.code, 250);
  });

  it("A message that is too large is refused", async () => {
    const session = await SmtpSession.login(server, 465, alice.address, alice.password);
    const { text } = await session.command("EHLO client.example.org");
    assert.match(text, /SIZE 31457280/);
    const reply = await session.command(`MAIL FROM:<${alice.address}> SIZE=31457281`);
    await session.quit();
    assert.equal(reply.code, 552);
  });

  it("A line that ends without carriage return does not end a message early", async () => {
    const session = await SmtpSession.login(server, 465, alice.address, alice.password);
    const message = await encryptedMessage(envelope(), bobsKey, "first");
    const smuggled = `${message}\n.\nMAIL FROM:<${bob.address}>\r\nRCPT TO:<${bob.address}>\r\nDATA\r\n${message}`;
    const reply = await session.send(alice.address, [bob.address], smuggled);
    await session.quit();
    assert.equal(reply.code, 550, reply.text);
    assert.equal((await messages(server, bob, 0)).length, 0);
  });

  it("Mail for an address that does not exist comes back to its sender", async () => {
    const nobody = newAccount(server).address;
    const session = await SmtpSession.login(server, 465, alice.address, alice.password);
    const message = await encryptedMessage({ from: alice.address, to: nobody }, bobsKey, "anybody?");
    assert.equal((await session.send(alice.address, [nobody], message)).code, 250);
    await session.quit();
    const [bounce] = await messages(server, alice);
    assert.match(bounce ?? "", /multipart\/report[\s\S]*Status: 5\.1\.1/);
  });

  it("Mail for other relays is signed before it leaves", async () => {
    const to = `${alice.address.split("@")[0]}@${ELSEWHERE}`;
    const message = await encryptedMessage({ from: alice.address, to }, bobsKey, "signed");
    const session = await SmtpSession.login(server, 465, alice.address, alice.password);
    assert.equal((await session.send(alice.address, [to], message)).code, 250);
    await session.quit();
    const queue = (await relay().host.must("postqueue -j")).trim().split("\n");
    const waiting = queue.map((line) => JSON.parse(line) as Queued);
    const id = waiting.find(({ recipients }) => recipients.some(({ address }) => address === to))?.queue_id;
    assert.ok(id, "nobody there takes it, so it is in the queue");
    const sent = (await relay().host.must(`postcat -qhb ${id}; postsuper -d ${id} 2>/dev/null`)).replace(
      /\n/g,
      "\r\n",
    );
    const [, signature = "", rest] = /^DKIM-Signature:((?:.*\r\n[ \t])*.*)\r\n([\s\S]*)$/m.exec(sent) ?? [];
    assert.match(signature, new RegExp(`\\sd=${server.name.replaceAll(".", "\\.")};\\s`));
    assert.equal(rest, message);
  });

  it("A waiting client hears of a new message", async () => {
    const client = await openMailbox(server, bob);
    const idling = client.idle();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const told = new Promise<number>((resolve) => client.once("exists", () => resolve(Date.now())));
    const session = await SmtpSession.login(server, 465, alice.address, alice.password);
    const message = await encryptedMessage(envelope(), bobsKey, "ding");
    const start = Date.now();
    await session.send(alice.address, [bob.address], message);
    const took = (await told) - start;
    await session.quit();
    await client.logout();
    await idling.catch(() => {});
    console.log(`        after ${took} ms`);
  });

  it("The log has neither the client's address nor the subject", async () => {
    const session = await SmtpSession.login(server, 465, alice.address, alice.password);
    const message = await encryptedMessage(envelope(), bobsKey, "quiet");
    const sent = message.replace("Subject: [...]", "Subject: xylophone");
    assert.equal((await session.send(alice.address, [bob.address], sent)).code, 250);
    await assert.rejects(SmtpSession.login(server, 465, alice.address, "wrong xylophone"), /535/);
    await session.quit();
    await messages(server, bob);
    // Whoever counts clients ends, while the journal is busy.
    await relay().host.must(
      "for n in 1 2 3 4 5 6; do seq 500 | logger -t noise & done; systemctl reload postfix; wait; sleep 1",
    );
    const log = await relay().host.must("journalctl --boot --no-pager | grep -v ' sshd\\['");
    const client = relay().host.address.replace(/\.\d+$/, "\\.1(?!\\d)");
    const telling = new RegExp(`${client}|xylophone`);
    assert.equal(
      log.split("\n").find((line) => telling.test(line)),
      undefined,
    );
  });
}

/** Of what `postqueue -j` tells, postqueue(1). */
interface Queued {
  readonly queue_id: string;
  readonly recipients: readonly { readonly address: string }[];
}
