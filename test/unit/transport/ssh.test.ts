import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { ConnectionLost, Unreachable } from "../../../runner/transport/transport.ts";
import { text } from "./local-loop.ts";
import { sshScene } from "./ssh-scene.ts";

describe("a connection over ssh", () => {
  const { enter, passes } = sshScene();

  it("runs batches in one channel for each user", async () => {
    const { server, connecting } = await enter();
    const connection = await connecting;
    const shell = await connection.shell();
    strictEqual(await connection.shell("root"), shell);
    const replies = await Promise.all([1, 2, 3].map((n) => shell.run([{ script: `echo ${n}` }])));
    deepStrictEqual(
      replies.map(([reply]) => text(reply!).stdout),
      ["1\n", "2\n", "3\n"],
    );
    deepStrictEqual(server.log, ["login root", "exec"]);
  });

  it("carries megabytes in both directions", async () => {
    const { connecting } = await enter();
    const shell = await (await connecting).shell();
    const bytes = new Uint8Array(8_000_000).map((_, index) => (index * 31 + (index >> 8)) & 255);
    const [reply] = await shell.run([{ script: "cat", input: bytes }]);
    ok(Buffer.from(reply!.stdout).equals(bytes));
  });

  it("is not confused by what a login prints", async () => {
    await passes({
      server: { login: (command) => `echo welcome; echo 'no newline: \\c'; echo trouble >&2; ${command}` },
    });
  });

  it("says what a login says that gives no shell", async () => {
    const { connecting } = await enter({
      server: { login: () => "echo This account is not available.; exit 1" },
    });
    await rejects(
      (await connecting).shell(),
      /no shell for root@mail.example: This account is not available/,
    );
  });

  it("does not wait for a shell that never starts", async () => {
    const { connecting } = await enter({ timeout: 300, server: { login: () => "sleep 1" } });
    await rejects((await connecting).shell(), /did not start within 0.3 s/);
  });
  describe("that is lost", () => {
    it("fails the batch in hand and all later ones", async () => {
      const { server, connecting } = await enter();
      const shell = await (await connecting).shell();
      const first = rejects(shell.run([{ script: "sleep 0.5" }]), ConnectionLost);
      const second = rejects(shell.run([{ script: ":" }]), ConnectionLost);
      await sleep(100);
      server.cut();
      await Promise.all([first, second]);
      await rejects(shell.run([{ script: ":" }]), /the shell of root@mail.example ended/);
      const connection = await connecting;
      await rejects(connection.shell("daemon"), Unreachable);
      await connection.close();
    });

    it("is closed without a word", async () => {
      const { server, connecting } = await enter();
      const connection = await connecting;
      await connection.shell();
      server.cut();
      await connection.close();
      await rejects(connection.shell(), Unreachable);
    });
  });
});
