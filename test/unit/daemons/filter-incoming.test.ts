import assert from "node:assert/strict";
import { armored, BOB, clearMessage, lines, pgpMime } from "./messages.ts";
import { type Relay, relay, UNENCRYPTED } from "./relay.ts";
import type { NextHopScript } from "./talk.ts";

describe("filtermail incoming", () => {
  const STRANGER = "x@other.test";
  let it_: Relay;
  let data: string;
  const start = async (script?: NextHopScript): Promise<Relay> => {
    it_ = await relay("incoming", script);
    it_.mark(BOB, "enforceE2EEincoming");
    it_.mark("old123456@relay.test");
    return it_;
  };
  before(async () => {
    data = await armored();
  });
  afterEach(() => it_.end());

  it("lets encrypted mail through to everybody", async () => {
    const { talk, postfix, log } = await start();
    assert.match(await talk.mail(STRANGER, [BOB], pgpMime({ data, from: STRANGER })), /^250 /);
    assert.equal(postfix.delivered[0]?.commands[0], `MAIL FROM:<${STRANGER}>`);
    assert.deepEqual(log, ["Incoming: Filtering encrypted mail."]);
  });

  it("makes the sender null when it is not the From address", async () => {
    const { talk, postfix } = await start();
    for (const sender of ["", "SRS0=HHH=TT=o.test=x@f.test"])
      assert.match(await talk.mail(sender, [BOB], pgpMime({ data, from: STRANGER })), /^250 /);
    assert.deepEqual(
      postfix.delivered.map(({ commands }) => commands[0]),
      ["MAIL FROM:<>", "MAIL FROM:<>"],
    );
  });

  it("refuses cleartext to those who want none, for all recipients", async () => {
    const { talk, log } = await start();
    const message = clearMessage(STRANGER);
    assert.equal(await talk.mail(STRANGER, [BOB], message), UNENCRYPTED);
    assert.equal(await talk.mail(STRANGER, ["old123456@relay.test", BOB], message), UNENCRYPTED);
    assert.match(await talk.mail(STRANGER, ["old123456@relay.test"], message), /^250 /);
    assert.match(await talk.mail(STRANGER, ["unknown12@relay.test"], message), /^250 /);
    assert.equal(log[0], "Incoming: Filtering unencrypted mail.");
  });

  it("takes every other spelling of an address for one that wants no cleartext", async () => {
    const { talk } = await start();
    const [name] = BOB.split("@");
    for (const address of [
      `${name}+x@relay.test`,
      `"${name}"@relay.test`,
      `@a.test:${BOB}`,
      `a/b@relay.test`,
      "a@b@relay.test",
      `${name}%relay.test@relay.test`,
      name ?? "",
    ])
      assert.equal(await talk.mail(STRANGER, [address], clearMessage(STRANGER)), UNENCRYPTED, address);
  });

  it("lets a bounce in the clear through, and only a bounce", async () => {
    const { talk, log } = await start();
    const bounce = lines(
      "From: Mail Delivery System <MAILER-DAEMON@other.test>",
      "Auto-Submitted: auto-replied",
      "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
      "",
      "--b",
      "",
      "failed",
      "--b--",
    );
    assert.match(await talk.mail("", [BOB], bounce), /^250 /);
    assert.match(
      log.at(-1) ?? "",
      /^Incoming: Filtering mailer-daemon message from mailer-daemon@other.test/,
    );
    for (const [from, to] of [
      ["MAILER-DAEMON@", "postmaster@"],
      ["Auto-Submitted: auto-replied", "Auto-Submitted:"],
      ["multipart/report", "multipart/mixed"],
    ] as const)
      assert.equal(await talk.mail("", [BOB], bounce.replace(from, to)), UNENCRYPTED, to);
  });

  it("drops disabled recipients, and the message when none is left", async () => {
    const { talk, postfix, mark } = await start();
    mark(BOB, "DISABLED");
    const message = pgpMime({ data, from: STRANGER });
    assert.match(await talk.mail(STRANGER, [BOB], message), /^250 /);
    assert.equal(postfix.delivered.length, 0);
    assert.match(await talk.mail(STRANGER, [BOB, "old123456@relay.test"], message), /^250 /);
    assert.deepEqual(postfix.delivered[0]?.commands.slice(1), ["RCPT TO:<old123456@relay.test>"]);
  });

  it("passes cleartext on byte for byte to those who take it", async () => {
    const { talk, postfix } = await start();
    const body = `..\r\n.. x\r\n.y\r\n${"long ".repeat(40_000)}\r\n\xff\0\x01\r\n\r\n`;
    const message = Buffer.from(`From: ${STRANGER}\r\n\r\n${body}`, "latin1");
    assert.match(await talk.mail(STRANGER, ["old123456@relay.test"], message), /^552 /);
    const shorter = message.toString("latin1").replace("long ".repeat(40_000), "long ".repeat(30_000));
    assert.match(
      await talk.mail(STRANGER, ["old123456@relay.test"], Buffer.from(shorter, "latin1")),
      /^250 /,
    );
    assert.equal(postfix.delivered[0]?.data, shorter);
  });

  it("has no rate limit", async () => {
    const { talk } = await start();
    for (let i = 0; i < 150; i++) {
      assert.match(await talk.ask(`MAIL FROM:<${STRANGER}>`), /^250 /);
      await talk.ask("RSET");
    }
  });
});
