import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dictFront } from "../../../roles/chatmaild/daemons/lib/auth/dict-front.ts";
import { accountsOf } from "../../../roles/chatmaild/daemons/lib/auth/policy.ts";
import type { Machine } from "../../../roles/chatmaild/daemons/lib/auth/system-limits.ts";
import { parseConfig } from "../../../roles/chatmaild/daemons/lib/config.ts";
import {
  type DictHandler,
  type DictServer,
  formatDictReply,
  startDictServer,
} from "../../../roles/chatmaild/daemons/lib/dict/server.ts";
import { usersOf } from "../../../roles/chatmaild/daemons/lib/users.ts";
import { Talk } from "./talk.ts";

const PASSWORD = "correct-horse";
const GB = 2 ** 30;

describe("doveauth", () => {
  let directory: string;
  let mailboxes: string;
  let noCreateFile: string;
  let server: DictServer;
  let talk: Talk;
  let log: string[];
  let machine: { -readonly [K in keyof Machine]: Machine[K] };
  let hashes: number;
  let newFront: (patience?: number) => DictHandler;
  /** What hashes wait for. */
  let slow: Promise<void> | undefined;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "doveauth-"));
    mailboxes = join(directory, "mail");
    mkdirSync(mailboxes);
    noCreateFile = join(directory, "nocreate");
    const config = parseConfig(
      `[params]\nmail_domain = relay.test\nmailboxes_dir = ${mailboxes}\nusername_min_length = 6\nusername_max_length = 12\n`,
    );
    log = [];
    hashes = 0;
    slow = undefined;
    machine = { load1m: () => 0, availableMemory: async () => GB, freeDisk: async () => 10 * GB };
    const users = usersOf(config);
    const accounts = accountsOf({
      config,
      users,
      machine,
      noCreateFile,
      log: (text) => log.push(text),
      hash: async (password) => {
        hashes++;
        await new Promise((resolve) => setTimeout(resolve, 5));
        await slow;
        return `{PLAIN}${password}`;
      },
    });
    newFront = (patience) =>
      dictFront({ accounts, list: users.list, log: (text) => log.push(text), ...(patience && { patience }) });
    const front = newFront();
    server = await startDictServer({
      listen: { path: join(directory, "socket") },
      handlerFor: () => front,
      log: (text) => log.push(text),
    });
    talk = new Talk({ path: join(directory, "socket") });
  });

  afterEach(async () => {
    talk.end();
    await server.close(100);
    rmSync(directory, { recursive: true });
  });

  const quote = (text: string): string => text.replace(/["'\\]/g, "\\$&");
  const login = async (address: string, password = PASSWORD, over = talk): Promise<string> => {
    over.send(Buffer.from(`Lshared/passdb/${quote(password)}"${quote(address)}\t${address}\n`));
    return over.until(/\n/);
  };
  const user = async (address: string): Promise<string> => {
    talk.send(`Lshared/userdb/${quote(address)}\t${address}\n`);
    return talk.until(/\n/);
  };
  const file = (address: string, name: string): string => join(mailboxes, address, name);

  it("creates an account at the first login and returns all that Dovecot needs", async () => {
    const reply = await login("alice123@relay.test");
    assert.deepEqual(JSON.parse(reply.slice(1)), {
      addr: "alice123@relay.test",
      home: join(mailboxes, "alice123@relay.test"),
      uid: "vmail",
      gid: "vmail",
      password: `{PLAIN}${PASSWORD}`,
    });
    assert.deepEqual(log, ["Created address: alice123@relay.test"]);
    assert.equal(await user("alice123@relay.test"), reply);
  });

  it("leaves the files that other parts of a relay expect, for nobody else to read", async () => {
    await login("alice123@relay.test");
    assert.deepEqual(readdirSync(join(mailboxes, "alice123@relay.test")).sort(), [
      "enforceE2EEincoming",
      "password",
    ]);
    assert.equal(readFileSync(file("alice123@relay.test", "password"), "utf8"), `{PLAIN}${PASSWORD}`);
    assert.equal(statSync(join(mailboxes, "alice123@relay.test")).mode & 0o777, 0o700);
    assert.equal(statSync(file("alice123@relay.test", "password")).mode & 0o777, 0o600);
    assert.equal(statSync(file("alice123@relay.test", "password")).mtimeMs % 86_400_000, 0);
  });

  it("returns the stored hash whatever password comes, and never overwrites it", async () => {
    await login("alice123@relay.test");
    const again = await login("alice123@relay.test", "another-password");
    assert.equal(JSON.parse(again.slice(1)).password, `{PLAIN}${PASSWORD}`);
    assert.equal(hashes, 1);
  });

  it("creates nothing at a user look-up", async () => {
    assert.equal(await user("alice123@relay.test"), "N\n");
    assert.deepEqual(readdirSync(mailboxes), []);
  });

  it("takes passwords with quotes, slashes and backslashes", async () => {
    const password = 'a/b"c\'d\\e/f"';
    const reply = await login("alice123@relay.test", password);
    assert.equal(JSON.parse(reply.slice(1)).password, `{PLAIN}${password}`);
  });

  it("answers in ASCII", async () => {
    const reply = await login("alice123@relay.test", "pässwörter");
    assert.match(reply, /^[\n -~]*$/);
    assert.equal(JSON.parse(reply.slice(1)).password, "{PLAIN}pässwörter");
  });

  const refused: Readonly<Record<string, readonly [string, string]>> = {
    "a short password": ["alice123@relay.test", "tiny"],
    "a password that crypt cannot take": ["alice123@relay.test", "x".repeat(512)],
    "a short name": ["alice@relay.test", PASSWORD],
    "a long name": ["alice12345678@relay.test", PASSWORD],
    "an upper-case name": ["Alice123@relay.test", PASSWORD],
    "a name with other characters": ["alice+12@relay.test", PASSWORD],
    "a name with a second @": ["alice@12@relay.test", PASSWORD],
  };
  for (const [what, [address, password]] of Object.entries(refused))
    it(`does not create an address for ${what}, and says why without naming it`, async () => {
      assert.equal(await login(address, password), "N\n");
      assert.equal(log.length, 1);
      assert.match(log[0] ?? "", /^warning: address not created: /);
      assert.ok(!log[0]?.includes(address) && !log[0]?.includes(password));
      assert.deepEqual(readdirSync(mailboxes), []);
    });

  it("knows no address of another domain and none that is a path", async () => {
    for (const address of [
      "alice123@other.test",
      "alice123@RELAY.TEST",
      "alice123",
      "",
      "../alice12@relay.test",
      "a/b12345@relay.test",
    ])
      assert.equal(await login(address), "N\n", address);
    assert.deepEqual(readdirSync(directory).sort(), ["mail", "socket"]);
  });

  it("creates nothing while the operator's file says so, and existing users log in all the same", async () => {
    await login("alice123@relay.test");
    writeFileSync(noCreateFile, "");
    assert.equal(await login("bobby123@relay.test"), "N\n");
    assert.match(await login("alice123@relay.test"), /^O/);
  });

  it("keeps a blocked user out: an emptied password file is nobody's to fill", async () => {
    await login("alice123@relay.test");
    writeFileSync(file("alice123@relay.test", "password"), "");
    assert.equal(await login("alice123@relay.test", "another-password"), "N\n");
    assert.equal(await user("alice123@relay.test"), "N\n");
    assert.equal(readFileSync(file("alice123@relay.test", "password"), "utf8"), "");
    assert.ok(log.some((line) => /password file of .* is empty/.test(line)));
  });

  it("uses hashes of other schemes as they are", async () => {
    mkdirSync(join(mailboxes, "old@relay.test"));
    writeFileSync(file("old@relay.test", "password"), "{BLF-CRYPT}$2y$05$abc");
    assert.equal(JSON.parse((await login("old@relay.test")).slice(1)).password, "{BLF-CRYPT}$2y$05$abc");
  });

  for (const [what, change] of Object.entries({
    "load is high": () => (machine.load1m = () => 5.5),
    "memory is short": () => (machine.availableMemory = async () => 100 * 2 ** 20),
    "the disk is full": () => (machine.freeDisk = async () => 2 ** 20),
  }))
    it(`creates nothing while ${what}`, async () => {
      await login("alice123@relay.test");
      change();
      assert.equal(await login("bobby123@relay.test"), "N\n");
      assert.match(log.at(-1) ?? "", /^registration rejected: /);
      assert.match(await login("alice123@relay.test"), /^O/);
    });

  it("passes over a limit that cannot be read and still checks the others", async () => {
    machine.load1m = () => {
      throw new Error("no load");
    };
    assert.match(await login("alice123@relay.test"), /^O/);
    assert.match(log[0] ?? "", /system limit not checked: no load/);
    machine.freeDisk = async () => 0;
    assert.equal(await login("bobby123@relay.test"), "N\n");
  });

  it("creates 50 addresses at once for 50 clients", async () => {
    const replies = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const client = new Talk({ path: join(directory, "socket") });
        const reply = await login(`user${1000 + i}@relay.test`, PASSWORD, client);
        client.end();
        return reply;
      }),
    );
    assert.ok(replies.every((reply) => reply.startsWith("O")));
    assert.equal(readdirSync(mailboxes).length, 50);
  });

  it("gives 10 clients that create the same address one and the same hash", async () => {
    const replies = await Promise.all(
      Array.from({ length: 10 }, async (_, i) => {
        const client = new Talk({ path: join(directory, "socket") });
        const reply = await login("alice123@relay.test", `password-${i}`, client);
        client.end();
        return reply;
      }),
    );
    assert.equal(new Set(replies).size, 1);
    assert.match(replies[0] ?? "", /^O/);
    assert.deepEqual(log, ["Created address: alice123@relay.test"]);
  });

  it("does not let a refused login spoil another one of the same address at the same time", async () => {
    const other = new Talk({ path: join(directory, "socket") });
    const replies = await Promise.all([
      login("alice123@relay.test", "short"),
      login("alice123@relay.test", PASSWORD, other),
    ]);
    other.end();
    assert.ok(replies.some((reply) => reply.startsWith("O")));
  });

  it("creates one account for several processes that share the directory", async () => {
    const config = parseConfig(`[params]\nmail_domain = relay.test\nmailboxes_dir = ${mailboxes}\n`);
    const users = Array.from({ length: 20 }, () => usersOf(config));
    const made = await Promise.all(users.map((one, i) => one.create("alice123@relay.test", `{PLAIN}${i}`)));
    assert.equal(made.filter(Boolean).length, 1);
    assert.equal(
      readFileSync(file("alice123@relay.test", "password"), "utf8"),
      `{PLAIN}${made.indexOf(true)}`,
    );
    assert.deepEqual(readdirSync(join(mailboxes, "alice123@relay.test")).sort(), [
      "enforceE2EEincoming",
      "password",
    ]);
  });

  it("lists the addresses that have a password", async () => {
    await login("alice123@relay.test");
    mkdirSync(join(mailboxes, "empty@relay.test"));
    mkdirSync(join(mailboxes, "pending_notifications"));
    talk.send("I0\t0\tshared/userdb/\n");
    assert.equal(await talk.until(/\n\n/), "Oshared/userdb/alice123@relay.test\t\n\n");
  });

  it("has Dovecot try again, and not write the password into its log, when the disk refuses", async () => {
    rmSync(mailboxes, { recursive: true });
    writeFileSync(mailboxes, "no directory");
    // No JSON, and no F, for which Dovecot logs what it has asked.
    assert.match(await login("alice123@relay.test"), /^O[^{]/);
    assert.match(log.at(-1) ?? "", /^login not decided: /);
    rmSync(mailboxes);
    mkdirSync(mailboxes);
    assert.match(await login("alice123@relay.test"), /^O{/);
  });

  it("has Dovecot try again before it would log a question for its slow answer; the account is made all the same", async () => {
    let made = (): void => undefined;
    slow = new Promise((resolve) => {
      made = resolve;
    });
    const front = newFront(20);
    const ask = () =>
      front({ kind: "lookup", key: `shared/passdb/${PASSWORD}"alice123@relay.test`, user: "" });
    assert.match(formatDictReply(await ask()), /^O[^{]/);
    assert.match(log.at(-1) ?? "", /^login not decided: not done after 20 ms$/);
    made();
    assert.match(await login("alice123@relay.test", "another-one"), /^O{.*correct-horse/);
  });

  it("takes nobody for unknown, and makes nothing anew, while the directory of mailboxes is away", async () => {
    assert.match(await login("alice123@relay.test"), /^O{/);
    renameSync(mailboxes, `${mailboxes}.away`);
    talk.send("Lshared/userdb/alice123@relay.test\tu\n");
    assert.equal(await talk.until(/\n/), "F\n");
    assert.match(await login("alice123@relay.test"), /^O[^{]/);
    assert.match(await login("new45678@relay.test"), /^O[^{]/);
    assert.ok(!existsSync(mailboxes));
    renameSync(`${mailboxes}.away`, mailboxes);
    assert.match(await login("alice123@relay.test"), /^O{/);
  });

  it("answers F to keys that it does not know and only to a commit within a transaction", async () => {
    talk.send("Lshared/other/x\tu\nB1\tu\nS1\tkey\tvalue\nC1\n");
    assert.equal(await talk.until(/O\n/), "F\nO\n");
  });
});
