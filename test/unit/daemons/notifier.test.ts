import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Notifier } from "../../../roles/chatmaild/daemons/lib/metadata/notifier.ts";
import { pendingFiles } from "../../../roles/chatmaild/daemons/lib/metadata/pending.ts";
import { type Poster, posterTo } from "../../../roles/chatmaild/daemons/lib/metadata/post.ts";
import { ManualClock } from "./manual-clock.ts";

const ALICE = "alice1234@relay.test";
const NOW = 1_795_000_000;
const HOUR = 3600;

interface Asked {
  readonly line: string;
  readonly body: string;
  readonly response: ServerResponse;
}

describe("the notifier", () => {
  let directory: string;
  let clock: ManualClock;
  let server: Server;
  let poster: Poster;
  let notifier: Notifier;
  let asked: Asked[];
  let gone: string[];
  let log: string[];
  let wake: () => void;
  /** What the notification server does: a status, or nothing that is one. */
  let answer: number | "hang" | "close";

  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds())
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, 5);
      });
  };
  const files = (): string[] => readdirSync(directory);
  const notify = (token: string): Promise<void> =>
    notifier.notify({ address: ALICE, token, start: clock.now() / 1000 });
  const newNotifier = (): Notifier =>
    new Notifier({
      files: pendingFiles(directory, (text) => log.push(text)),
      post: poster.post,
      gone: async ({ address, token }) => {
        gone.push(`${address} ${token}`);
      },
      clock,
      log: (text) => log.push(text),
    });

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "notifier-"));
    clock = new ManualClock(NOW);
    [asked, gone, log, answer, wake] = [[], [], [], 200, () => undefined];
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (bytes) => {
        body += bytes;
      });
      request.on("end", () => {
        asked.push({ line: `${request.method} ${request.url}`, body, response });
        if (answer === "close") response.destroy();
        else if (answer !== "hang") response.writeHead(answer).end("some text");
        wake();
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    poster = posterTo({ url: `http://127.0.0.1:${port}/notify`, timeout: 200 });
    notifier = newNotifier();
    await notifier.resume();
  });

  afterEach(async () => {
    const ended = notifier.close();
    poster.close();
    await ended;
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true });
  });

  it("posts the bare token, and is done with 200", async () => {
    await notify("token:1");
    await until(() => files().length === 0);
    assert.deepEqual(
      asked.map(({ line, body }) => [line, body]),
      [["POST /notify", "token:1"]],
    );
    assert.deepEqual([gone, log, clock.next], [[], [], undefined]);
  });

  it("has a token removed for which the answer is 410", async () => {
    answer = 410;
    await notify("token:1");
    await until(() => files().length === 0);
    assert.deepEqual(gone, [`${ALICE} token:1`]);
    assert.equal(clock.next, undefined);
  });

  for (answer of [404, 500, 201, "close", "hang"] as const) {
    const what = answer;
    it(`tries again after 8, 64, 512 and 4096 seconds, five times in all, when the server says ${what}`, async () => {
      answer = what;
      await notify("token:1");
      for (const pause of [8, 64, 512, 4096]) {
        await until(() => clock.next !== undefined);
        assert.equal(clock.next, pause);
        clock.pass(pause);
      }
      await until(() => files().length === 0);
      assert.equal(asked.length, 5);
      assert.equal(clock.next, undefined);
      assert.match(log.join("\n"), /^error: notification dropped[^\n]*$/);
      assert.ok(!log.join().includes("token:1"));
    });
  }

  it("tries again when there is no server, and is done when there is one again", async () => {
    const { port } = server.address() as AddressInfo;
    server.close();
    await notify("token:1");
    await until(() => clock.next === 8);
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    clock.pass(8);
    await until(() => files().length === 0);
    assert.equal(asked.length, 1);
  });

  it("drops what could not be told within five hours", async () => {
    answer = 500;
    await notifier.notify({ address: ALICE, token: "late", start: NOW - 5 * HOUR + 8 });
    await until(() => clock.next === 8);
    clock.pass(8);
    await until(() => files().length === 0);
    assert.equal(asked.length, 2);
    assert.match(log.join(), /dropped/);
  });

  it("keeps what waits in files, and goes on with it at once after a restart", async () => {
    answer = 500;
    await notify("token:1");
    await until(() => clock.next === 8);
    await notifier.close();
    const [name = ""] = files();
    assert.match(name, /^[0-9a-f]+$/);
    assert.equal(readFileSync(join(directory, name), "utf8"), `${ALICE}\n${NOW}\ntoken:1`);
    answer = 200;
    notifier = newNotifier();
    await notifier.resume();
    await until(() => files().length === 0);
    assert.equal(asked.length, 2);
  });

  it("wakes a device even if it cannot keep that, and keeps the next ones as soon as it can", async () => {
    rmSync(directory, { recursive: true });
    writeFileSync(directory, "in the way");
    await notify("token:1");
    await until(() => asked.length === 1);
    assert.match(log.join(), /in memory only/);
    rmSync(directory);
    answer = 500;
    await notify("token:2");
    assert.equal(files().length, 1);
  });

  it("ends while the server hangs, and forgets nothing", async () => {
    answer = "hang";
    await notify("token:1");
    await until(() => asked.length === 1);
    const ended = notifier.close();
    poster.close();
    await ended;
    assert.equal(files().length, 1);
  });

  it("removes files that hold no whole notification, and says so", async () => {
    writeFileSync(join(directory, "abc.tmp"), `${ALICE}\n${NOW}\ntoken`);
    writeFileSync(join(directory, "def"), `${ALICE}\nsoon\ntoken`);
    writeFileSync(join(directory, "012"), ALICE);
    writeFileSync(join(directory, "345"), `${ALICE}\n${NOW}.25\nolder`);
    await notifier.resume();
    await until(() => files().length === 0);
    assert.deepEqual(
      asked.map(({ body }) => body),
      ["older"],
    );
    assert.equal(log.filter((line) => /^warning: .*removed$/.test(line)).length, 3);
  });

  it("posts four at a time, and those that are tried again do not take their places", async () => {
    answer = 500;
    for (const token of ["a", "b", "c"]) await notify(token);
    await until(() => asked.length === 3 && clock.next === 8);
    await new Promise((resolve) => setTimeout(resolve, 20));
    answer = "hang";
    clock.pass(8);
    for (const token of ["d", "e", "f", "g", "h", "i"]) await notify(token);
    await until(() => asked.length === 9);
    const open = asked.slice(3).map(({ body }) => body);
    assert.deepEqual(open.toSorted(), ["a", "b", "d", "e", "f", "g"]);
    answer = 200;
    for (const { response } of asked.slice(3)) response.writeHead(200).end();
    await until(() => files().length === 0);
    assert.equal(asked.length, 12);
  });

  it("tells a device once of messages that come while it waits to be told", async () => {
    answer = 500;
    await notify("token:1");
    await until(() => clock.next === 8);
    for (let count = 0; count < 10; count++) await notify("token:1");
    await until(() => asked.length >= 2 && clock.next === 8);
    answer = 200;
    clock.pass(8);
    await until(() => files().length === 0);
    assert.equal(clock.next, undefined);
  });
});
