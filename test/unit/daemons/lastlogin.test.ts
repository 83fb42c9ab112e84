import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lastLoginFront } from "../../../roles/chatmaild/daemons/lib/auth/last-login.ts";
import { type DictServer, startDictServer } from "../../../roles/chatmaild/daemons/lib/dict/server.ts";
import { usersOf } from "../../../roles/chatmaild/daemons/lib/users.ts";
import { Talk } from "./talk.ts";

const ALICE = "alice1234@relay.test";

describe("lastlogin", () => {
  let directory: string;
  let server: DictServer;
  let talk: Talk;
  let password: string;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "lastlogin-"));
    const mailboxes = join(directory, "mail");
    mkdirSync(join(mailboxes, ALICE), { recursive: true });
    password = join(mailboxes, ALICE, "password");
    writeFileSync(password, "{PLAIN}x");
    const users = usersOf({ mail_domain: "relay.test", mailboxes_dir: mailboxes });
    const path = join(directory, "socket");
    server = await startDictServer({
      listen: { path },
      handlerFor: () => lastLoginFront(users, () => undefined),
      log: () => undefined,
    });
    talk = new Talk({ path });
  });

  afterEach(async () => {
    talk.end();
    await server.close(50);
    rmSync(directory, { recursive: true });
  });

  it("keeps the UTC day of the login and nothing finer", async () => {
    talk.send(`H3\t2\t0\t\tx\nB1\t${ALICE}\nS1\tshared/last-login/${ALICE}\t1700000000\nC1\n`);
    assert.equal(await talk.until(/\n/), "O\n");
    assert.equal(statSync(password).mtime.toISOString(), "2023-11-14T00:00:00.000Z");
  });

  it("passes over users that it does not know", async () => {
    talk.send("B1\tx\nS1\tshared/last-login/nobody123@relay.test\t1700000000\nC1\n");
    assert.equal(await talk.until(/\n/), "O\n");
  });

  it("fails a transaction that sets anything else, and that one only", async () => {
    talk.send("B1\tx\nS1\tshared/other\t1\nC1\nB1\tx\nC1\nB2\tx\nS2\tshared/last-login/x\tsoon\nC2\n");
    assert.equal(await talk.until(/\n.*\n.*\n/), "F\nO\nF\n");
  });
});
