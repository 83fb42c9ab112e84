import assert from "node:assert/strict";
import { ALICE, armored, armorOf, BOB, pgpMime } from "./messages.ts";
import { type Relay, relay } from "./relay.ts";
import { type NextHopScript, smtp } from "./talk.ts";

describe("filtermail and the Postfix behind it", () => {
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

  const refusals: Readonly<Record<string, readonly [NextHopScript, string]>> = {
    "a refusal of the message": [
      { reply: (command) => (command === "message" ? "550 5.7.1 no" : undefined) },
      "550 5.7.1 no",
    ],
    "a temporary refusal of the message": [
      { reply: (command) => (command === "message" ? "451 4.3.0 later" : undefined) },
      "451 4.3.0 later",
    ],
    "a refusal in several lines": [
      { reply: (command) => (command === "message" ? "554-5.7.1 a\r\n554 5.7.1 b" : undefined) },
      "554-5.7.1 a\r\n554 5.7.1 b",
    ],
    "a refused sender": [
      { reply: (command) => (/^MAIL/.test(command) ? "553 5.1.8 who" : undefined) },
      "553 5.1.8 who",
    ],
    "a sender refused for now, whereupon Postfix knows of no sender": [
      {
        reply: (command) =>
          /^MAIL/.test(command)
            ? "452 4.3.1 Insufficient system storage"
            : /^RCPT/.test(command)
              ? "503 5.5.1 Error: need MAIL command"
              : undefined,
      },
      "452 4.3.1 Insufficient system storage",
    ],
    "a recipient refused among several": [
      { reply: (command) => (/<x@/.test(command) ? "550 5.1.1 <x@other.test> unknown" : undefined) },
      "550 5.1.1 <x@other.test> unknown",
    ],
    "a lasting refusal before a temporary one": [
      {
        reply: (command) =>
          /<x@/.test(command) ? "550 5.1.1 x" : /^RCPT/.test(command) ? "450 4.2.1 b" : undefined,
      },
      "550 5.1.1 x",
    ],
    "a refused DATA": [
      { reply: (command) => (command === "DATA" ? "452 4.3.1 full" : undefined) },
      "452 4.3.1 full",
    ],
    "a refusing greeting": [
      { reply: (command) => (command === "greeting" ? "450 4.3.2 busy" : undefined) },
      "450 4.3.2 busy",
    ],
  };
  for (const [what, [script, expected]] of Object.entries(refusals))
    for (const hello of ["250-next\r\n250 8BITMIME", "250-next\r\n250-PIPELINING\r\n250 8BITMIME"])
      it(`passes ${what} on unchanged${hello.includes("PIPE") ? ", with pipelining" : ""}`, async () => {
        const { talk, postfix } = await start({ ...script, hello });
        assert.equal(await talk.mail(ALICE, [BOB, "x@other.test"], pgpMime({ data })), expected);
        assert.equal(postfix.delivered.length, 0);
        assert.match(await talk.ask("NOOP"), /^250 /);
      });

  for (const at of ["greeting", "EHLO relay.test", `MAIL FROM:<${ALICE}>`, "DATA", "message"])
    for (const what of ["close", "hang"] as const)
      it(`answers 451 when Postfix ${what === "close" ? "goes away" : "is silent"} at ${at}`, async () => {
        const { talk } = await start({ reply: (command) => (command === at ? what : undefined) });
        assert.match(await talk.mail(ALICE, [BOB], pgpMime({ data })), /^451 /);
        assert.match(await talk.ask("NOOP"), /^250 /);
      });

  it("answers 452 to a message for which there is no room, and to no other", async () => {
    it_ = await relay("outgoing", {}, 100, 20_000);
    const large = pgpMime({
      data: armorOf(Buffer.concat([Buffer.from([0xd2, 0xff, 0, 0, 80, 0]), Buffer.alloc(80 * 256)])),
    });
    assert.match(await it_.talk.mail(ALICE, [BOB], large), /^452 4.3.1 /);
    assert.match(await it_.talk.mail(ALICE, [BOB], pgpMime({ data })), /^250 /);
    assert.equal(it_.postfix.delivered.length, 1);
    const other = await smtp(it_.server.port);
    for (const talk of [it_.talk, other]) {
      await talk.ask(`MAIL FROM:<${ALICE}>`);
      await talk.ask(`RCPT TO:<${BOB}>`);
      await talk.ask("DATA");
    }
    it_.talk.send(large.subarray(0, 18_000));
    await new Promise((resolve) => setTimeout(resolve, 50));
    other.send(Buffer.concat([pgpMime({ data, header: [`X: ${"x".repeat(4000)}`] }), Buffer.from(".\r\n")]));
    assert.match(await other.reply(), /^452 /);
    it_.talk.end();
    assert.match(await other.mail(ALICE, [BOB], pgpMime({ data })), /^250 /);
    other.end();
  });

  it("uses a connection for several messages, and a new one when Postfix has ended it", async () => {
    const { talk, postfix } = await start();
    const send = (): Promise<string> => talk.mail(ALICE, [BOB], pgpMime({ data }));
    for (let n = 0; n < 3; n++) assert.match(await send(), /^250 /);
    assert.equal(postfix.connections(), 1);
    postfix.hangUp();
    assert.match(await send(), /^250 /);
    postfix.hangUp();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.match(await send(), /^250 /);
    assert.equal(postfix.connections(), 3);
    assert.equal(postfix.delivered.length, 5);
  });

  for (const at of [`MAIL FROM:<${ALICE}>`, `RCPT TO:<${BOB}>`, "DATA"])
    for (const what of ["421 4.3.2 going", "close"] as const)
      it(`begins anew when a connection that was used before ends with ${what} at ${at}`, async () => {
        let times = 0;
        const { talk, postfix } = await start({
          reply: (command) => (command === at && ++times === 2 ? what : undefined),
        });
        for (let n = 0; n < 2; n++) assert.match(await talk.mail(ALICE, [BOB], pgpMime({ data })), /^250 /);
        assert.equal(postfix.connections(), 2);
        assert.equal(postfix.delivered.length, 2);
      });

  it("does not send a message again that Postfix may have, nor use a connection on which it refused one", async () => {
    const answers = ["250 2.0.0 Ok", "close", "250 2.0.0 Ok", "550 5.7.1 no", "250 2.0.0 Ok"];
    const { talk, postfix } = await start({
      reply: (command) => (command === "message" ? answers.shift() : undefined),
    });
    const replies = [];
    for (let n = 0; n < 5; n++) replies.push((await talk.mail(ALICE, [BOB], pgpMime({ data }))).slice(0, 3));
    assert.deepEqual(replies, ["250", "451", "250", "550", "250"]);
    assert.equal(postfix.connections(), 3);
  });

  it("answers 451 when there is no Postfix, or something that is none", async () => {
    const { talk, postfix } = await start({
      reply: (command) => (command === "greeting" ? "hello" : undefined),
    });
    assert.match(await talk.mail(ALICE, [BOB], pgpMime({ data })), /^451 /);
    await postfix.close();
    assert.match(await talk.mail(ALICE, [BOB], pgpMime({ data })), /^451 /);
  });

  it("answers 451 to a success that Postfix gives before it has the message", async () => {
    const { talk } = await start({
      reply: (command) => (command === "DATA" ? "354 go\r\n250 2.0.0 Ok" : undefined),
    });
    assert.match(
      await talk.mail(ALICE, [BOB], Buffer.concat([pgpMime({ data, header: [`X: ${"y".repeat(60_000)}`] })])),
      /^451 /,
    );
  });

  it("does not let a slow next hop of one message hold up another", async () => {
    const { talk, server } = await start({
      reply: (command) => (/<slow@/.test(command) ? "hang" : undefined),
    });
    const slow = talk.mail(ALICE, ["slow@other.test"], pgpMime({ data }));
    const other = await smtp(server.port);
    assert.match(await other.mail(ALICE, [BOB], pgpMime({ data })), /^250 /);
    other.end();
    assert.match(await slow, /^451 /);
  });

  it("finishes a message in flight when it is closed, and takes no new connection", async () => {
    let arrived: () => void = () => undefined;
    const atPostfix = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { talk, server } = await start({
      reply: (command) => (command === "message" ? "hang" : undefined),
      onMessage: (send) => {
        arrived();
        setTimeout(() => send("250 2.0.0 Ok: late"), 100);
      },
    });
    const idle = await smtp(server.port);
    const answer = talk.mail(ALICE, [BOB], pgpMime({ data }));
    await atPostfix;
    const closed = server.close(2000);
    assert.match(await idle.untilClosed(), /^421 /);
    assert.equal(await answer, "250 2.0.0 Ok: late");
    talk.end();
    await closed;
    await assert.rejects(smtp(server.port));
  });
});
