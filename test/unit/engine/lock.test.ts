import { deepStrictEqual, match, ok, rejects } from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HostLock } from "../../../runner/engine/lock.ts";
import { Unreachable } from "../../../runner/transport/transport.ts";
import { type LocalLoop, startLoop } from "../transport/local-loop.ts";

describe("The lock of a host", () => {
  let directory: string;
  const open: LocalLoop[] = [];
  const told: string[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "lock-"));
    told.length = 0;
  });
  afterEach(async () => {
    for (const loop of open.splice(0)) await loop.shell.close(1000);
    rmSync(directory, { recursive: true, force: true });
  });

  const file = () => join(directory, "lock");

  /** One run: its connection, and its try to take the lock with something to do after it. */
  async function runOf(
    operator: string,
    { patience = 0, run = operator, signal = new AbortController().signal } = {},
  ) {
    const loop = await startLoop();
    open.push(loop);
    const lock = new HostLock({
      run,
      operator,
      user: "root",
      directory,
      patience,
      waiting: (message) => told.push(message),
      signal,
    });
    const take = () => lock.take((first) => loop.shell.run([first, { script: "echo at work" }]));
    return { loop, lock, take };
  }
  const said = (replies: readonly { stdout: Uint8Array }[]) =>
    replies.map(({ stdout }) => Buffer.from(stdout).toString());

  it("goes before what is to be done, in the same batch", async () => {
    const one = await runOf("alice@laptop");
    deepStrictEqual(said(await one.take()), ["at work\n"]);
    match(readFileSync(file(), "utf8"), /\nalice@laptop\n\d+\nalice@laptop\n$/);
  });

  it("is not waited for any longer when the run is interrupted", async () => {
    await (await runOf("alice@laptop")).take();
    const stopping = new AbortController();
    const waiting = (await runOf("bob@desk", { patience: 600, signal: stopping.signal })).take();
    while (told.length === 0) await sleep(20);
    stopping.abort();
    await rejects(waiting, /alice@laptop.*; it was waited for until the interruption$/);
  });

  it("refuses another run, and says who is at work, from where and since when", async () => {
    await (await runOf("alice@laptop", { run: "20261126T101112-abcd" })).take();
    await rejects((await runOf("bob@desk")).take(), (error) => {
      ok(error instanceof Unreachable);
      match(
        error.message,
        /at work on this host: alice@laptop, since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(run 20261126T101112-abcd\)/,
      );
      match(error.hint ?? "", /--lock-timeout/);
      return true;
    });
  });

  it("is there for the same run on a second connection", async () => {
    await (await runOf("alice@laptop")).take();
    deepStrictEqual(said(await (await runOf("alice@laptop")).take()), ["at work\n"]);
  });

  it("ends with the connection", async () => {
    const one = await runOf("alice@laptop");
    await one.take();
    await one.loop.shell.close(1000);
    ok(!existsSync(file()));
    deepStrictEqual(said(await (await runOf("bob@desk")).take()), ["at work\n"]);
  });

  it("holds while what a killed shell has begun is still at work", async () => {
    const one = await runOf("alice@laptop");
    await one.take();
    const working = one.loop.run(`sleep 60 & echo $! >${directory}/pid; wait`).catch(() => undefined);
    const until = Date.now() + 5000;
    while (Date.now() < until && !readable(`${directory}/pid`))
      await new Promise((done) => setTimeout(done, 20));
    one.loop.child.kill("SIGKILL");
    await working;
    const two = await runOf("bob@desk");
    await rejects(two.take(), /alice@laptop/);
    process.kill(Number(readFileSync(`${directory}/pid`, "utf8")));
    const three = await runOf("carol@home", { patience: 10 });
    deepStrictEqual(said(await three.take()), ["at work\n"]);
  });

  it("is waited for where that is wanted, and says so", async () => {
    const one = await runOf("alice@laptop");
    await one.take();
    const two = await runOf("bob@desk", { patience: 20 });
    const taken = two.take();
    const until = Date.now() + 5000;
    while (told.length === 0 && Date.now() < until) await new Promise((done) => setTimeout(done, 20));
    match(told[0] ?? "", /alice@laptop.*; waiting for it, at most 20 s/);
    await one.loop.shell.close(1000);
    deepStrictEqual(said(await taken), ["at work\n"]);
  });

  it("is taken from a shell at rest that has not been heard of, which ends with it", async () => {
    const one = await runOf("alice@laptop");
    await one.take();
    const ended = new Promise((resolve) => one.loop.child.once("exit", (_code, signal) => resolve(signal)));
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(file(), longAgo, longAgo);
    deepStrictEqual(said(await (await runOf("bob@desk")).take()), ["at work\n"]);
    deepStrictEqual(await ended, "SIGKILL");
  });

  it("is kept by a sign of life", async () => {
    const one = await runOf("alice@laptop");
    await one.take();
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(file(), longAgo, longAgo);
    await one.loop.shell.run([one.lock.beat()]);
    await rejects((await runOf("bob@desk")).take(), /alice@laptop/);
  });
});

function readable(path: string): boolean {
  try {
    return readFileSync(path, "utf8") !== "";
  } catch {
    return false;
  }
}
