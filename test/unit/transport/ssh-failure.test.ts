import { match, ok, rejects } from "node:assert/strict";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { connectSsh } from "../../../runner/transport/ssh.ts";
import { type Target, Unreachable } from "../../../runner/transport/transport.ts";
import { usual } from "./ssh-scene.ts";
import { makeHome, targetAt } from "./ssh-server.ts";

describe("a connection over ssh does not come about", () => {
  const open: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of open.splice(0).reverse()) await end();
  });

  const attempt = (target: Partial<Target>, message: RegExp, hint: RegExp, timeout = 5000) =>
    rejects(connectTo(target, timeout), (error) => {
      ok(error instanceof Unreachable, String(error));
      match(error.message, message);
      match(error.hint ?? "", hint);
      return true;
    });
  const connectTo = async (target: Partial<Target>, timeout: number) => {
    const { home, remove } = await makeHome(usual);
    open.push(remove);
    return connectSsh(
      { ...targetAt(22), ...target },
      { knownHosts: [], timeout },
      { home, user: "root", env: {}, sshConfig: "" },
    );
  };
  const listen = async (onConnection: (socket: Socket) => void) => {
    const server = createServer(onConnection);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    open.push(() => new Promise((resolve) => server.close(resolve)));
    return (server.address() as AddressInfo).port;
  };

  it("because nothing listens", async () => {
    const port = await listen(() => {});
    await open.pop()!();
    await attempt(
      { port },
      /^mail.example \(127.0.0.1:[0-9]+\): the connection was refused$/,
      /sshd.*ansible_port/,
    );
  });

  it("because the name does not exist", async function () {
    this.timeout(20_000);
    await attempt(
      { address: "no-such-host.invalid" },
      /no-such-host.invalid (does not exist|cannot be looked up)/,
      /./,
    );
  });

  it("because what listens does not speak", async () => {
    const port = await listen((socket) => socket.on("error", () => {}).resume());
    await attempt({ port }, /something answers on port.*within 0.2 s/, /sshd/, 200);
  });

  it("because what listens is not SSH", async () => {
    const port = await listen((socket) =>
      socket
        .on("error", () => {})
        .resume()
        .end("HTTP/1.0 400 Bad Request\r\n\r\n"),
    );
    await attempt({ port }, /closed the connection at once/, /sshd/);
  });

  it("because the host hangs up", async () => {
    const port = await listen((socket) =>
      socket
        .on("error", () => {})
        .resume()
        .end(),
    );
    await attempt({ port }, /closed the connection at once/, /fail2ban/);
  });
});
