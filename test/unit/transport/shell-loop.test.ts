import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { loopCommand } from "../../../runner/transport/shell-loop.ts";
import { ConnectionLost, type Frame } from "../../../runner/transport/transport.ts";
import { type LocalLoop, shellsHere, startLoop, text } from "./local-loop.ts";

const allBytes = Uint8Array.from({ length: 256 * 40 }, (_, index) => (index * 7 + (index >> 8)) & 255);

describe("the command of the shell loop", () => {
  it("can be quoted for any login shell, and is short", () => {
    const programs = loopCommand({ ready: "ready" });
    ok(!/['\\!\n]/.test(programs.join("")));
    ok(programs.join(" ").length < 2500);
  });
});

for (const name of shellsHere) {
  describe(`a shell loop run by ${name}`, () => {
    let loop: LocalLoop;
    const run = (...scripts: string[]) => loop.run(...scripts);
    const runOne = async (script: string, input?: Uint8Array) => {
      const frame: Frame = input ? { script, input } : { script };
      const [reply] = await loop.shell.run([frame]);
      return text(reply!);
    };
    const stillWell = async () =>
      deepStrictEqual(await runOne("echo well"), { status: 0, stdout: "well\n", stderr: "" });

    before(async () => {
      loop = await startLoop(name);
    });
    after(() => loop.shell.close(5000));

    it("answers each frame with status, output and errors", async () => {
      const replies = await run("echo out; echo err >&2", ":", "printf 'no line end'; exit 3");
      deepStrictEqual(replies.map(text), [
        { status: 0, stdout: "out\n", stderr: "err\n" },
        { status: 0, stdout: "", stderr: "" },
        { status: 3, stdout: "no line end", stderr: "" },
      ]);
    });

    it("skips the frames after one that failed, and their input", async () => {
      const replies = await loop.shell.run([
        { script: "cat", input: allBytes },
        { script: "false" },
        { script: "echo never; cat", input: allBytes },
      ]);
      deepStrictEqual(
        replies.map((reply) => reply.status),
        [0, 1],
      );
      await stillWell();
    });

    it("needs no round trip for an empty batch", async () => {
      deepStrictEqual(await loop.shell.run([]), []);
    });

    it("keeps batches that are asked for at the same time in order", async () => {
      const replies = await Promise.all([1, 2, 3, 4].map((n) => run(`echo ${n}; sleep 0.0${5 - n}`)));
      deepStrictEqual(
        replies.map(([reply]) => text(reply!).stdout),
        ["1\n", "2\n", "3\n", "4\n"],
      );
    });

    it("gives scripts their input byte for byte", async () => {
      const [reply] = await loop.shell.run([{ script: "cat", input: allBytes }]);
      deepStrictEqual(new Uint8Array(reply!.stdout), allBytes);
    });

    it("gives end of file after the input, and at once without one", async () => {
      strictEqual((await runOne("cat; cat", Buffer.from("in"))).stdout, "in");
      strictEqual((await runOne("cat; read -r x || echo end")).stdout, "end\n");
    });

    it("is not disturbed by input that nobody reads", async () => {
      strictEqual((await runOne(":", new Uint8Array(3_000_000).fill(10))).status, 0);
      strictEqual((await runOne("head -c 3; exec 0<&-", Buffer.from("abcdef"))).stdout, "abc");
      await stillWell();
    });

    it("takes scripts of some megabytes, and of any characters but NUL", async () => {
      const filler = "#".repeat(3_000_000);
      strictEqual((await runOne(`echo a\n${filler}\necho b`)).stdout, "a\nb\n");
      const odd = String.fromCharCode(
        ...Array.from({ length: 31 }, (_, n) => n + 1).filter((n) => n !== 13),
        127,
        233,
      );
      strictEqual((await runOne(`printf %s '${odd}'`)).stdout, odd);
    });

    it("sends output of many megabytes", async () => {
      const { stdout } = await runOne("head -c 20000000 /dev/zero; echo; echo end");
      strictEqual(stdout.length, 20_000_005);
      await stillWell();
    });

    it("survives what scripts do to their shell", async () => {
      const deeds: [script: string, status: number][] = [
        ["exit 7", 7],
        ["kill -9 $$; sleep 1", 137],
        ["kill $$; sleep 1", 143],
        ["sh -c 'kill -9 $PPID'; sleep 1", 137],
        ["exec sh -c 'kill -9 $$'", 137],
        ["exec false", 1],
        ["set -e; false; echo not reached", 1],
        ["set -u; : $unset_variable; echo not reached", name === "bash" ? 1 : 2],
        ["cd / && set -f && umask 000 && IFS=x && PATH=/nowhere && exit 0", 0],
        ["echo() { exit 9; }; read() { exit 9; }; head() { exit 9; }; alias tar=false", 0],
        ["trap '' TERM HUP PIPE; trap 'exit 5' EXIT", 5],
        ["exec >&- 2>&- <&-", 0],
        ["exec 3>&1 4>&2 5<&0; readonly T=x PATH", 0],
        ["_d=/ _n=99 _i=50 b= d=; unset T; set -- 1 2 3", 0],
        ["while", 2],
        ["return 4", 4],
        ['rm -rf "$T"', 0],
      ];
      for (const [script, status] of deeds) {
        const { status: found, stdout } = await runOne(script);
        deepStrictEqual([script, found], [script, name === "bash" && script === "while" ? found : status]);
        strictEqual(stdout, "");
        await stillWell();
      }
    });

    it("ends the batch with the frame that kills its shell", async () => {
      const replies = (await run("echo 1", "echo 2; kill -9 $$; sleep 1", "echo 3")).map(text);
      deepStrictEqual(
        replies.map(({ status, stdout }) => [status, stdout]),
        [
          [0, "1\n"],
          [137, "2\n"],
        ],
      );
    });

    it("does not wait for children in the background, whatever they hold open", async () => {
      const { stdout } = await runOne("sleep 20 & echo $!; (sleep 20; echo late) &");
      await stillWell();
      await runOne(`kill ${stdout.trim()}`);
    });

    it("keeps the framing when a child goes on writing", async () => {
      const [reply] = await run("(while :; do echo more more more more; done) & echo $!; sleep 0.05");
      const pid = text(reply!)
        .stdout.split("\n")
        .find((line) => /^[0-9]+$/.test(line));
      for (let round = 0; round < 3; round++) await stillWell();
      await runOne(`kill ${pid}`);
    });

    it("starts every frame afresh: home directory, umask, locale, no arguments", async () => {
      const state = 'pwd; umask; echo "$LC_ALL $#"; set -o | grep -c "on$"; alias';
      const [first] = await run(state);
      await run("cd /tmp; umask 077; LC_ALL=x; set -- 1 2; set -f; alias x=y");
      const [second] = await run(state);
      deepStrictEqual(text(second!), text(first!));
      match(text(first!).stdout, /^\/.*\n0022\nC 0\n/);
    });

    it("lets set -e work within a frame", async () => {
      strictEqual((await runOne("set -e\nfalse\necho reached")).stdout, "");
    });

    it("gives the frames of a batch a private directory, and empties it afterwards", async () => {
      const replies = (await run('ls -ld "$T"; ls -A "$T"; echo x > "$T/file"', 'cat "$T/file"')).map(text);
      match(replies[0]!.stdout, /^drwx------[^\n]*\n$/);
      strictEqual(replies[1]!.stdout, "x\n");
      strictEqual((await runOne('ls -A "$T"')).stdout, "");
    });

    it("replies as asked whatever the frames are", async () => {
      const frame = fc.record({
        out: fc.uint8Array({ maxLength: 2000 }),
        err: fc.stringMatching(/^[ -&(-~\n]{0,50}$/),
        status: fc.constantFrom(0, 0, 0, 1, 77, 255),
        reads: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(frame, { maxLength: 8 }), async (frames) => {
          const replies = await loop.shell.run(
            frames.map(({ out, err, status, reads }) => ({
              script: `${reads ? "cat;" : ""} printf %s '${err}' >&2; exit ${status}`,
              input: out,
            })),
          );
          const failed = frames.findIndex((frame) => frame.status !== 0);
          const expected = failed < 0 ? frames : frames.slice(0, failed + 1);
          deepStrictEqual(
            replies.map(({ status, stdout, stderr }) => [
              status,
              Buffer.from(stdout).toString("hex"),
              String(stderr),
            ]),
            expected.map(({ out, err, status, reads }) => [
              status,
              reads ? Buffer.from(out).toString("hex") : "",
              err,
            ]),
          );
        }),
        { numRuns: 40 },
      );
    });

    it("refuses a script with NUL before anything is sent", async () => {
      await rejects(async () => loop.shell.run([{ script: "echo \0" }]), TypeError);
      await stillWell();
    });
  });

  describe(`the end of a shell loop run by ${name}`, () => {
    const directoryOf = async ({ run }: LocalLoop) => {
      const [reply] = await run('echo "$T"');
      return text(reply!)
        .stdout.trim()
        .replace(/\/b\/tmp$/, "");
    };
    const vanished = async (path: string) => {
      for (let tries = 0; existsSync(path) && tries < 100; tries++) await sleep(20);
      return !existsSync(path);
    };

    it("leaves nothing behind after close", async () => {
      const loop = await startLoop(name);
      const directory = await directoryOf(loop);
      ok(existsSync(directory));
      await loop.shell.close(5000);
      ok(!existsSync(directory));
      await rejects(loop.run("echo"), ConnectionLost);
    });

    for (const signal of ["SIGTERM", "SIGHUP"] as const) {
      it(`leaves nothing behind after ${signal}`, async () => {
        const loop = await startLoop(name);
        const directory = await directoryOf(loop);
        const batch = loop.run("sleep 0.1");
        loop.child.kill(signal);
        await batch.catch(() => {});
        loop.shell.close(5000);
        ok(await vanished(directory));
      });
    }

    it("leaves nothing behind when we vanish in mid-batch", async () => {
      const loop = await startLoop(name);
      const directory = await directoryOf(loop);
      loop.run("sleep 0.1; head -c 1000000 /dev/zero", "echo x").catch(() => {});
      await sleep(20);
      for (const stream of [loop.child.stdin, loop.child.stdout, loop.child.stderr]) stream?.destroy();
      ok(await vanished(directory));
    });

    it("is ConnectionLost for the batch in hand and all later ones", async () => {
      const loop = await startLoop(name);
      const first = loop.run("sleep 1");
      const second = loop.run("echo second");
      await sleep(50);
      loop.child.kill("SIGKILL");
      await rejects(
        first,
        (error) => error instanceof ConnectionLost && /root@here ended: signal SIGKILL/.test(error.message),
      );
      await rejects(second, ConnectionLost);
      await rejects(loop.run("echo third"), ConnectionLost);
      await loop.shell.close(1000);
    });

    it("leaves what it could not remove, since it was killed, to the next one, but nothing of others", async () => {
      const loop = await startLoop(name);
      const directory = await directoryOf(loop);
      const beside = `${directory}-d/.chatmail-play.0123456789`;
      mkdirSync(dirname(beside));
      const elsewhere = join(dirname(beside), "elsewhere");
      for (const path of [beside, elsewhere]) writeFileSync(path, "half");
      loop.run(`printf %s ${beside} >"$T/beside.new"; echo x >"$T/file"; sleep 30`).catch(() => {});
      for (let tries = 0; !existsSync(join(directory, "b/tmp/file")) && tries < 200; tries++) await sleep(20);
      const killed = once(loop.child, "exit");
      loop.child.kill("SIGKILL");
      await killed;
      // The batch goes on without its shell, and needs its files.
      await (await startLoop(name)).shell.close(5000);
      ok(existsSync(join(directory, "b/tmp/file")));
      process.kill(-(loop.child.pid as number), "SIGKILL");
      // A shell that runs, a link, and a directory of another make.
      const living = await startLoop(name);
      const others = [`${directory}-link`, `${directory}-other`];
      symlinkSync(elsewhere, others[0]!);
      mkdirSync(others[1]!);
      const next = await startLoop(name);
      ok(!existsSync(directory) && !existsSync(beside));
      ok(existsSync(await directoryOf(living)) && existsSync(elsewhere));
      for (const other of others) ok(existsSync(other), other);
      for (const path of [...others, dirname(beside)]) rmSync(path, { recursive: true });
      for (const { shell } of [living, next]) await shell.close(5000);
    });

    it("does not begin a batch that did not come whole", async () => {
      const loop = await startLoop(name);
      const directory = await directoryOf(loop);
      const marker = `${directory}-marker`;
      const command = `: > ${marker}`;
      // The header promises one block more than is sent.
      const { pack } = await import("../../../runner/transport/ustar.ts");
      const archive = pack([{ name: "0.s", bytes: Buffer.from(command) }]);
      loop.child.stdin?.end(Buffer.concat([Buffer.from(`${archive.length + 512} 1\n`), archive]));
      ok(await vanished(directory));
      ok(!existsSync(marker));
      await loop.shell.close(1000);
    });
  });
}
