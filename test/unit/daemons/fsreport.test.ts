import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Mailboxes } from "./mailboxes.ts";
import { bundle } from "./process.ts";

describe("fsreport", function () {
  this.timeout(20_000);
  let mail: Mailboxes;
  let program: string;

  before(async () => {
    mail = new Mailboxes();
    program = await bundle("fsreport", mail.root);
    writeFileSync(
      join(mail.root, "ini"),
      `[params]\nmail_domain = relay.test\nmailboxes_dir = ${mail.directory}\n`,
    );
    mail.account("alice1234@relay.test");
    mail.file("alice1234@relay.test/cur/small", { size: 1000 });
    mail.file("alice1234@relay.test/.DeltaChat/new/large", { size: 3 * 1024 ** 2 });
    mail.file("alice1234@relay.test/new/.bell", { size: 1 });
    mail.account("bob123456@relay.test", 35);
    mail.file("bob123456@relay.test/tmp/middle", { size: 102_400 });
    mail.account("ci-abcdef@relay.test");
    mail.file("nobody123@relay.test/metadata.json", { size: 70 });
    mail.file("pending_notifications/abc", { size: 100_000 });
  });

  after(() => mail.end());

  const run = (...args: string[]): Promise<{ stdout: string }> =>
    promisify(execFile)(process.execPath, [program, join(mail.root, "ini"), ...args]);

  /** The samples of Prometheus text by name and labels. */
  const samples = (text: string): Record<string, number> => {
    const lines = text.trimEnd().split("\n");
    for (const line of lines)
      assert.match(line, /^# (HELP [a-z_]+ \S.*|TYPE [a-z_]+ gauge)$|^[a-z_]+(\{[a-z_]+="\w+"\})? [0-9]+$/);
    return Object.fromEntries(
      lines
        .filter((line) => !line.startsWith("#"))
        .map((line) => [line.replace(/ [0-9]+$/, ""), Number(line.replace(/^.* /, ""))]),
    );
  };

  /** What it writes for Prometheus. */
  const textfile = async (...args: string[]): Promise<Record<string, number>> => {
    const path = join(mail.root, "report.prom");
    await run("--textfile", path, ...args);
    return samples(readFileSync(path, "utf8"));
  };

  it("counts bytes, messages by size, accounts, and who has logged in of late", async () => {
    const messages = 1000 + 3 * 1024 ** 2 + 102_400;
    // Four small files of ten bytes for each of three accounts.
    const extra = 3 * 4 * 10 + 70 + 1;
    const sizes = [0, 102_400, 524_288, 1_048_576, 2_097_152, 5_242_880, 10_485_760];
    const [counts, bytes] = [
      [3, 2, 1, 1, 1, 0, 0],
      [messages, messages - 1000, 3_145_728, 3_145_728, 3_145_728, 0, 0],
    ];
    assert.deepEqual(await textfile(), {
      'chatmail_storage_bytes{kind="messages"}': messages,
      'chatmail_storage_bytes{kind="extra"}': extra,
      'chatmail_storage_bytes{kind="total"}': messages + extra,
      ...Object.fromEntries(
        sizes.flatMap((size, n) => [
          [`chatmail_messages_bytes{min_size="${size}"}`, bytes[n]],
          [`chatmail_messages_count{min_size="${size}"}`, counts[n]],
        ]),
      ),
      'chatmail_accounts{kind="all"}': 3,
      'chatmail_accounts{kind="ci"}': 1,
      'chatmail_accounts{kind="user"}': 2,
      ...Object.fromEntries(
        [1, 10, 30, 40, 80, 100, 150].map((days) => [
          `chatmail_accounts_active{days="${days}"}`,
          days >= 40 ? 2 : 1,
        ]),
      ),
    });
  });

  it("counts messages of one place, or of who has not logged in for long, if it is told to", async () => {
    const counted = async (...args: string[]): Promise<number | undefined> =>
      (await textfile(...args))['chatmail_messages_count{min_size="0"}'];
    assert.deepEqual(
      await Promise.all([["cur"], ["new"], ["tmp"]].map(([place]) => counted("--mdir", place ?? ""))),
      [1, 1, 1],
    );
    assert.equal(await counted("--min-login-age", "30"), 1);
    assert.equal(await counted("--min-login-age", "40"), 0);
    assert.equal(await counted("--min-login-age", "40", "--days", "0", "--maxnum", "0"), 0);
    assert.equal((await textfile("--days", "50"))['chatmail_accounts_active{days="1"}'], 2);
  });

  it("writes the file for everybody to read, in one step, into a directory too", async () => {
    const directory = join(mail.root, "textfiles");
    mkdirSync(directory);
    const umask = process.umask(0o077);
    try {
      await run("--textfile", directory);
      await run("--textfile", directory, "--legacy-metrics", join(directory, "old.prom"));
    } finally {
      process.umask(umask);
    }
    assert.deepEqual(readdirSync(directory).sort(), ["fsreport.prom", "old.prom"]);
    for (const name of readdirSync(directory))
      assert.equal(statSync(join(directory, name)).mode & 0o777, 0o644, name);
    const old = samples(readFileSync(join(directory, "old.prom"), "utf8"));
    assert.deepEqual(old, { accounts: 3, ci_accounts: 1, nonci_accounts: 2 });
    await assert.rejects(run("--textfile", join(directory, "none/x.prom")), /no such file or directory/);
  });

  it("tells people, or the older names", async () => {
    const { stdout } = await run();
    assert.match(stdout, /^Accounts +3, 1 of them made by checks \(ci-\)$/m);
    assert.match(stdout, /^ {2}used within 30 days +1 of 2 \(50 %\)$/m);
    assert.match(stdout, /^Messages +3$/m);
    assert.match(stdout, /^ {2}from 2 MiB +1, 3 MiB$/m);
    const legacy = samples((await run("--legacy-metrics")).stdout);
    assert.deepEqual(legacy, { accounts: 3, ci_accounts: 1, nonci_accounts: 2 });
  });

  it("says what is wrong with its options, and how it is called", async () => {
    await assert.rejects(run("--mdir", "old"), /fsreport: --mdir must be cur, new or tmp, not old\n/);
    await assert.rejects(run("--maxnum", "few"), /fsreport: --maxnum must be a whole number, not few\n/);
    await assert.rejects(run("--what"), /Unknown option '--what'[\s\S]*usage: fsreport CHATMAIL\.INI/);
    await assert.rejects(run("more"), /^Error: [\s\S]*usage: fsreport CHATMAIL\.INI/);
  });
});
