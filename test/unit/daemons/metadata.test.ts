import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DictServer, startDictServer } from "../../../roles/chatmaild/daemons/lib/dict/server.ts";
import { metadataFront } from "../../../roles/chatmaild/daemons/lib/metadata/front.ts";
import { tokensOf } from "../../../roles/chatmaild/daemons/lib/metadata/tokens.ts";
import { turnCredentials } from "../../../roles/chatmaild/daemons/lib/metadata/turn.ts";
import { usersOf } from "../../../roles/chatmaild/daemons/lib/users.ts";
import { ManualClock } from "./manual-clock.ts";
import { Talk } from "./talk.ts";

const ALICE = "alice1234@relay.test";
const NOW = 1_795_000_000;
const DAY = 24 * 60 * 60;
const SHARED = "shared/0123abcd/vendor/vendor.dovecot/pvt/server/vendor/deltachat";

describe("metadata", () => {
  let directory: string;
  let file: string;
  let clock: ManualClock;
  let server: DictServer;
  let talk: Talk;
  let told: string[];
  let log: string[];

  const start = async (irohRelay = "") => {
    const mailboxes = join(directory, "mail");
    const users = usersOf({ mail_domain: "relay.test", mailboxes_dir: mailboxes });
    const path = join(directory, "socket");
    const front = metadataFront({
      config: { mail_domain: "relay.test", iroh_relay: irohRelay },
      tokens: tokensOf({ users, clock, log: (text) => log.push(text) }),
      messageNew: async (address) => {
        told.push(address);
      },
      turnCredentials: () => turnCredentials(join(directory, "turn.socket"), 50),
      appVersions: join(directory, "appversions.json"),
      log: (text) => log.push(text),
    });
    server = await startDictServer({
      listen: { path },
      handlerFor: front,
      log: (text) => log.push(text),
    });
    talk = new Talk({ path });
  };

  const look = async (key: string): Promise<string> => {
    talk.send(`L${key}\t${ALICE}\n`);
    return talk.until(/\n/);
  };

  const set = async (name: string, value: string, user = ALICE): Promise<string> => {
    talk.send(`B1\t${user}\nS1\tpriv/0123abcd/${name}\t${value}\nC1\n`);
    return talk.until(/\n/);
  };

  const tokens = (): Promise<string> => look("priv/0123abcd/devicetoken");
  const stored = (): unknown => JSON.parse(readFileSync(file, "utf8"));

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "metadata-"));
    mkdirSync(join(directory, "mail", ALICE), { recursive: true });
    file = join(directory, "mail", ALICE, "metadata.json");
    clock = new ManualClock(NOW);
    told = [];
    log = [];
    await start();
  });

  afterEach(async () => {
    talk.end();
    await server.close(50);
    rmSync(directory, { recursive: true });
  });

  describe("device tokens", () => {
    it("are kept with their time, all devices of an address beside each other", async () => {
      assert.equal(await tokens(), "O\n");
      assert.equal(await set("devicetoken", "phone:1"), "O\n");
      clock.pass(10);
      assert.equal(await set("devicetoken", "tablet:2"), "O\n");
      assert.equal(await tokens(), "Ophone:1 tablet:2\n");
      assert.deepEqual(stored(), { devicetoken: { "phone:1": NOW, "tablet:2": NOW + 10 } });
    });

    it("are valid for 90 days from when they were set last, and then leave the file", async () => {
      await set("devicetoken", "old");
      await set("devicetoken", "renewed");
      clock.pass(89 * DAY);
      assert.equal(await tokens(), "Oold renewed\n");
      await set("devicetoken", "renewed");
      clock.pass(DAY);
      assert.equal(await tokens(), "Orenewed\n");
      assert.deepEqual(stored(), { devicetoken: { renewed: NOW + 89 * DAY } });
    });

    it("are not valid when they are of the future", async () => {
      writeFileSync(file, JSON.stringify({ devicetoken: { soon: NOW + 60, later: NOW + 61 } }));
      assert.equal(await tokens(), "Osoon\n");
    });

    it("of an older relay, a list, count from when they are found", async () => {
      writeFileSync(file, '{"devicetoken": ["one", "two"]}');
      assert.equal(await tokens(), "Oone two\n");
      assert.deepEqual(stored(), { devicetoken: { one: NOW, two: NOW } });
    });

    it("share the file with what others keep there", async () => {
      writeFileSync(file, '{"other": [1], "devicetoken": {}}');
      await set("devicetoken", "new");
      assert.deepEqual(stored(), { other: [1], devicetoken: { new: NOW } });
    });

    it("can be set anew after the file was damaged, which is told", async () => {
      writeFileSync(file, '{"devicetoken": {"lo');
      assert.equal(await tokens(), "O\n");
      assert.match(log.join(), /corrupt/);
      await set("devicetoken", "new");
      assert.deepEqual(stored(), { devicetoken: { new: NOW } });
    });

    it("set by many at once are all kept, and no other file is left", async () => {
      const talks = Array.from({ length: 20 }, () => new Talk({ path: join(directory, "socket") }));
      await Promise.all(
        talks.map(async (each, index) => {
          each.send(`B1\t${ALICE}\nS1\tpriv/g/devicetoken\tt${index}\nC1\n`);
          assert.equal(await each.until(/\n/), "O\n");
          each.end();
        }),
      );
      assert.equal((await tokens()).split(" ").length, 20);
      assert.deepEqual(readdirSync(join(directory, "mail", ALICE)), ["metadata.json"]);
    });

    it("do not add up without end", async () => {
      for (let count = 0; count < 120; count++) await set("devicetoken", `token-${count}`);
      const kept = (await tokens()).slice(1).trim().split(" ");
      assert.equal(kept.length, 100);
      assert.equal(kept.at(-1), "token-119");
    });

    it("must be one word, and of an address that exists here", async () => {
      for (const [token, user] of [
        ["", ALICE],
        ["two words", ALICE],
        ["two\u0001nlines", ALICE],
        ["x".repeat(5000), ALICE],
        ["token", "nobody123@relay.test"],
        ["token", "alice1234@elsewhere.test"],
        ["token", "../mail/alice1234@relay.test"],
      ] as const)
        assert.equal(await set("devicetoken", token, user), "F\n", token.slice(0, 20) + user);
      assert.ok(!existsSync(file));
      assert.ok(!log.join().includes("token\n"));
    });
  });

  it("tells the notifier of each new message, with or without a value, and nothing else can be set", async () => {
    assert.equal(await set("messagenew", ""), "O\n");
    talk.send(`B2\t${ALICE}\nS2\tpriv/g/messagenew\nC2\n`);
    assert.equal(await talk.until(/\n/), "O\n");
    assert.deepEqual(told, [ALICE, ALICE]);
    assert.equal(await set("other", "x"), "F\n");
    talk.send(`B3\t${ALICE}\nU3\tpriv/g/devicetoken\nC3\nB4\t${ALICE}\nS4\t${SHARED}/turn\tx\nC4\n`);
    assert.equal(await talk.until(/\n.*\n/), "F\nF\n");
  });

  it("keeps the transactions of its connections apart, which all have the number 1", async () => {
    const other = new Talk({ path: join(directory, "socket") });
    const bob = "bob123456@relay.test";
    talk.send(`B1\t${ALICE}\n`);
    other.send(`B1\t${bob}\nS1\tpriv/g/messagenew\t\nC1\n`);
    assert.equal(await other.until(/\n/), "O\n");
    talk.send("S1\tpriv/g/messagenew\t\nC1\n");
    assert.equal(await talk.until(/\n/), "O\n");
    assert.deepEqual(told, [bob, ALICE]);
    other.end();
  });

  it("ends an iteration, which has nothing", async () => {
    talk.send("I1\t0\tpriv/g/\t\n");
    assert.equal(await talk.until(/\n/), "\n");
  });

  describe("what the relay tells apps", () => {
    it("has how many recipients a message may have, and no names but its own", async () => {
      assert.equal(await look(`${SHARED}/maxsmtprecipients`), "O1000\n");
      for (const key of [`${SHARED}/constructor`, `${SHARED}/other`, "shared/g/turn", "priv/g/turn", "x"])
        assert.equal(await look(key), "N\n", key);
    });

    it("has an iroh relay if there is one", async () => {
      assert.equal(await look(`${SHARED}/irohrelay`), "N\n");
      talk.end();
      await server.close(50);
      await start("https://iroh.example.org");
      assert.equal(await look(`${SHARED}/irohrelay`), "Ohttps://iroh.example.org\n");
    });

    it("has the versions of apps from a file, in one line, if it is there and right", async () => {
      const path = join(directory, "appversions.json");
      assert.equal(await look(`${SHARED}/appversions`), "N\n");
      writeFileSync(path, '{\n  "android": "2.1"\n}\n');
      assert.equal(await look(`${SHARED}/appversions`), 'O{"android":"2.1"}\n');
      writeFileSync(path, "{");
      assert.equal(await look(`${SHARED}/appversions`), "N\n");
    });

    describe("of the TURN server", () => {
      let turn: Server;
      let answer: string;

      beforeEach(async () => {
        turn = createServer((socket) => {
          socket.on("error", () => undefined);
          if (answer === "close") socket.destroy();
          else socket.write(answer);
        });
        await new Promise<void>((resolve) => turn.listen(join(directory, "turn.socket"), resolve));
      });

      afterEach(() => turn.close());

      it("has the credentials that it gets for each question", async () => {
        answer = "1795000000:secret=\n";
        assert.equal(await look(`${SHARED}/turn`), "Orelay.test:3478:1795000000:secret=\n");
      });

      it("has nothing when there are none: nobody there, closed, too late, or no line", async () => {
        for (answer of ["close", "", "half", "\n", `${"x".repeat(2000)}`])
          assert.equal(await look(`${SHARED}/turn`), "N\n", answer.slice(0, 10));
        turn.close();
        assert.equal(await look(`${SHARED}/turn`), "N\n");
      });
    });
  });
});
