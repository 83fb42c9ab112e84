import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { userInfo } from "node:os";
import { connect, Unreachable } from "../../../runner/transport/index.ts";
import { text } from "./local-loop.ts";

const target = { name: "here", kind: "local", address: "here" } as const;
const options = { knownHosts: [], timeout: 5000 };
const isRoot = process.getuid?.() === 0;

describe("a connection to the machine itself", () => {
  it("runs batches as the user who started us", async () => {
    const connection = await connect(target, options);
    const shell = await connection.shell();
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index & 255);
    const replies = await shell.run([{ script: "id -un" }, { script: "cat", input: bytes }]);
    strictEqual(text(replies[0]!).stdout, `${userInfo().username}\n`);
    deepStrictEqual(new Uint8Array(replies[1]!.stdout), bytes);
    strictEqual(await connection.shell(userInfo().username), shell);
    await connection.close();
    await connection.close();
  });

  it("does not hand on our environment", async () => {
    process.env.SECRET_OF_OURS = "secret";
    const connection = await connect(target, options);
    const [reply] = await (await connection.shell()).run([{ script: "env" }]);
    await connection.close();
    delete process.env.SECRET_OF_OURS;
    strictEqual(/SECRET_OF_OURS|npm_|NODE_/.test(text(reply!).stdout), false);
  });

  it("runs batches as another user, at home in that user's home directory", async function () {
    if (!isRoot) this.skip();
    const connection = await connect(target, options);
    const shell = await connection.shell("daemon");
    const [reply] = await shell.run([{ script: 'id -un; echo "$USER $HOME"; [ -w "$T" ] && echo writable' }]);
    await connection.close();
    match(text(reply!).stdout, /^daemon\ndaemon \/usr\/sbin\nwritable\n$/);
  });

  it("names a user who does not exist", async function () {
    if (!isRoot) this.skip();
    const connection = await connect(target, options);
    await rejects(
      connection.shell("no-such-user"),
      (error) =>
        error instanceof Unreachable &&
        /no-such-user@here.*does not exist/.test(error.message) &&
        error.hint === "there is no user no-such-user on the host yet",
    );
    await connection.close();
  });

  it("refuses what is not the name of a user", async () => {
    const connection = await connect(target, options);
    for (const user of ["-s", "a b", "", "x;id", "../x", "$(id)", "a\nb"]) {
      await rejects(connection.shell(user), Unreachable);
    }
    await connection.close();
    await rejects(connection.shell(), Unreachable);
  });

  it("lets go of a step that does not end when it is closed", async function () {
    this.timeout(5000);
    const connection = await connect(target, options);
    const shell = await connection.shell();
    const batch = rejects(shell.run([{ script: "sleep 4" }]));
    await connection.close();
    await batch;
  });
});
