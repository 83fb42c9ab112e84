import assert from "node:assert/strict";
import {
  type Envelope,
  type MailServer,
  startMailServer,
} from "../../../roles/chatmaild/daemons/lib/smtp/server.ts";
import { smtp, Talk } from "./talk.ts";

describe("the SMTP dialogue of filtermail", () => {
  let server: MailServer;
  let talk: Talk;
  let received: (Envelope & { readonly data: string; readonly wellFramed: boolean })[];

  beforeEach(async () => {
    received = [];
    server = await startMailServer({
      port: 0,
      name: "relay.test",
      handler: {
        maxSize: 1000,
        sender: () => undefined,
        message: (envelope) => ({
          sink: () => undefined,
          end: async ({ chunks, wellFramed }) => {
            received.push({ ...envelope, data: Buffer.concat(chunks).toString("latin1"), wellFramed });
            return { code: 250, lines: ["2.0.0 Ok"] };
          },
        }),
      },
    });
    talk = await smtp(server.port);
  });

  afterEach(async () => {
    talk.end();
    await server.close(50);
  });

  it("greets at once", async () => {
    const started = performance.now();
    for (let i = 0; i < 10; i++) (await smtp(server.port)).end();
    assert.ok(performance.now() - started < 500, "smtp-server itself waits 100 ms for each");
  });

  it("announces 8BITMIME and nothing that it does not have; HELO works too", async () => {
    assert.equal(await talk.ask("EHLO client.test"), "250-relay.test\r\n250-PIPELINING\r\n250 8BITMIME");
    assert.match(await talk.ask("HELO client.test"), /^250 /);
  });

  it("takes addresses from the angle brackets, in lower case, and ignores parameters", async () => {
    await talk.ask(
      "MAIL FROM:<SRS0=Ab=CD=X.org=u+t@xn--bcher-kva.example> SIZE=99999999 BODY=8BITMIME RET=what SMTPUTF8=1 AUTH=<>",
    );
    await talk.ask("rcpt to: <U+Tag@_Relay.TEST> NOTIFY=SOMETIMES ORCPT=rfc822;a+0Ab X");
    await talk.ask("RCPT TO:<u@[1.2.3.4]>");
    await talk.ask("DATA");
    talk.send("x\r\n.\r\n");
    assert.match(await talk.reply(), /^250 /);
    assert.deepEqual(received[0], {
      mailFrom: "srs0=ab=cd=x.org=u+t@xn--bcher-kva.example",
      recipients: ["u+tag@_relay.test", "u@[1.2.3.4]"],
      eightBit: true,
      data: "x\r\n",
      wellFramed: true,
    });
  });

  it("accepts the null sender", async () => {
    assert.match(await talk.ask("MAIL FROM:<>"), /^250 /);
  });

  it("has RSET, NOOP, VRFY and QUIT, and several messages per connection", async () => {
    for (const command of ["NOOP", "RSET"]) assert.match(await talk.ask(command), /^250 /);
    assert.match(await talk.ask("VRFY x"), /^252 /);
    for (let i = 0; i < 3; i++) assert.match(await talk.mail("a@b", ["c@d"], "x\r\n"), /^250 /);
    await talk.ask("MAIL FROM:<a@b>");
    await talk.ask("RSET");
    assert.match(await talk.ask("RCPT TO:<c@d>"), /^503 /);
    assert.match(await talk.ask("QUIT"), /^221 /);
    await talk.untilClosed();
    assert.equal(received.length, 3);
  });

  it("answers 500 to what it does not know and to a sender that it cannot read", async () => {
    for (const command of [
      "FOO",
      "HELP",
      "WIZ",
      "AUTH PLAIN x",
      "STARTTLS",
      "MAIL FROM:a@b",
      "MAIL FROM <a@b>",
      "MAIL FROM:<a@b",
      "MAIL FROM:<a@\xe4>",
    ])
      assert.match(await talk.ask(command), /^500 /, command);
  });

  it("wants the commands in their order", async () => {
    assert.match(await talk.ask("RCPT TO:<a@b>"), /^503 /);
    assert.match(await talk.ask("DATA"), /^503 /);
    await talk.ask("MAIL FROM:<a@b>");
    assert.match(await talk.ask("MAIL FROM:<a@b>"), /^503 /);
    assert.match(await talk.ask("DATA"), /^503 /);
    assert.match(await talk.ask("RCPT TO:<>"), /^501 /);
  });

  it("closes when a command ends with a bare LF or has a CR inside", async () => {
    for (const command of ["NOOP\n", "NOOP\rNOOP\r\n", "NOOP\r\r\n", "x".repeat(5000)]) {
      const other = await smtp(server.port);
      other.send(command);
      assert.match(await other.untilClosed(), /^421 [^\n]*\n$/, JSON.stringify(command));
    }
  });

  it("ends a message at CRLF dot CRLF only and hands on the bytes as they came", async () => {
    const texts = [
      "x\r\n",
      ".x\r\n",
      "..\r\n",
      "a\r\n..b\r\n",
      "a\n.\nb\r\n",
      "a\n.\r\nb\r\n",
      "a\r\n.\nb\r\n",
      "a\r.\r\n",
      "a\r\n.\rb\r\n",
      "\xff\0\r\n",
      "",
    ];
    for (const text of texts) {
      assert.match(await talk.mail("a@b", ["c@d"], text), /^250 /);
      assert.equal(received.at(-1)?.data, text);
    }
    assert.deepEqual(
      received.map(({ wellFramed }) => wellFramed),
      [true, true, true, true, false, false, false, false, false, true, false],
    );
  });

  it("finds the end of a message and the next command in whatever pieces they come", async () => {
    const stream =
      "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\na\r\n..\r\n.\r\nNOOP\r\nMAIL FROM:<e@f>\r\nRCPT TO:<c@d>\r\nDATA\r\n.\r\nNOOP\r\n";
    for (const size of [1, 2, 3, 5, 7, stream.length]) {
      received = [];
      const other = await smtp(server.port);
      for (let from = 0; from < stream.length; from += size) {
        other.send(stream.slice(from, from + size));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await other.until(/(250[\s\S]*){8}\n/);
      assert.deepEqual(
        received.map(({ mailFrom, data, wellFramed }) => [mailFrom, data, wellFramed]),
        [
          ["a@b", "a\r\n..\r\n", true],
          ["e@f", "", false],
        ],
        `pieces of ${size}`,
      );
      other.end();
    }
  });

  it("does not keep a message that is too large", async () => {
    await talk.mail("a@b", ["c@d"], `${"x".repeat(998)}\r\n${"y".repeat(998)}\r\n`);
    assert.equal(received[0]?.data, "");
  });

  it("takes up to 1000 recipients and refuses more for now", async () => {
    await talk.ask("MAIL FROM:<a@b>");
    talk.send(Array.from({ length: 1000 }, (_, i) => `RCPT TO:<u${i}@d>\r\n`).join(""));
    for (let i = 0; i < 1000; i++) assert.match(await talk.reply(), /^250 /);
    assert.match(await talk.ask("RCPT TO:<one@more>"), /^452 /);
  });

  it("survives clients that go away at any moment", async () => {
    for (const text of [
      "",
      "MAIL FROM:<a@b>\r\n",
      "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nhello",
      "\0\xff\r\n",
    ]) {
      const other = new Talk({ port: server.port, host: "127.0.0.1" });
      await other.reply();
      other.send(`EHLO x\r\n${text}`);
      await other.reply();
      other.end();
    }
    assert.match(await talk.mail("a@b", ["c@d"], "x\r\n"), /^250 /);
    assert.equal(received.length, 1);
  });
});
