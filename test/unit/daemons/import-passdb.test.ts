import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundle } from "./process.ts";

const HASH = "{SHA512-CRYPT}$6$salt$hash";

describe("import-passdb", function () {
  this.timeout(20_000);
  let directory: string;
  let mailboxes: string;
  let run: (rows: string) => Promise<{ stdout: string; stderr: string }>;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "import-passdb-"));
    mailboxes = join(directory, "mail");
    mkdirSync(mailboxes);
    const [ini, file] = [join(directory, "chatmail.ini"), join(directory, "rows.json")];
    writeFileSync(ini, `[params]\nmail_domain = relay.test\nmailboxes_dir = ${mailboxes}\n`);
    const program = await bundle("import-passdb", directory);
    run = (rows) => {
      writeFileSync(file, rows);
      return promisify(execFile)(process.execPath, [program, ini, file]);
    };
  });

  after(() => rmSync(directory, { recursive: true }));

  const row = (addr: string, more: object = {}) => ({
    addr,
    password: HASH,
    last_login: 1700000000.5,
    ...more,
  });

  it("makes accounts with their last login that take cleartext still, but none of tests or of elsewhere", async () => {
    mkdirSync(join(mailboxes, "bob123456@relay.test", "cur"), { recursive: true });
    mkdirSync(join(mailboxes, "has123456@relay.test"));
    writeFileSync(join(mailboxes, "has123456@relay.test", "password"), "its own");
    const { stdout } = await run(
      JSON.stringify([
        row("alice1234@relay.test"),
        row("bob123456@relay.test", { last_login: null }),
        row("has123456@relay.test"),
        row("ci-234567@relay.test"),
        row("ac_234567@relay.test"),
        row("../passwd@relay.test"),
        row("alice1234@other.test"),
        row("nopasswor@relay.test", { password: null }),
      ]),
    );
    assert.match(stdout, /2 of 8 addresses made/);
    assert.deepEqual(readdirSync(mailboxes).sort(), [
      "alice1234@relay.test",
      "bob123456@relay.test",
      "has123456@relay.test",
    ]);
    const alice = join(mailboxes, "alice1234@relay.test");
    assert.deepEqual(readdirSync(alice), ["password"]);
    assert.equal(readFileSync(join(alice, "password"), "utf8"), HASH);
    assert.equal(statSync(join(alice, "password")).mtime.toISOString(), "2023-11-14T00:00:00.000Z");
    assert.ok(existsSync(join(mailboxes, "bob123456@relay.test", "password")));
    assert.equal(readFileSync(join(mailboxes, "has123456@relay.test", "password"), "utf8"), "its own");
  });

  it("can be run again, and says what is wrong with a file that is none", async () => {
    assert.match((await run(JSON.stringify([row("alice1234@relay.test")]))).stdout, /0 of 1 /);
    assert.match((await run("")).stdout, /0 of 0 /);
    await assert.rejects(run("[{"), /import-passdb: .*JSON/);
  });
});
