// An SSH server on loopback, by ssh2, that runs commands as the user who runs the tests. What only a real sshd
// does is tested in test/integration/transport.test.ts.

import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2, { type AuthContext, type ServerChannel } from "ssh2";
import type { Target } from "../../../runner/transport/transport.ts";

const { Server, utils } = ssh2;

export type KeyKind = "ed25519" | "rsa" | "ecdsa";

export interface Key {
  readonly private: string;
  /** As in authorized_keys: type, base64. */
  readonly public: string;
}

const options = { ed25519: {}, rsa: { bits: 2048 }, ecdsa: { bits: 256 } };

export function newKey(kind: KeyKind = "ed25519", passphrase?: string): Key {
  const locked = passphrase ? { passphrase, cipher: "aes256-ctr", rounds: 4 } : {};
  const pair = utils.generateKeyPairSync(kind as "rsa", { ...options[kind], ...locked } as { bits: number });
  // ssh2 1.17 writes about one ed25519 key in a hundred so that nobody can read it, ssh-keygen neither.
  if (utils.parseKey(pair.private, passphrase) instanceof Error) return newKey(kind, passphrase);
  return { private: pair.private, public: pair.public.trim() };
}

export interface ServerOptions {
  readonly hostKeys: readonly Key[];
  /** Keys that may log in. */
  readonly authorized: readonly Key[];
  readonly user?: string;
  /** Stands for the login shell: what to run instead of the command. */
  readonly login?: (command: string) => string;
  /** Connects on, for ProxyJump. */
  readonly forwards?: boolean;
}

export interface TestServer {
  readonly port: number;
  /** What happened: "login USER", "exec", ... in order. */
  readonly log: readonly string[];
  /** Cuts all connections. */
  cut(): void;
  close(): Promise<void>;
}

export async function startServer({
  hostKeys,
  authorized,
  user = "root",
  login = (c) => c,
  forwards = false,
}: ServerOptions) {
  const log: string[] = [];
  const sockets = new Set<Socket>();
  const server = new Server({ hostKeys: hostKeys.map((key) => key.private) }, (client, info) => {
    void info;
    client.on("authentication", (attempt: AuthContext) => {
      if (attempt.method !== "publickey") return attempt.reject(["publickey"]);
      const offered = `${attempt.key.algo.replace(/^rsa-sha2-.*/, "ssh-rsa")} ${attempt.key.data.toString("base64")}`;
      if (attempt.username !== user || !authorized.some((key) => key.public === offered)) {
        return attempt.reject(["publickey"]);
      }
      if (attempt.signature) log.push(`login ${attempt.username}`);
      attempt.accept();
    });
    client.on("session", (accept) => {
      const session = accept();
      session.on("auth-agent", (accept) => {
        log.push("the agent");
        accept?.();
      });
      session.on("exec", (accept, _reject, { command }) => {
        log.push("exec");
        execute(accept(), login(command));
      });
    });
    client.on("tcpip", (accept, reject, { destIP, destPort }) => {
      if (!forwards) return reject();
      log.push(`forward ${destIP}:${destPort}`);
      const socket = connect({ host: destIP, port: destPort });
      socket.once("error", () => reject());
      socket.once("connect", () => {
        const channel = accept();
        channel.pipe(socket).pipe(channel);
        channel.on("error", () => {});
        channel.on("close", () => socket.destroy());
        socket.on("error", () => channel.close());
      });
    });
    client.on("error", () => {});
  });
  (server as unknown as { _srv: { on(event: "connection", seen: (socket: Socket) => void): void } })._srv.on(
    "connection",
    (socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    log,
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  } satisfies TestServer;
}

function execute(channel: ServerChannel, command: string): void {
  const child = spawn("/bin/sh", ["-c", command], { stdio: "pipe", detached: true });
  channel.pipe(child.stdin);
  child.stdin.on("error", () => {});
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  channel.on("error", () => {});
  channel.on("close", () => child.stdin.end());
  child.on("close", (code, signal) => {
    if (signal) channel.exit(signal);
    else channel.exit(code ?? 1);
    channel.end();
  });
}

/** A home directory with files below ~/.ssh. */
export async function makeHome(files: Record<string, string>) {
  const home = await mkdtemp(join(tmpdir(), "transport-"));
  await mkdir(join(home, ".ssh"));
  for (const [name, text] of Object.entries(files))
    await writeFile(join(home, ".ssh", name), text, { mode: 0o600 });
  return {
    home,
    file: (name: string) => join(home, ".ssh", name),
    remove: () => rm(home, { recursive: true }),
  };
}

export function targetAt(port: number, more: Partial<Target> = {}): Target {
  return { name: "mail.example", kind: "ssh", address: "127.0.0.1", port, ...more };
}
