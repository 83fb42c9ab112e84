import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, watch } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEventServer } from "../../../roles/chatmaild/daemons/lib/metadata/event-server.ts";
import {
  parseHibernation,
  ringIfChanged,
} from "../../../roles/chatmaild/daemons/lib/metadata/hibernation.ts";
import { usersOf } from "../../../roles/chatmaild/daemons/lib/users.ts";
import { freePort } from "./process.ts";

const ALICE = "alice1234@relay.test";
/** A client that was woken at 1000 and put to sleep at 1010. */
const event = { user: ALICE, mailbox: "INBOX", start: 1000, end: 1010 };

describe("a client that Dovecot has put to sleep", () => {
  let mailboxes: string;
  let home: string;

  const ring = (changes: Partial<typeof event> = {}, now = event.end): Promise<boolean> => {
    const users = usersOf({ mail_domain: "relay.test", mailboxes_dir: mailboxes });
    return ringIfChanged({ ...event, ...changes }, users, now);
  };
  const changed = (path: string, time: number): void => utimesSync(join(home, path), time, time);

  beforeEach(() => {
    mailboxes = mkdtempSync(join(tmpdir(), "hibernation-"));
    home = join(mailboxes, ALICE);
    for (const path of ["new", "cur", ".Delta.Chat/new", ".Delta.Chat/cur"]) {
      mkdirSync(join(home, path), { recursive: true });
      changed(path, 900);
    }
  });

  afterEach(() => rmSync(mailboxes, { recursive: true }));

  for (const path of ["new", "cur"])
    it(`is woken when ${path} has changed in the second before, by any time of it`, async () => {
      for (const time of [1009.001, 1009.5, 1009.999, 1010.5]) {
        changed(path, time);
        assert.ok(await ring(), String(time));
      }
    });

  it("is left alone when nothing has changed since it began to wait", async () => {
    assert.ok(!(await ring()));
    changed("new", 1008.9);
    changed("cur", 1008.9);
    assert.ok(!(await ring()));
    assert.deepEqual(readdirSync(join(home, "new")), []);
  });

  it("is woken for earlier changes, but for none before its last waking, when the machine is slow", async () => {
    changed("new", 1005);
    assert.ok(await ring({}, 1013));
    changed("new", 999);
    assert.ok(!(await ring({}, 1100)));
  });

  it("is woken by an event in new that a second waking does not take for a change", async () => {
    changed("new", 1009.5);
    await ring();
    changed("new", 1009.5);
    const watcher = watch(join(home, "new"));
    const rung = once(watcher, "change");
    assert.ok(await ring());
    await rung;
    watcher.close();
    assert.equal(statSync(join(home, "new")).mtimeMs, 1009_500);
  });

  it("may wait in another folder", async () => {
    changed(".Delta.Chat/new", 1009.5);
    assert.ok(await ring({ mailbox: "Delta.Chat" }));
    assert.ok(!(await ring()));
  });

  it("is no client of this relay, or in no folder: then nothing is touched", async () => {
    changed("new", 1009.5);
    for (const strange of [
      { user: "alice1234@elsewhere.test" },
      { user: `../${ALICE}` },
      { mailbox: "../new" },
      { mailbox: "./.." },
      { mailbox: ".." },
      { mailbox: "" },
    ])
      assert.ok(!(await ring(strange)), JSON.stringify(strange));
    await assert.rejects(ring({ mailbox: "Gone" }), /ENOENT/);
  });

  it("is known by Dovecot's event, and nothing else is one", () => {
    const fields = { mailbox: "INBOX", user: ALICE, session: "abc", duration: 10_000_000 };
    assert.deepEqual(parseHibernation(JSON.stringify({ start_time: 1000, end_time: 1010, fields })), event);
    for (const text of ["", "null", "{}", '{"start_time":1,"end_time":2,"fields":{"user":"x"}}'])
      assert.equal(parseHibernation(text), undefined, text);
  });

  it("is told of by HTTP: each event is answered when it was dealt with, and what is too large is not read", async () => {
    const port = await freePort();
    const taken: string[] = [];
    const log: string[] = [];
    const server = await startEventServer({
      listen: { host: "127.0.0.1", port },
      take: async (json) => {
        if (json === "bad") throw new Error("cannot");
        taken.push(json);
      },
      log: (text) => log.push(text),
    });
    const post = async (body: string, method = "POST"): Promise<number | undefined> => {
      const posting = request({ port, host: "127.0.0.1", method, agent: false });
      posting.on("error", () => undefined);
      posting.end(body);
      const [response] = await once(posting, "response");
      response.resume();
      return response.statusCode;
    };
    assert.equal(await post("one"), 204);
    assert.equal(await post("bad"), 500);
    assert.equal(await post("x".repeat(20_000)), 400);
    assert.equal(await post("", "GET"), 400);
    assert.deepEqual([taken, log], [["one"], ["event: cannot"]]);
    await server.close();
  });
});
