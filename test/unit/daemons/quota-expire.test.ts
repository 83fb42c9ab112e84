import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { DAY, Mailboxes, NOW } from "./mailboxes.ts";
import { bundle } from "./process.ts";

const ALICE = "alice1234@relay.test";

describe("quota-expire and expire as programs", function () {
  this.timeout(20_000);
  let mail: Mailboxes;
  let programs: Readonly<Record<string, string>>;

  before(async () => {
    mail = new Mailboxes();
    const [quota, all] = await Promise.all([bundle("quota-expire", mail.root), bundle("expire", mail.root)]);
    programs = { quota, all };
    writeFileSync(
      join(mail.root, "ini"),
      `[params]\nmail_domain = relay.test\nmailboxes_dir = ${mail.directory}\nmax_mailbox_size = 10M\n`,
    );
  });

  after(() => mail.end());

  const run = (program: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> =>
    promisify(execFile)(process.execPath, [programs[program] ?? "", ...args]);

  const messages = (): string[] =>
    ["cur", "new"].flatMap((place) => readdirSync(join(mail.directory, ALICE, place))).sort();

  const message = (place: string, days: number): string => {
    const name = `${NOW - days * DAY}.M1P1.relay,S=${1024 ** 2},W=9`;
    mail.file(`${ALICE}/${place}/${name}`);
    return name;
  };

  it("quota-expire removes the oldest until the target is met, says how many, and nothing when there is room", async () => {
    mail.account(ALICE);
    message("cur", 9);
    message("new", 8);
    const kept = [message("cur", 2), message("new", 0.5)];
    const { stdout, stderr } = await run("quota", "2.5", join(mail.directory, ALICE));
    assert.equal(stdout, "");
    assert.equal(stderr, `quota-expire: removed 2 message(s) from ${ALICE}\n`);
    assert.deepEqual(messages(), kept.sort());
    assert.ok(!mail.has(`${ALICE}/maildirsize`));
    assert.equal((await run("quota", "2.5", join(mail.directory, ALICE))).stderr, "");
    await run("quota", "0", join(mail.directory, ALICE));
    assert.deepEqual(messages(), kept.slice(-1), "those of the last day stay whatever the target is");
  });

  it("quota-expire wants a mailbox and a number", async () => {
    symlinkSync(join(mail.directory, ALICE), join(mail.directory, "link12345@relay.test"));
    for (const mailbox of [mail.directory, join(mail.directory, "link12345@relay.test"), "/none@relay.test"])
      await assert.rejects(run("quota", "1", mailbox), /quota-expire: \S+ is no mailbox\n/);
    await assert.rejects(run("quota", "much", join(mail.directory, ALICE)), /much is no number of megabytes/);
    await assert.rejects(run("quota"), /usage: quota-expire TARGET-MEGABYTES MAILBOX/);
  });

  it("expire removes only with --remove, and says in one line what it has done", async () => {
    mail.account(ALICE);
    const old = mail.file(`${ALICE}/cur/old`, { age: 21 });
    const dry = await run("all", join(mail.root, "ini"), "-v");
    assert.match(dry.stdout, /^would remove \S+\/cur\/old\nexpire: would remove 0 of 1 mailboxes and 1 of /);
    assert.ok(messages().includes("old"));
    const { stdout, stderr } = await run("all", join(mail.root, "ini"), "--remove");
    assert.match(stdout, /^expire: removed 0 of 1 mailboxes and 1 of [0-9]+ messages in [0-9]+[.][0-9] s\n$/);
    assert.equal(stderr, "");
    assert.ok(!messages().includes("old"), old);
    await assert.rejects(run("all"), /usage: expire CHATMAIL\.INI/);
    await assert.rejects(run("all", join(mail.root, "none")), /expire: .*no such file/);
  });
});
