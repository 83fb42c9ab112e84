import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { splitQuoted, tabEscape, tabUnescape } from "../../../roles/chatmaild/daemons/lib/dict/escape.ts";
import {
  type DictHandler,
  type DictServer,
  startDictServer,
} from "../../../roles/chatmaild/daemons/lib/dict/server.ts";
import { Talk } from "./talk.ts";

describe("the dict protocol server", () => {
  let directory: string;
  let server: DictServer;
  let handler: DictHandler;
  let log: string[];
  let path: string;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "dict-"));
    path = join(directory, "socket");
    log = [];
    handler = (request) =>
      request.kind === "lookup" ? { kind: "value", value: request.key } : { kind: "silent" };
    server = await startDictServer({
      listen: { path },
      handlerFor: () => (request) => handler(request),
      log: (text) => log.push(text),
    });
  });

  afterEach(async () => {
    await server.close(100);
    rmSync(directory, { recursive: true });
  });

  it("answers nothing to a greeting, logs nothing, and answers look-ups in their order", async () => {
    const talk = new Talk({ path });
    handler = (request) => {
      if (request.kind !== "lookup") return { kind: "silent" };
      const reply = { kind: "value", value: request.key } as const;
      return request.key === "slow" ? new Promise((resolve) => setTimeout(resolve, 30, reply)) : reply;
    };
    talk.send("H3\t2\t0\t\tauth\nLslow\tu\nLquick\tu\nLquick\n");
    assert.equal(await talk.until(/Oquick\nOquick\n/), "Oslow\nOquick\nOquick\n");
    assert.deepEqual(log, []);
    talk.end();
  });

  it("takes away the outer layer of escapes and puts it on its answers", async () => {
    const talk = new Talk({ path });
    talk.send("La\u0001tb\u0001nc\u00011\tu\n");
    assert.equal(await talk.until(/\n/), "Oa\u0001tb\u0001nc\u00011\n");
    talk.end();
  });

  it("takes a request in any pieces", async () => {
    const talk = new Talk({ path });
    for (const byte of Buffer.from("Lkäy\tu\n")) {
      talk.send(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(Buffer.from(await talk.until(/\n/), "latin1").toString(), "Okäy\n");
    talk.end();
  });

  it("ends an iteration with an empty line, also when there is nothing", async () => {
    handler = ({ kind }) => ({ kind: "keys", keys: kind === "iterate" ? ["shared/userdb/a"] : [] });
    const talk = new Talk({ path });
    talk.send("I0\t0\tshared/userdb/\nX\n");
    assert.equal(await talk.until(/\n\n\n/), "Oshared/userdb/a\t\n\n\n");
    talk.end();
  });

  it("passes transactions on with their numbers", async () => {
    const seen: unknown[] = [];
    handler = (request) => {
      seen.push(request);
      return request.kind === "commit" ? { kind: "done" } : { kind: "silent" };
    };
    const talk = new Talk({ path });
    talk.send("B1\tuser\nS1\tpriv/x\tvalue\nC1\n");
    assert.equal(await talk.until(/\n/), "O\n");
    assert.deepEqual(seen, [
      { kind: "begin", id: "1", user: "user" },
      { kind: "set", id: "1", key: "priv/x", value: "value" },
      { kind: "commit", id: "1" },
    ]);
    talk.end();
  });

  it("logs an unknown command and goes on", async () => {
    const talk = new Talk({ path });
    talk.send("Zwhat\nLok\n");
    assert.equal(await talk.until(/Ook\n/), "Ook\n");
    assert.equal(log.length, 1);
    talk.end();
  });

  it("answers a failing look-up with F and goes on", async () => {
    handler = (request) => {
      if (request.kind === "lookup" && request.key === "bad") throw new Error("disk");
      return { kind: "done" };
    };
    const talk = new Talk({ path });
    talk.send("Lbad\nLok\nL\xff\xfe\n");
    assert.equal(await talk.until(/F\n.*\n.*\n/), "F\nO\nF\n");
    talk.end();
  });

  it("ends the connection at an empty line or at the end of input, after the answers", async () => {
    const talk = new Talk({ path });
    talk.send("La\n\nLb\n");
    assert.equal(await talk.untilClosed(), "Oa\n");
    handler = () => new Promise((resolve) => setTimeout(resolve, 20, { kind: "done" }));
    const other = new Talk({ path });
    other.socket.end("La\n");
    assert.equal(await other.untilClosed(), "O\n");
  });

  it("drops a peer with an endless line and serves the others", async () => {
    const broken = new Talk({ path });
    const good = new Talk({ path });
    broken.send("L".repeat(200_000));
    await broken.untilClosed();
    good.send("La\n");
    assert.equal(await good.until(/\n/), "Oa\n");
    good.end();
  });

  it("finishes open look-ups when it is closed", async () => {
    handler = () => new Promise((resolve) => setTimeout(resolve, 50, { kind: "done" }));
    const talk = new Talk({ path });
    talk.send("La\n");
    await new Promise((resolve) => setTimeout(resolve, 10));
    await server.close(1000);
    assert.equal(await talk.untilClosed(), "O\n");
  });
});

describe("the escapes of the dict protocol", () => {
  it("come back from any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => tabUnescape(tabEscape(text)) === text));
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => !/[\t\r\n\0]/.test(tabEscape(text))));
  });

  it("split at unescaped quotes only", () => {
    const quote = (text: string): string => text.replace(/["'\\]/g, "\\$&");
    fc.assert(
      fc.property(fc.string(), fc.string(), (password, user) => {
        assert.deepEqual(splitQuoted(`${quote(password)}"${quote(user)}`), [password, user]);
      }),
    );
  });
});
