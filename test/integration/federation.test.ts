// Two relays that one run of site.yaml makes, and Delta Chat apps of people on both of them.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { must } from "../lab/command.ts";
import { type Host, type Lab, openLab } from "../lab/index.ts";
import { type App, accountFromCode, DeltaChat, serverProgram } from "./federation/delta-chat.ts";
import { Relays } from "./federation/relays.ts";
import { messages } from "./relay/mailbox.ts";

const NAMES = ["one.chatmail.example", "two.chatmail.example"];

describe("Two relays, and apps on both", () => {
  let lab: Lab | undefined;
  let relays: Relays;
  let phones: Host;

  before(async function () {
    this.timeout(300_000);
    lab = await openLab({ name: "federation" });
    // Apps that send more at a time than people do.
    const much = { max_user_send_per_minute: 1000, max_user_send_burst_size: 1000 };
    [relays, phones] = await Promise.all([Relays.boot(lab, NAMES, much), lab.host("phones.lab")]);
  });

  after(() => lab?.down());

  it("are set up by one run, and a second one changes nothing", async function () {
    this.timeout(300_000);
    const first = await relays.play("site.yaml");
    assert.equal(first.status, 0, first.stdout.slice(-3000) + first.stderr);
    const second = await relays.play("site.yaml", "--json");
    assert.equal(second.status, 0, second.stderr);
    assert.deepEqual(
      second.stdout.split("\n").filter((line) => line.includes('"status":"changed"')),
      [],
    );
  });

  it("have all that dns.yaml asks for when what it writes is their zone", async () => {
    const before = await relays.publish();
    assert.equal(before.status, 1, before.stdout.slice(-3000) + before.stderr);
    const after = await relays.play("dns.yaml");
    assert.equal(after.status, 0, after.stdout.slice(-3000) + after.stderr);
    assert.equal(after.stdout.match(/^All records are right/gm)?.length, 2, after.stdout);
  });

  describe("Apps", () => {
    let core: DeltaChat;
    let alice: App;
    let people: { readonly app: App; readonly where: string; mine: number; theirs: number }[];

    const person = async (name: string, host: Host): Promise<App> => {
      const place = await relays.place(host);
      return core.app(name, await accountFromCode(`DCACCOUNT:https://${host.name}/new`, place));
    };

    before(async function () {
      this.timeout(60_000);
      const to = `root@${phones.address}:/usr/local/bin/deltachat-rpc-server`;
      await must("scp", ["-q", ...phones.sshArguments.slice(0, -1).map(forScp), serverProgram, to]);
      const program = "DC_ACCOUNTS_PATH=/root/accounts RUST_LOG=off deltachat-rpc-server";
      core = DeltaChat.by(["ssh", ...phones.sshArguments, program]);
      const [one, two] = relays.hosts as [Host, Host];
      alice = await person("Alice", one);
      const [bob, carol] = await Promise.all([person("Bob", one), person("Carol", two)]);
      people = [
        { app: bob, where: "on the same relay", mine: 0, theirs: 0 },
        { app: carol, where: "on the other relay", mine: 0, theirs: 0 },
      ];
    });

    after(() => core?.close());

    for (const [index, where] of ["on the same relay", "on the other relay"].entries()) {
      describe(`of two people, the second one ${where}`, () => {
        it("verify each other by a QR code (Secure-Join), whoever scans", async function () {
          this.timeout(90_000);
          const person = people[index]!;
          if (index === 0) {
            const { mine, theirs } = await alice.join(person.app);
            Object.assign(person, { mine, theirs });
          } else {
            const { mine, theirs } = await person.app.join(alice);
            Object.assign(person, { mine: theirs, theirs: mine });
          }
          assert.ok(await alice.hasVerified(person.mine));
          assert.ok(await person.app.hasVerified(person.theirs));
        });

        it("write to each other, and nobody in between can read it", async function () {
          this.timeout(60_000);
          const { app, mine, theirs } = people[index]!;
          await alice.send(mine, `there ${where}`);
          assert.ok((await app.received(`there ${where}`)).showPadlock);
          await app.send(theirs, `back ${where}`);
          assert.ok((await alice.received(`back ${where}`)).showPadlock);
        });

        it("get a message that is one dot", async () => {
          const { app, mine } = people[index]!;
          await alice.send(mine, ".");
          assert.ok((await app.received(".")).showPadlock);
        });

        it("learn that a message was read", async () => {
          const { app, mine } = people[index]!;
          const sent = await alice.send(mine, `read this ${where}`);
          await app.read((await app.received(`read this ${where}`)).id);
          await alice.event("MsgRead", ({ msgId }) => msgId === sent);
        });

        it("are given nothing of the sender's address, nor of the way that a message took", async () => {
          const { app, mine } = people[index]!;
          await app.stop();
          const text = `while away ${where}`;
          await alice.send(mine, text);
          const server = await serverOf(app);
          const account = { address: app.email, password: app.password };
          const source = (await messages(server, account)).at(-1) ?? "";
          const [header = "", body = ""] = source.split(/\r\n\r\n(.*)/s);
          assert.match(header, /^Content-Type: multipart\/encrypted;/im);
          assert.doesNotMatch(
            header,
            /^(Received|DKIM-Signature|X-Originating-IP|Authentication-Results):/im,
          );
          assert.match(body, /-----BEGIN PGP MESSAGE-----/);
          for (const known of [phones.address, phones.name, text]) assert.ok(!source.includes(known), source);
          await app.start();
          await app.received(text);
        });

        it("measured: how long a message takes from app to app", async function () {
          this.timeout(120_000);
          const { app, mine, theirs } = people[index]!;
          const idle: number[] = [];
          for (let count = 0; count < 5; count++) {
            await sleep(2500);
            idle.push(await milliseconds(alice, mine, app, `idle ${count} ${where}`));
          }
          const rapid: number[] = [];
          for (let count = 0; count < 10; count++) {
            rapid.push(await milliseconds(alice, mine, app, `ping ${count} ${where}`));
            rapid.push(await milliseconds(app, theirs, alice, `pong ${count} ${where}`));
          }
          console.log(
            `        median: ${median(idle)} ms to one who has waited for 2 s (${Math.min(...idle)} to`,
          );
          console.log(`        ${Math.max(...idle)}), ${median(rapid)} ms to and fro`);
        });
      });
    }

    it("know of the TURN server of their relay, for calls", async () => {
      const [server] = await alice.iceServers();
      assert.deepEqual(server?.urls, [`turn:${relays.hosts[0]?.address}:3478`]);
      assert.ok(server.username && server.credential);
    });

    describe("Somebody who waits", () => {
      // Dovecot hands those who have waited for a second to another process, which must not lose what comes just then.
      it("sees a message at once, at whatever moment it comes", async function () {
        this.timeout(60_000);
        for (let wait = 300; wait <= 1200; wait += 75) {
          const { app, mine } = people[0]!;
          await sleep(wait);
          await alice.send(mine, `after ${wait} ms`);
          await app.received(`after ${wait} ms`, 10_000);
        }
      });
    });

    async function serverOf(app: App) {
      const host = relays.hosts.find(({ name }) => app.email.endsWith(`@${name}`))!;
      const { name, address, authorities } = await relays.place(host);
      return { name, address, certificate: authorities };
    }
  });
});

/** What ssh calls -p, scp calls -P. */
const forScp = (argument: string): string => (argument === "-p" ? "-P" : argument);

async function milliseconds(from: App, chat: number, to: App, text: string): Promise<number> {
  const start = performance.now();
  await from.send(chat, text);
  await to.received(text);
  return Math.round(performance.now() - start);
}

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1]!;
