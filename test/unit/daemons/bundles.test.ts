import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ALICE, armored, BOB, clearMessage, pgpMime } from "./messages.ts";
import { bundle, freePort, type Running, start } from "./process.ts";
import { fakePostfix, smtp, Talk } from "./talk.ts";

describe("a daemon bundled into one file", function () {
  this.timeout(20_000);
  let directory: string;
  let ini: string;
  let running: Running | undefined;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "bundles-"));
    ini = join(directory, "chatmail.ini");
  });

  afterEach(() => {
    running?.child.kill("SIGKILL");
    running = undefined;
  });

  after(() => rmSync(directory, { recursive: true }));

  const run = async (file: string, ...arguments_: readonly string[]): Promise<Running> => {
    running = await start(file, ...arguments_);
    return running;
  };

  it("doveauth hashes passwords in threads of the same file, replaces an old socket, and ends cleanly", async () => {
    const file = await bundle("doveauth", directory);
    const mailboxes = join(directory, "mail");
    const socket = join(directory, "doveauth.socket");
    mkdirSync(mailboxes);
    writeFileSync(socket, "old");
    writeFileSync(
      ini,
      `[params]\nmail_domain = relay.test\nmailboxes_dir = ${mailboxes}\nmax_load_1m = 1000\nmin_available_memory = 0\nmin_free_disk_space = 0\n`,
    );
    const logins = join(directory, "lastlogin.socket");
    const daemon = await run(file, socket, ini, logins);
    const replies = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const talk = new Talk({ path: socket });
        talk.send(`Lshared/passdb/correct-horse"user-${1000 + i}@relay.test\tx\n`);
        const reply = await talk.until(/\n/);
        talk.end();
        return reply;
      }),
    );
    for (const reply of replies) assert.match(reply, /^O.*"\{SHA512-CRYPT\}\$6\$/);
    assert.equal(daemon.log().match(/^Created address: /gm)?.length, 50);
    assert.ok(!daemon.log().includes("correct-horse"));
    const told = new Talk({ path: logins });
    told.send("B1\tx\nS1\tshared/last-login/user-1000@relay.test\t1700000000\nC1\n");
    assert.equal(await told.until(/\n/), "O\n");
    told.end();
    const { mtime } = statSync(join(mailboxes, "user-1000@relay.test", "password"));
    assert.equal(mtime.toISOString(), "2023-11-14T00:00:00.000Z");
    assert.equal(await daemon.stop(), 0);
    assert.ok(!existsSync(socket));
    assert.ok(!existsSync(logins));
    assert.match(
      readFileSync(join(mailboxes, "user-1000@relay.test", "password"), "utf8"),
      /^\{SHA512-CRYPT\}\$6\$\S+$/,
    );
  });

  it("metadata answers, wants the directory of the mailboxes, and ends cleanly", async () => {
    const file = await bundle("metadata", directory);
    const mailboxes = join(directory, "boxes");
    const socket = join(directory, "metadata.socket");
    writeFileSync(ini, `[params]\nmail_domain = relay.test\nmailboxes_dir = ${mailboxes}\n`);
    await assert.rejects(start(file, socket, ini), /ended with 1: metadata: ENOENT.*boxes/);
    mkdirSync(mailboxes);
    const daemon = await run(file, socket, ini);
    const talk = new Talk({ path: socket });
    talk.send("Lshared/g/vendor/vendor.dovecot/pvt/server/vendor/deltachat/maxsmtprecipients\tx\n");
    assert.equal(await talk.until(/\n/), "O1000\n");
    talk.end();
    assert.equal(await daemon.stop(), 0);
    assert.ok(existsSync(join(mailboxes, "pending_notifications")));
  });

  it("doveauth killed while it creates accounts has every account that it told of, and can make the others", async () => {
    const file = await bundle("doveauth", directory);
    const mailboxes = join(directory, "killed");
    const socket = join(directory, "killed.socket");
    writeFileSync(
      ini,
      `[params]\nmail_domain = relay.test\nmailboxes_dir = ${mailboxes}\nmax_load_1m = 1000\nmin_available_memory = 0\nmin_free_disk_space = 0\n`,
    );
    const login = async (n: number): Promise<string | undefined> => {
      const talk = new Talk({ path: socket });
      talk.send(`Lshared/passdb/correct-horse"user-${1000 + n}@relay.test\tx\n`);
      return talk.until(/\n/).catch(() => undefined);
    };
    const daemon = await run(file, socket, ini);
    let told = 0;
    const before = await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const answer = await login(n);
        if (answer && ++told === 20) daemon.child.kill("SIGKILL");
        return answer;
      }),
    );
    assert.ok(told >= 20, `only ${told} were answered`);
    const again = await run(file, socket, ini);
    for (const [n, answer] of before.entries()) {
      const now = await login(n);
      assert.match(now ?? "", /^O/);
      if (answer) assert.equal(now, answer);
    }
    assert.equal(await again.stop(), 0);
  });

  for (const direction of ["outgoing", "incoming"])
    it(`filtermail ${direction} checks mail, finishes what it has begun, and ends cleanly`, async () => {
      const file = await bundle("filtermail", directory);
      let arrived: (answer: () => void) => void = () => undefined;
      const atPostfix = new Promise<() => void>((resolve) => {
        arrived = resolve;
      });
      const postfix = await fakePostfix({
        reply: (command) => (command === "message" ? "hang" : undefined),
        onMessage: (send) => arrived(() => send("250 2.0.0 Ok: queued as ABC")),
      });
      const port = await freePort();
      const suffix = direction === "incoming" ? "_incoming" : "";
      writeFileSync(
        ini,
        `[params]\nmail_domain = relay.test\nmailboxes_dir = ${directory}\nfiltermail_smtp_port${suffix} = ${port}\npostfix_reinject_port${suffix} = ${postfix.port}\n`,
      );
      const daemon = await run(file, ini, direction);
      const { child } = daemon;
      const talk = await smtp(port);
      if (direction === "outgoing") assert.match(await talk.mail(ALICE, [BOB], clearMessage()), /^523 /);
      const reply = talk.mail(ALICE, [BOB], pgpMime({ data: await armored() }));
      const answer = await atPostfix;
      child.kill("SIGTERM");
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(child.exitCode, null);
      answer();
      assert.equal(await reply, "250 2.0.0 Ok: queued as ABC");
      talk.end();
      const [code] = (await once(child, "exit")) as [number | null];
      assert.equal(code, 0);
      await postfix.close();
      assert.ok(!daemon.log().includes("127.0.0.1"));
    });

  it("filtermail killed while messages pass has accepted none that Postfix does not have", async () => {
    const file = await bundle("filtermail", directory);
    const postfix = await fakePostfix();
    const port = await freePort();
    writeFileSync(
      ini,
      `[params]\nmail_domain = relay.test\nmailboxes_dir = ${directory}\nfiltermail_smtp_port_incoming = ${port}\npostfix_reinject_port_incoming = ${postfix.port}\n`,
    );
    const daemon = await run(file, ini, "incoming");
    const data = await armored();
    let accepted = 0;
    const ids = await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const message = pgpMime({ data, header: [`Message-ID: <${n}@relay.test>`] });
        const reply = await smtp(port).then(
          (talk) => talk.mail(ALICE, [BOB], message).catch(() => ""),
          () => "",
        );
        if (!reply.startsWith("250")) return [];
        if (++accepted === 20) daemon.child.kill("SIGKILL");
        return [`Message-ID: <${n}@relay.test>`];
      }),
    );
    assert.ok(accepted >= 20, `only ${accepted} were accepted`);
    const delivered = postfix.delivered.map((one) => one.data).join("");
    for (const id of ids.flat()) assert.ok(delivered.includes(id), id);
    await postfix.close();
  });

  it("says in one line what is wrong with its configuration and exits 1", async () => {
    const file = await bundle("filtermail", directory);
    writeFileSync(ini, "[params]\nfiltermail_smtp_port = x\n");
    await assert.rejects(run(file, ini, "outgoing"), (error: Error) => {
      assert.match(
        error.message,
        /ended with 1: filtermail: .*mail_domain is missing.*filtermail_smtp_port must be a whole number[^\n]*\n$/,
      );
      return true;
    });
    await assert.rejects(run(file, ini, "sideways"), /usage: filtermail/);
  });
});
