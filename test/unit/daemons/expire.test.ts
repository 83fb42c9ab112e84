import assert from "node:assert/strict";
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { parseConfig } from "../../../roles/chatmaild/daemons/lib/config.ts";
import { type Expired, expire } from "../../../roles/chatmaild/daemons/lib/expiry/expire.ts";
import { usersOf } from "../../../roles/chatmaild/daemons/lib/users.ts";
import { DAY, Mailboxes, NOW } from "./mailboxes.ts";

const ALICE = "alice1234@relay.test";
const BOB = "bob123456@relay.test";

describe("expire", () => {
  let mail: Mailboxes;
  let removed: string[];
  let notices: string[];
  let whenRemoving: (what: string) => void;

  beforeEach(() => {
    mail = new Mailboxes();
    [removed, notices, whenRemoving] = [[], [], () => undefined];
  });

  afterEach(() => mail.end());

  const run = (settings = "", options: { remove?: boolean; most?: number; days?: number } = {}): Expired =>
    expire({
      config: parseConfig(
        `[params]\nmail_domain = relay.test\nmailboxes_dir = ${mail.directory}\n${settings}`,
      ),
      now: NOW - (options.days ?? 0) * DAY,
      remove: options.remove ?? true,
      most: options.most ?? Number.POSITIVE_INFINITY,
      removing: (what) => {
        removed.push(what.slice(mail.directory.length + 1));
        whenRemoving(what);
      },
      notice: (text) => notices.push(text),
    });

  /** What is gone of what was there. */
  const gone = (before: readonly string[]): string[] => {
    const after = new Set(mail.all());
    return before.filter((path) => !after.has(path));
  };

  it("removes messages that are too old, in every folder and place, and has Dovecot count anew", () => {
    mail.account(ALICE);
    mail.file(`${ALICE}/cur/old:2,S`, { age: 21 });
    mail.file(`${ALICE}/new/old`, { age: 21 });
    mail.file(`${ALICE}/tmp/old`, { age: 21 });
    mail.file(`${ALICE}/.DeltaChat/cur/old`, { age: 21 });
    mail.file(`${ALICE}/.DeltaChat/dovecot.index.log`, { age: 21 });
    mail.file(`${ALICE}/cur/young:2,S`, { age: 19 });
    mail.file(`${ALICE}/new/young`, { age: 19 });
    mail.file(`${ALICE}/metadata.json`, { age: 80 });
    mail.account(BOB);
    mail.file(`${BOB}/cur/young:2,S`, { age: 19 });
    const before = mail.all();
    const done = run();
    assert.deepEqual(gone(before), [
      `${ALICE}/.DeltaChat/cur/old`,
      `${ALICE}/cur/old:2,S`,
      `${ALICE}/maildirsize`,
      `${ALICE}/new/old`,
      `${ALICE}/tmp/old`,
    ]);
    assert.deepEqual(done, {
      mailboxes: 2,
      mailboxesRemoved: 0,
      messages: 7,
      messagesRemoved: 4,
      failed: 0,
    });
    assert.deepEqual(notices, []);
  });

  it("removes large messages earlier, if a client has seen them", () => {
    mail.account(ALICE);
    mail.file(`${ALICE}/cur/large:2,S`, { age: 8, size: 200_001 });
    mail.file(`${ALICE}/.Archive/cur/large:2,S`, { age: 8, size: 200_001 });
    mail.file(`${ALICE}/cur/large-young:2,S`, { age: 6, size: 200_001 });
    mail.file(`${ALICE}/cur/limit:2,S`, { age: 8, size: 200_000 });
    mail.file(`${ALICE}/new/large-unseen`, { age: 8, size: 200_001 });
    const before = mail.all();
    run();
    assert.deepEqual(gone(before), [
      `${ALICE}/.Archive/cur/large:2,S`,
      `${ALICE}/cur/large:2,S`,
      `${ALICE}/maildirsize`,
    ]);
  });

  it("shrinks a mailbox to 70 % of its size, oldest messages first, but for those of the last day", () => {
    mail.account(ALICE);
    const message = (place: string, hours: number, megabytes: number) =>
      mail.file(
        `${ALICE}/${place}/${NOW - hours * 3600}.M${hours}P1.relay,S=${megabytes * 1024 ** 2},W=9:2,S`,
      );
    message("cur", 100, 2);
    message(".Archive/cur", 90, 1);
    message("new", 80, 1);
    message("cur", 70, 1);
    message("tmp", 110, 9);
    message("cur", 2, 4);
    const before = mail.all();
    run("max_mailbox_size = 10M");
    assert.equal(removed.length, 1, "9 MB are there, 7 are allowed");
    assert.match(removed[0] ?? "", /\/cur\/[0-9]+\.M100P/);
    assert.equal(gone(before).length, 2);
    assert.ok(!mail.has(`${ALICE}/maildirsize`));
    run("max_mailbox_size = 1M");
    assert.deepEqual(
      removed.slice(1).map((path) => /M([0-9]+)P/.exec(path)?.[1]),
      ["90", "80", "70"],
    );
    assert.deepEqual(
      readdirSync(join(mail.directory, ALICE, "cur")).map((name) => /M([0-9]+)P/.exec(name)?.[1]),
      ["2"],
    );
  });

  it("goes by the file itself where its name has no size or time", () => {
    mail.account(ALICE);
    mail.file(`${ALICE}/cur/some-name`, { age: 3, size: 150_000 });
    for (const n of [1, 2, 3, 4, 5]) mail.file(`${ALICE}/cur/other-${n}`, { age: 2, size: 140_000 });
    run("max_mailbox_size = 1M");
    assert.deepEqual(removed, [`${ALICE}/cur/some-name`], "850 kB are there, 734 are allowed");
  });

  it("removes the whole mailbox of who has not logged in for too long, and only that", () => {
    mail.account(ALICE, 91);
    mail.file(`${ALICE}/.DeltaChat/cur/young`);
    mail.account(BOB, 89);
    const done = run();
    assert.deepEqual(readdirSync(mail.directory), [BOB]);
    assert.deepEqual([done.mailboxes, done.mailboxesRemoved], [2, 1]);
    assert.deepEqual(removed, [ALICE]);
  });

  it("removes a mailbox without a password only if nothing is in it", () => {
    mkdirSync(join(mail.directory, ALICE));
    mail.file(`${BOB}/cur/message`, { age: 100 });
    run();
    assert.deepEqual(mail.all(), [`${BOB}/`, `${BOB}/cur/`, `${BOB}/cur/message`]);
    assert.equal(notices.length, 1);
    assert.match(notices[0] ?? "", new RegExp(`/${BOB} has no password file`));
  });

  it("tells the same and removes nothing unless it is told to", () => {
    mail.account(ALICE, 91);
    mail.account(BOB);
    mail.file(`${BOB}/cur/old`, { age: 21 });
    mail.file(`${BOB}/cur/${NOW - 2 * DAY}.M1.relay,S=900000000`);
    mkdirSync(join(mail.directory, "empty1234@relay.test"));
    const before = mail.all();
    const dry = run("", { remove: false });
    assert.deepEqual(mail.all(), before);
    const told = removed;
    removed = [];
    assert.deepEqual(run(), dry);
    assert.deepEqual(removed.sort(), told.sort());
    assert.deepEqual([dry.mailboxesRemoved, dry.messagesRemoved], [2, 2]);
  });

  it("goes by another date, and looks at fewer mailboxes, if it is told to", () => {
    mail.account(ALICE);
    mail.file(`${ALICE}/cur/old`, { age: 21 });
    assert.equal(run("", { days: 2 }).messagesRemoved, 0);
    assert.deepEqual(run("", { most: 0 }), {
      mailboxes: 0,
      mailboxesRemoved: 0,
      messages: 0,
      messagesRemoved: 0,
      failed: 0,
    });
    assert.equal(run("", { most: 1 }).messagesRemoved, 1);
  });

  it("follows no link out of a mailbox, and leaves what is none", () => {
    const outside = join(mail.root, "outside");
    for (const name of ["cur/old", "password"]) mail.file(`../outside/${name}`, { age: 1000 });
    mail.account(ALICE);
    symlinkSync(outside, join(mail.directory, ALICE, ".Folder"));
    symlinkSync(outside, join(mail.directory, ALICE, "new", "new"));
    symlinkSync(join(outside, "cur/old"), join(mail.directory, ALICE, "cur", "old"));
    symlinkSync(outside, join(mail.directory, BOB));
    mail.account("gone12345@relay.test", 91);
    symlinkSync(outside, join(mail.directory, "gone12345@relay.test", ".Folder"));
    mail.file("pending_notifications/cur/old", { age: 1000 });
    mail.file("file@relay.test", { age: 1000 });
    run();
    assert.deepEqual(readdirSync(outside, { recursive: true }).sort(), ["cur", "cur/old", "password"]);
    assert.deepEqual(removed, ["gone12345@relay.test"]);
    assert.ok(mail.has("pending_notifications/cur/old") && mail.has("file@relay.test"));
  });

  it("takes it calmly when others move and remove messages meanwhile", () => {
    mail.account(ALICE);
    const names = Array.from({ length: 50 }, (_, n) => `${ALICE}/new/old-${n}`);
    for (const name of names) mail.file(name, { age: 21 });
    whenRemoving = (path) => {
      const other = readdirSync(join(mail.directory, ALICE, "new"))[0];
      if (other) renameSync(join(path, "..", other), join(path, "../../cur", `${other}:2,S`));
    };
    const first = run();
    assert.deepEqual([first.failed, notices], [0, []]);
    assert.ok(first.messagesRemoved >= 25);
    whenRemoving = () => undefined;
    run();
    assert.deepEqual(readdirSync(join(mail.directory, ALICE, "cur")), []);
  });

  it("lets addresses come to be meanwhile, though their directories are empty at first", async () => {
    const users = usersOf({ mail_domain: "relay.test", mailboxes_dir: mail.directory });
    const addresses = Array.from({ length: 40 }, (_, n) => `user-${n}@relay.test`);
    let left = addresses.length;
    const made = addresses.map((address) => users.create(address, "{PLAIN}x").finally(() => left--));
    const all = Promise.all(made);
    all.catch(() => undefined);
    // No more often than an address is tried: each run may come at the wrong moment for the same one.
    for (let runs = 0; left > 0; runs++, await setImmediate()) if (runs < 50) run();
    assert.deepEqual(new Set(await all), new Set([true]));
    assert.equal((await users.list()).length, addresses.length);
    assert.ok(removed.length > 0, "no directory was caught empty: the test tells nothing");
  });

  it("finishes a removal that was cut off", () => {
    mail.file(".expired-0123456789abcdef/cur/message");
    mail.file(".expired-by-hand/cur/message");
    run("", { remove: false });
    assert.ok(mail.has(".expired-0123456789abcdef"));
    run();
    assert.deepEqual(readdirSync(mail.directory), [".expired-by-hand"]);
  });

  it("goes on after a mailbox that cannot be cleaned up, and says which", () => {
    for (const address of [ALICE, BOB]) {
      mail.account(address);
      mail.file(`${address}/cur/old`, { age: 21 });
    }
    rmSync(join(mail.directory, ALICE, "maildirsize"));
    mkdirSync(join(mail.directory, ALICE, "maildirsize"));
    const done = run();
    assert.deepEqual([done.failed, done.messagesRemoved], [1, 2]);
    assert.equal(notices.length, 1);
    assert.match(notices[0] ?? "", new RegExp(`${ALICE}/maildirsize`));
  });
});
