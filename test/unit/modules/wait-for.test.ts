import { deepStrictEqual, equal } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { type LocalLoop, startLoop } from "../transport/local-loop.ts";
import { onHost, planOf, scratch, sh } from "./harness.ts";

onHost("wait_for, asked what an answer must look like,", () => {
  const dir = scratch();
  const open: Server[] = [];
  let loop: LocalLoop;
  before(async () => {
    loop = await startLoop();
  });
  after(() => loop.shell.close(1000));
  afterEach(() => {
    for (const server of open.splice(0)) server.close();
  });

  /** In a shell beside, so that the servers of this process can answer. */
  async function run(params: Record<string, unknown>) {
    const plan = await planOf({ module: "wait_for", params });
    if (plan.kind !== "run") throw new Error(plan.kind);
    const [reply] = await loop.run(plan.script);
    return plan.interpret(reply!);
  }

  async function serve(server: Server, at: number | string = 0): Promise<number> {
    open.push(server);
    await new Promise<void>((resolve) => server.listen(at, () => resolve()));
    const address = server.address();
    return typeof address === "object" ? (address?.port ?? 0) : 0;
  }
  const greet = (socket: Socket) => void socket.on("error", () => {}).write("220 mail.example ready\r\n");
  const echo = (socket: Socket) => void socket.on("error", () => {}).on("data", (said) => socket.end(said));

  it("waits for a port's greeting, not only for the port", async () => {
    const port = await serve(createServer(greet));
    equal((await run({ port, says: "^220 ", timeout: 5 })).failed, undefined);
    const late = await run({ port, says: "^250 ", timeout: 0 });
    deepStrictEqual(
      [late.failed, late.msg],
      [true, `127.0.0.1:${port} does not answer as it should after 0 seconds`],
    );
    const silent = await serve(createServer((socket) => void socket.on("error", () => {})));
    equal((await run({ port: silent, timeout: 0 })).failed, undefined);
    equal((await run({ port: silent, says: ".", timeout: 0, connect_timeout: 1 })).failed, true);
  });

  it("talks to a Unix socket", async () => {
    const socket = dir.at("it's a socket");
    await serve(createServer(echo), socket);
    equal((await run({ socket, timeout: 5 })).failed, undefined);
    const said = { send: "it's $HOME", says: "^it's [$]HOME" };
    equal((await run({ socket, ...said, timeout: 5 })).failed, undefined);
    equal((await run({ socket: dir.at("none"), timeout: 0 })).failed, true);
  });

  it("talks TLS, whatever the certificate", async () => {
    const [key, cert] = [dir.at("key"), dir.at("cert")];
    sh(
      `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ${key} -out ${cert} -days 1 -subj /CN=x 2>/dev/null`,
    );
    const port = await serve(createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, echo));
    const talk = { port, tls: true, send: "QUIT" };
    equal((await run({ ...talk, says: "^QUIT", timeout: 5 })).failed, undefined);
    equal((await run({ ...talk, says: "^221", timeout: 0 })).failed, true);
  });
});
