// What the tests of ssh share: a server, a home directory, and what is expected of a connection between them.

import { deepStrictEqual, match, ok, rejects } from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectSsh } from "../../../runner/transport/ssh.ts";
import { type Ask, type Target, Unreachable } from "../../../runner/transport/transport.ts";
import {
  makeHome,
  newKey,
  type ServerOptions,
  startServer,
  type TestServer,
  targetAt,
} from "./ssh-server.ts";

export const hostKey = newKey();
export const userKey = newKey();
export const rsaUserKey = newKey("rsa");

/** A line of known_hosts; "PORT" becomes the server's. */
export const known = (key = hostKey, name = "[127.0.0.1]:PORT") => `${name} ${key.public}\n`;
export const usual = { known_hosts: known(), id_ed25519: userKey.private };

export interface Scene {
  readonly server?: Partial<ServerOptions>;
  /** Files of ~/.ssh; "PORT" in them becomes the server's. */
  readonly files?: Record<string, string>;
  readonly target?: Partial<Target>;
  readonly knownHosts?: string[];
  readonly agent?: string;
  readonly timeout?: number;
  readonly acceptNewHostKeys?: boolean;
  /** What the person at the terminal answers in turn; undefined is Ctrl-C. Without it there is nobody. */
  readonly answers?: readonly (string | undefined)[];
  /** Where the questions go. */
  readonly asked?: string[];
}

/** Call it in a describe; what a test opens is closed after it. */
export function sshScene() {
  const open: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of open.splice(0).reverse()) await end();
  });

  async function enter(scene: Scene = {}) {
    const server = await startServer({
      hostKeys: [hostKey],
      authorized: [userKey, rsaUserKey],
      ...scene.server,
    });
    open.push(() => server.close());
    const files = Object.fromEntries(
      Object.entries(scene.files ?? usual).map(([name, text]) => [
        name,
        text.replaceAll("PORT", String(server.port)),
      ]),
    );
    const { home, file, remove } = await makeHome(files);
    open.push(remove);
    const around = {
      home,
      user: "root",
      env: { SSH_AUTH_SOCK: scene.agent },
      sshConfig: join(home, "ssh_config"),
    };
    const connecting = connectSsh(
      targetAt(server.port, scene.target),
      {
        knownHosts: (scene.knownHosts ?? []).map(file),
        timeout: scene.timeout ?? 5000,
        acceptNewHostKeys: scene.acceptNewHostKeys ?? false,
        ...(scene.answers ? { ask: person(scene.answers, scene.asked) } : {}),
      },
      around,
    ).then((connection) => {
      open.push(() => connection.close());
      return connection;
    });
    connecting.catch(() => {});
    return { server, connecting, home };
  }

  async function passes(scene: Scene = {}): Promise<TestServer> {
    const { server, connecting } = await enter(scene);
    const shell = await (await connecting).shell();
    const [reply] = await shell.run([{ script: "echo hello; cat", input: Buffer.from([0, 255]) }]);
    deepStrictEqual(Buffer.from(reply!.stdout), Buffer.from([...Buffer.from("hello\n"), 0, 255]));
    return server;
  }

  async function fails(message: RegExp, hint: RegExp | undefined, scene: Scene = {}) {
    const { server, connecting } = await enter(scene);
    await rejects(connecting, (error) => {
      ok(error instanceof Unreachable, String(error));
      match(error.message, message);
      if (hint) match(error.hint ?? "", hint);
      return true;
    });
    return server;
  }

  return { enter, passes, fails };
}

/** Does not answer at once. */
function person(answers: readonly (string | undefined)[], asked: string[] = []): Ask {
  const left = [...answers];
  return async ({ text, hidden }) => {
    asked.push(`${hidden ? "hidden: " : ""}${text}`);
    await sleep(20);
    return left.shift();
  };
}
