// Mail from other relays: encrypted, signed by its author's domain, for the addresses of this one, and for nobody else.
import assert from "node:assert/strict";
import { ANOTHER, ELSEWHERE, signedBy } from "./elsewhere.ts";
import { type Account, messages, newAccount, openMailbox } from "./mailbox.ts";
import { cleartextMessage, encryptedMessage, newPublicKey } from "./pgp-message.ts";
import type { Relay } from "./relay.ts";
import { type Server, SmtpSession } from "./smtp-session.ts";

const STRANGER = `someone@${ELSEWHERE}`;

export function port25(relay: () => Relay): void {
  let server: Server;
  let session: SmtpSession;

  before(async () => {
    server = await relay().server();
  });

  beforeEach(async () => {
    session = await SmtpSession.open(server, 25);
  });

  afterEach(() => session.quit());

  async function greet(): Promise<void> {
    await session.startTls();
    await session.command("EHLO mail.elsewhere.example");
  }

  it("Nothing is taken without TLS", async () => {
    await session.command("EHLO mail.elsewhere.example");
    assert.equal((await session.command(`MAIL FROM:<${STRANGER}>`)).code, 530);
  });

  describe("A message for an account", () => {
    let account: Account;
    let envelope: { from: string; to: string };
    let encrypted: string;

    before(async () => {
      account = newAccount(server);
      await (await openMailbox(server, account)).logout();
      envelope = { from: STRANGER, to: account.address };
      encrypted = await encryptedMessage(envelope, await newPublicKey(account.address), "from afar");
    });

    beforeEach(greet);

    const refused: readonly [why: string, message: () => string, code: number, text: RegExp][] = [
      [
        "in the clear",
        () => signedBy(ELSEWHERE, cleartextMessage(envelope, "hello")),
        523,
        /Encryption Needed: Invalid Unencrypted Mail/,
      ],
      ["without a signature", () => encrypted, 554, /5\.7\.1 No valid DKIM signature found/],
      [
        "that another domain than its author's has signed",
        () => signedBy(ANOTHER, encrypted),
        554,
        /5\.7\.1 No valid DKIM signature found/,
      ],
      [
        "that was changed after it was signed",
        () => signedBy(ELSEWHERE, encrypted).replace("Subject: [...]", "Subject: other"),
        554,
        /5\.7\.1 No valid DKIM signature found/,
      ],
    ];
    for (const [why, message, code, text] of refused) {
      it(`${why} is refused with ${code}, and the next one on the connection is judged anew`, async () => {
        const reply = await session.send(STRANGER, [account.address], message());
        assert.equal(reply.code, code, reply.text);
        assert.match(reply.text, text);
        const next = await session.send(STRANGER, [account.address], signedBy(ELSEWHERE, encrypted));
        assert.equal(next.code, 250, next.text);
      });
    }

    it("that is encrypted and signed arrives byte for byte, but for the signature", async () => {
      const reply = await session.send(STRANGER, [account.address], signedBy(ELSEWHERE, encrypted));
      assert.equal(reply.code, 250, reply.text);
      const whole = `Return-Path: <${STRANGER}>\r\n${encrypted}`;
      assert.deepEqual(
        await messages(server, account, refused.length + 1),
        Array(refused.length + 1).fill(whole),
        "and of those before it only the ones that were accepted",
      );
    });
  });

  it("It is no open relay, in whatever way a recipient elsewhere is written", async () => {
    for (const from of [STRANGER, newAccount(server).address, ""]) {
      // A session of its own, since Postfix ends one with many errors.
      await session.quit();
      session = await SmtpSession.open(server, 25);
      await greet();
      await session.command(`MAIL FROM:<${from}>`);
      for (const to of [
        "victim@example.com",
        `victim%example.com@${server.name}`,
        `"victim@example.com"@${server.name}`,
        `@${server.name}:victim@example.com`,
        `example.com!victim@${server.name}`,
        "victim@[192.0.2.1]",
        "victim@example.com@localhost",
      ]) {
        const reply = await session.command(`RCPT TO:<${to}>`);
        assert.ok(reply.code === 554 || reply.code === 501, `${from} -> ${to}: ${reply.text}`);
      }
    }
  });

  it("Nobody can log in there", async () => {
    await greet();
    const { text } = await session.command("EHLO mail.elsewhere.example");
    assert.doesNotMatch(text, /AUTH/);
    assert.equal((await session.authenticate(newAccount(server).address, "some password")).code, 503);
  });

  it("VRFY and RCPT tell nothing about which addresses exist", async () => {
    const account = newAccount(server);
    await (await openMailbox(server, account)).logout();
    await greet();
    await session.command(`MAIL FROM:<${STRANGER}>`);
    for (const address of [account.address, newAccount(server).address]) {
      assert.equal((await session.command(`VRFY ${address}`)).text, `252 2.0.0 ${address}`);
      assert.equal((await session.command(`RCPT TO:<${address}>`)).code, 250);
    }
    assert.ok((await session.command(`EXPN ${account.address}`)).code >= 500);
  });
}
