// The HTTP front of doveauth, over a socket. Whatever is sent: what is answered is HTTP, nothing is made but accounts of
// well-formed addresses, no password is logged, and others are served.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHttpFront } from "../../../roles/chatmaild/daemons/lib/auth/http-front.ts";
import { accountsOf } from "../../../roles/chatmaild/daemons/lib/auth/policy.ts";
import { parseConfig } from "../../../roles/chatmaild/daemons/lib/config.ts";
import { usersOf } from "../../../roles/chatmaild/daemons/lib/users.ts";
import { Talk } from "../../unit/daemons/talk.ts";
import { pieces, type Target } from "../target.ts";

const request = (body: string, line = "POST /create HTTP/1.1"): string =>
  `${line}\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(body, "latin1")}\r\n\r\n${body}`;
const BODY = "alice1234@relay.test\tcorrect horse";
const CORPUS = [
  request(BODY),
  request(BODY) + request(BODY),
  request(BODY, "GET /create HTTP/1.1"),
  request(BODY, "POST /create?x HTTP/1.0"),
  "POST /create HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n22\r\nalice1234@relay.test\tcorrect horse\r\n0\r\n\r\n",
  "POST /create HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\na\tb",
];
const TOKENS = [
  ...["\t", "\r\n", "\0", "@relay.test", "../", "/", "@", "\xff", "\xc3\xa4", "%09", "x".repeat(600)],
  ...["Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "Upgrade: h2c\r\n"],
  ...[
    "0\r\n\r\n",
    "ffffffff\r\n",
    "HTTP/2.0",
    "PUT",
    "CONNECT ",
    "/create",
    "password",
    "enforceE2EEincoming",
  ],
];
const STATUSES = [100, 200, 400, 403, 404, 405, 408, 411, 413, 417, 431];

export async function createTarget(): Promise<Target> {
  const directory = mkdtempSync(join(tmpdir(), "fuzz-create-"));
  const mailboxes = join(directory, "mail");
  mkdirSync(mailboxes);
  const config = parseConfig(`[params]\nmail_domain = relay.test\nmailboxes_dir = ${mailboxes}\n`);
  const log = (line: string): void => assert.ok(!line.includes("horse"), "a password is in the log");
  const machine = { load1m: () => 0, availableMemory: async () => 2 ** 40, freeDisk: async () => 2 ** 40 };
  const accounts = accountsOf({
    config,
    users: usersOf(config),
    hash: async (password) => `{PLAIN}${password}`,
    machine,
    log,
    noCreateFile: join(directory, "none"),
  });
  const isPasswordOf = async (hash: string, password: string): Promise<boolean> =>
    hash === `{PLAIN}${password}`;
  const front = await startHttpFront(0, { accounts, isPasswordOf, log });
  const open = (): Talk => new Talk({ port: front.port, host: "127.0.0.1" });
  return {
    name: "create",
    corpus: CORPUS.map((text) => Buffer.from(text, "latin1")),
    tokens: TOKENS,
    check: async (input, random) => {
      const talk = open();
      for (const piece of pieces(input, random).slice(0, 50)) talk.send(piece);
      talk.socket.end();
      for (const [, status] of (await talk.untilClosed()).matchAll(/^HTTP\/1\.1 ([0-9]{3}) /gm))
        assert.ok(STATUSES.includes(Number(status)), `status ${status}`);
      const other = open();
      other.send(request("bob123456@relay.test\tcorrect horse"));
      assert.match(await other.until(/\r\n\r\n/), /^HTTP\/1\.1 200 /);
      other.end();
      for (const name of readdirSync(mailboxes)) {
        assert.match(name, /^[a-z0-9._-]{9}@relay\.test$/);
        rmSync(join(mailboxes, name), { recursive: true });
      }
      assert.deepEqual(readdirSync(directory), ["mail"]);
    },
    end: async () => {
      await front.close(100);
      rmSync(directory, { recursive: true });
    },
  };
}
