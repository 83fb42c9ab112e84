import assert from "node:assert/strict";
import { ALICE, armored, BOB, clearMessage, lines, pgpMime, secureJoin } from "./messages.ts";
import { type Relay, relay, UNENCRYPTED } from "./relay.ts";
import type { NextHopScript } from "./talk.ts";

describe("filtermail outgoing", () => {
  let it_: Relay;
  let data: string;
  const start = async (script?: NextHopScript, burst?: number): Promise<Relay> => {
    it_ = await relay("outgoing", script, burst);
    return it_;
  };
  before(async () => {
    data = await armored();
  });
  afterEach(() => it_.end());

  it("hands an encrypted message on, byte for byte, and answers what Postfix answers", async () => {
    const { talk, postfix, log } = await start();
    const message = pgpMime({ data });
    assert.equal(await talk.mail(ALICE, [BOB, "x@other.test"], message), "250 2.0.0 Ok: queued as ABC");
    assert.deepEqual(postfix.delivered, [
      {
        commands: [`MAIL FROM:<${ALICE}>`, `RCPT TO:<${BOB}>`, "RCPT TO:<x@other.test>"],
        data: message.toString("latin1"),
      },
    ]);
    assert.deepEqual(log, ["Outgoing: Filtering encrypted mail."]);
  });

  it("lets a Secure-Join request through", async () => {
    const { talk } = await start();
    assert.match(await talk.mail(ALICE, [BOB], secureJoin()), /^250 /);
  });

  it("refuses cleartext, to local addresses too, with the text that operators know", async () => {
    const { talk, postfix, log } = await start();
    assert.equal(await talk.mail(ALICE, [BOB], clearMessage()), UNENCRYPTED);
    assert.equal(await talk.mail(ALICE, [ALICE], clearMessage()), UNENCRYPTED);
    assert.equal(postfix.delivered.length, 0);
    assert.deepEqual(log.slice(0, 2), [
      "Outgoing: Filtering unencrypted mail.",
      "Rejected unencrypted mail.",
    ]);
  });

  it("refuses cleartext read receipts", async () => {
    const { talk } = await start();
    const receipt = lines(
      `From: <${ALICE}>`,
      "Auto-Submitted: auto-replied",
      "Chat-Version: 1.0",
      "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
      "",
      "--b",
      "Content-Type: text/plain",
      "",
      "read",
      "--b--",
    );
    assert.equal(await talk.mail(ALICE, [BOB], receipt), UNENCRYPTED);
  });

  it("refuses a From that is not the sender's, is missing, or is more than one", async () => {
    const { talk } = await start();
    assert.equal(
      await talk.mail(ALICE, [BOB], pgpMime({ data, from: BOB })),
      `500 Invalid FROM <${BOB}> for <${ALICE}>`,
    );
    const message = pgpMime({ data }).toString("latin1");
    for (const from of [
      "X: y",
      "From: ",
      `From: <${ALICE}>, <${BOB}>`,
      `From: <${ALICE}>\r\nFrom: <${ALICE}>`,
      `From: <${ALICE}>\r\nfrom: <${BOB}>`,
    ])
      assert.match(await talk.mail(ALICE, [BOB], message.replace(/^From: .*/, from)), /^500 /, from);
  });

  it("compares From and recipients without regard to case", async () => {
    const { talk, postfix } = await start();
    assert.match(
      await talk.mail(
        ALICE.toUpperCase(),
        [BOB, BOB.toUpperCase()],
        pgpMime({ data, from: "Alice1234@Relay.TEST" }),
      ),
      /^250 /,
    );
    assert.deepEqual(postfix.delivered[0]?.commands, [`MAIL FROM:<${ALICE}>`, `RCPT TO:<${BOB}>`]);
  });

  it("refuses senders without exactly one @, and the null sender", async () => {
    const { talk } = await start();
    for (const sender of ["", "alice", "a@b@c"])
      assert.match(await talk.ask(`MAIL FROM:<${sender}>`), /^500 /, sender);
  });

  it("holds a sender back who sends too much, and that sender only", async () => {
    const { talk, log } = await start({}, 3);
    for (let i = 0; i < 3; i++) {
      assert.match(await talk.ask(`MAIL FROM:<${ALICE}>`), /^250 /);
      await talk.ask("RSET");
    }
    assert.equal(
      await talk.ask(`MAIL FROM:<${ALICE.toUpperCase()}>`),
      `450 4.7.1: Too much mail from ${ALICE}`,
    );
    assert.match(await talk.ask(`MAIL FROM:<${BOB}>`), /^250 /);
    assert.deepEqual(log, []);
  });

  it("refuses what is too large with 552 and goes on", async () => {
    const { talk } = await start();
    assert.match(await talk.mail(ALICE, [BOB], Buffer.from(`${"x".repeat(998)}\r\n`.repeat(250))), /^552 /);
    assert.match(await talk.mail(ALICE, [BOB], pgpMime({ data })), /^250 /);
  });

  it("refuses wrong framing with 500 and goes on", async () => {
    const { talk, postfix } = await start();
    const message = pgpMime({ data }).toString("latin1");
    for (const bent of [
      message.replace("\r\n\r\n", "\n\n"),
      message.replace("Version: 1", "Version: 1\r"),
      `${message}a\n.\nb\r\n`,
      `${message}a\r.\rb\r\n`,
    ])
      assert.match(await talk.mail(ALICE, [BOB], bent), /^500 /);
    assert.match(await talk.mail(ALICE, [BOB], ""), /^500 /);
    assert.equal(postfix.delivered.length, 0);
    assert.match(await talk.mail(ALICE, [BOB], message), /^250 /);
  });

  it("refuses a header that cannot be read", async () => {
    const { talk } = await start();
    assert.match(await talk.mail(ALICE, [BOB], lines("Hello", "")), /^500 /);
    assert.match(await talk.mail(ALICE, [BOB], lines(`From: <${ALICE}>`)), /^500 /);
  });

  it("lets an Autocrypt Setup Message through to oneself only", async () => {
    const { talk } = await start();
    const setup = lines(
      `From: <${ALICE}>`,
      "Subject: Autocrypt Setup Message",
      "Content-Type: multipart/mixed; boundary=b",
      "",
      "--b--",
    );
    assert.match(await talk.mail(ALICE, [ALICE], setup), /^250 /);
    assert.equal(await talk.mail(ALICE, [BOB], setup), UNENCRYPTED);
    assert.equal(await talk.mail(ALICE, [ALICE, BOB], setup), UNENCRYPTED);
    assert.equal(await talk.mail(ALICE, [ALICE], setup.replace("Message", "message")), UNENCRYPTED);
    assert.equal(await talk.mail(ALICE, [ALICE], setup.replace("mixed", "alternative")), UNENCRYPTED);
  });

  it("takes a message of a disabled sender and throws it away", async () => {
    const { talk, postfix, mark } = await start();
    mark(ALICE, "DISABLED");
    assert.match(await talk.mail(ALICE, [BOB], pgpMime({ data })), /^250 /);
    assert.equal(await talk.mail(ALICE, [BOB], clearMessage()), UNENCRYPTED);
    assert.equal(postfix.delivered.length, 0);
  });

  it("drops disabled recipients, and the message when none is left", async () => {
    const { talk, postfix, mark } = await start();
    mark(BOB, "DISABLED");
    assert.match(await talk.mail(ALICE, [BOB], pgpMime({ data })), /^250 /);
    assert.equal(postfix.delivered.length, 0);
    assert.match(await talk.mail(ALICE, [BOB, "x@other.test"], pgpMime({ data })), /^250 /);
    assert.deepEqual(postfix.delivered[0]?.commands.slice(1), ["RCPT TO:<x@other.test>"]);
  });

  it("passes dot-stuffed, 8-bit and long header lines on as they came, with BODY=8BITMIME", async () => {
    const { talk, postfix } = await start();
    const message = pgpMime({
      data,
      header: [`X-Long: ${"x".repeat(5000)}`, "X-8: \xff\xfe"],
      epilogue: "\r\n",
    })
      .toString("latin1")
      .replace("X-8", ".X-8");
    await talk.ask(`MAIL FROM:<${ALICE}> SIZE=1 BODY=8BITMIME`);
    await talk.ask(`RCPT TO:<${BOB}> NOTIFY=NEVER ORCPT=rfc822;x+0Ay`);
    await talk.ask("DATA");
    talk.send(Buffer.from(`${message}.\r\n`, "latin1"));
    assert.match(await talk.reply(), /^250 /);
    assert.equal(postfix.delivered[0]?.data, message);
    assert.equal(postfix.delivered[0]?.commands[0], `MAIL FROM:<${ALICE}> BODY=8BITMIME`);
  });
});
