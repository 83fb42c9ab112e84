import { deepStrictEqual, match, rejects } from "node:assert/strict";
import { connectSsh } from "../../../runner/transport/ssh.ts";
import { type Target, Unreachable } from "../../../runner/transport/transport.ts";
import { hostKey, userKey } from "./ssh-scene.ts";
import {
  makeHome,
  newKey,
  type ServerOptions,
  startServer,
  type TestServer,
  targetAt,
} from "./ssh-server.ts";

const jumpKey = newKey();

describe("a connection over ssh goes through other hosts", () => {
  const open: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of open.splice(0).reverse()) await end();
  });

  async function server(options: Partial<ServerOptions> = {}): Promise<TestServer> {
    const started = await startServer({ hostKeys: [hostKey], authorized: [userKey], ...options });
    open.push(() => started.close());
    return started;
  }
  const jumpHost = () => server({ hostKeys: [jumpKey], user: "jumper", forwards: true });
  const knownAt = (key: typeof hostKey, { port }: TestServer) => `[127.0.0.1]:${port} ${key.public}\n`;

  async function enter(target: Target, files: Record<string, string>) {
    const { home, remove } = await makeHome({ id_ed25519: userKey.private, ...files });
    open.push(remove);
    const around = { home, user: "root", env: {}, sshConfig: "" };
    const connection = await connectSsh(target, { knownHosts: [], timeout: 3000 }, around);
    open.push(() => connection.close());
    const [reply] = await (await connection.shell()).run([{ script: "echo hello" }]);
    deepStrictEqual(String(reply?.stdout), "hello\n");
  }

  it("that the configuration names, with its settings for them", async () => {
    const [host, jump] = [await server(), await jumpHost()];
    const config = `Host bastion\n  HostName 127.0.0.1\n  Port ${jump.port}\n  User jumper\nHost *\n  ProxyJump bastion\n`;
    const known_hosts = knownAt(hostKey, host) + knownAt(jumpKey, jump);
    await enter(targetAt(host.port), { config, known_hosts });
    deepStrictEqual(jump.log, ["login jumper", `forward 127.0.0.1:${host.port}`]);
    deepStrictEqual(host.log, ["login root", "exec"]);
  });

  it("that the inventory names, several in a row", async () => {
    const [host, near, far] = [await server(), await jumpHost(), await jumpHost()];
    const known_hosts = knownAt(hostKey, host) + knownAt(jumpKey, near) + knownAt(jumpKey, far);
    const proxyJump = `jumper@127.0.0.1:${near.port}, ssh://jumper@127.0.0.1:${far.port}`;
    await enter(targetAt(host.port, { proxyJump }), { known_hosts });
    deepStrictEqual(near.log, ["login jumper", `forward 127.0.0.1:${far.port}`]);
    deepStrictEqual(far.log, ["login jumper", `forward 127.0.0.1:${host.port}`]);
  });

  const failures: [
    title: string,
    message: RegExp,
    proxyJump: (jump: TestServer) => string,
    knows: boolean,
  ][] = [
    [
      "unless one of them is not known",
      /the host key of 127.0.0.1 is not known/,
      (jump) => `jumper@127.0.0.1:${jump.port}`,
      false,
    ],
    [
      "unless one of them refuses the login",
      /login as nobody was refused/,
      (jump) => `nobody@127.0.0.1:${jump.port}`,
      true,
    ],
    [
      "unless one of them is written wrongly",
      /"-oProxyCommand=x" is no host/,
      () => "-oProxyCommand=x",
      true,
    ],
  ];
  for (const [title, message, proxyJump, knows] of failures) {
    it(title, async () => {
      const [host, jump] = [await server(), await jumpHost()];
      const known_hosts = knownAt(hostKey, host) + (knows ? knownAt(jumpKey, jump) : "");
      await rejects(enter(targetAt(host.port, { proxyJump: proxyJump(jump) }), { known_hosts }), (error) => {
        match(error instanceof Unreachable ? error.message : "", message);
        return true;
      });
      deepStrictEqual(host.log, []);
    });
  }

  it("and says when one of them cannot connect to the next", async () => {
    const jump = await jumpHost();
    const closed = await startServer({ hostKeys: [hostKey], authorized: [] });
    await closed.close();
    const proxyJump = `jumper@127.0.0.1:${jump.port}`;
    await rejects(
      enter(targetAt(closed.port, { proxyJump }), { known_hosts: knownAt(jumpKey, jump) }),
      /mail.example: 127.0.0.1 could not connect to 127.0.0.1:\d+/,
    );
  });

  it("but not in a circle", async () => {
    const config = "Host one\n  ProxyJump two\nHost two\n  ProxyJump one\n";
    await rejects(
      enter({ name: "one", kind: "ssh", address: "one" }, { config }),
      /ProxyJump leads in a circle/,
    );
  });
});
