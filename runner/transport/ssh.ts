// Connection over ssh, by ssh2: one TCP connection, on it one channel for each user's shell loop.
// Whom to trust is decided in host-keys.ts, which keys to show in identities.ts.

import { connect as connectSocket, type Socket } from "node:net";
import { homedir, userInfo } from "node:os";
import type { AuthenticationType, Client, ClientChannel, NextAuthHandler } from "ssh2";
import type { Pipes } from "./framed-shell.ts";
import { type HostKeys, readHostKeys } from "./host-keys.ts";
import { gatherIdentities, type Identities, type Identity } from "./identities.ts";
import { quote } from "./quote.ts";
import { keepShells } from "./shells.ts";
import { readSshSettings, type SshSettings, type Surroundings } from "./ssh-config.ts";
import { type Attempt, explainFailure, timedOut } from "./ssh-failure.ts";
import { type Connection, type ConnectOptions, type Target, Unreachable } from "./transport.ts";

/** A host that is silent for so long (interval x count) is lost. */
const KEEPALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 3 };
/** Milliseconds for a person to confirm the use of a key to the agent: what sshd waits by default. */
const CONFIRMATION = 120_000;
/** Milliseconds for what was said to go out. */
const PATIENCE = 2000;

/** Near the defaults of OpenSSH; where there is a choice, what Node does fastest comes first. */
const ALGORITHMS = {
  kex: [
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group14-sha256",
  ],
  cipher: [
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
  ],
  hmac: ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"],
  compress: ["none"],
} as const;

export async function connectSsh(
  target: Target,
  { knownHosts, timeout }: ConnectOptions,
  around: Surroundings = { home: homedir(), user: userInfo().username, env: process.env },
): Promise<Connection> {
  const settings = await readSshSettings(target, around);
  const { hostname, port, user } = settings;
  const { Client, OpenSSHAgent, utils } = (await import("ssh2")).default;
  const [hostKeys, identities] = await Promise.all([
    readHostKeys({
      names: settings.hostKeyAlias ? [settings.hostKeyAlias] : [target.name, target.address, hostname],
      hostname,
      port,
      usual: settings.knownHostsFiles,
      given: knownHosts,
    }),
    gatherIdentities(settings, around.home, {
      parseKey: utils.parseKey,
      openAgent: (socket) => new OpenSSHAgent(socket),
    }),
  ]);

  const client = new Client();
  let ending = "the host closed the connection";
  client.on("error", (error: Error & { level?: string }) => {
    if (error.level !== "agent") ending = error.message;
  });
  const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
  const socket = await logIn({ client, name: target.name, settings, hostKeys, identities, timeout });

  return keepShells({
    host: target.name,
    login: user,
    password: target.becomePassword,
    timeout,
    start: (command) => start(client, command, () => ending),
    async end() {
      ending = "it was closed";
      // The shells have ended; that the host closes its side too would be a round trip to wait for.
      socket.once("finish", () => socket.destroy());
      client.end();
      const timer = setTimeout(() => client.destroy(), PATIENCE);
      await closed;
      clearTimeout(timer);
    },
  });
}

interface Login {
  readonly client: Client;
  readonly name: string;
  readonly settings: SshSettings;
  readonly hostKeys: HostKeys;
  readonly identities: Identities;
  readonly timeout: number;
}

/** Opens the connection. Each stage has its time; the user's confirmation of a key has more than the host. */
function logIn({ client, name, settings, hostKeys, identities, timeout }: Login): Promise<Socket> {
  const { hostname, port, user } = settings;
  const tried: string[] = [];
  let methods: readonly string[] | undefined;
  let objection: Unreachable | undefined;
  const attempt = (): Attempt => ({ name, hostname, port, user, tried, notes: identities.notes, methods });

  return new Promise((resolve, reject) => {
    const socket: Socket = connectSocket({ host: hostname, port, autoSelectFamilyAttemptTimeout: 1000 });
    let timer: NodeJS.Timeout | undefined;
    const settle = (failure?: Unreachable) => {
      clearTimeout(timer);
      client.off("error", onError);
      if (failure === undefined) return resolve(socket);
      socket.destroy();
      reject(failure);
    };
    const limit = (milliseconds: number, stage: "connect" | "greet" | "login") => {
      clearTimeout(timer);
      timer = setTimeout(() => settle(timedOut(attempt(), milliseconds, stage)), milliseconds);
    };
    const onError = (error: Error & { level?: string }) => {
      // An agent that does not sign is one key less; ssh2 goes on to the next.
      if (error.level === "agent") return;
      settle(objection ?? explainFailure(error, attempt()));
    };

    limit(timeout, "connect");
    socket.setNoDelay(true);
    socket.once("connect", () => limit(timeout, "greet"));
    client.once("handshake", () => {
      limit(identities.list.some(({ agent }) => agent) ? CONFIRMATION : timeout, "login");
    });
    client.on("error", onError);
    client.once("ready", () => settle());
    client.once("close", () =>
      settle(explainFailure(new Error("the host closed the connection"), attempt())),
    );
    client.connect({
      sock: socket,
      username: user,
      readyTimeout: 0,
      ...KEEPALIVE,
      algorithms: { ...ALGORITHMS, serverHostKey: hostKeys.algorithms } as never,
      hostVerifier: (key: Buffer) => {
        objection = hostKeys.objection(key);
        return objection === undefined;
      },
      authHandler: offerInTurn(user, identities.list, (label, left) => {
        if (label !== undefined) tried.push(label);
        methods = left ?? methods;
      }) as never,
    });
  });
}

/** Offers one identity after the other, until the host takes one or wants no more keys. */
function offerInTurn(
  username: string,
  identities: readonly Identity[],
  told: (label: string | undefined, methodsLeft: readonly string[] | null) => void,
) {
  const left = [...identities];
  let asked = false;
  return (methodsLeft: AuthenticationType[] | null, _partial: boolean | null, next: NextAuthHandler) => {
    const identity = methodsLeft === null || methodsLeft.includes("publickey") ? left.shift() : undefined;
    told(identity?.label, methodsLeft);
    if (identity?.agent) {
      const { agent, key } = identity;
      // This key alone: the agent's own order is not the one wanted.
      const one = Object.create(agent, { getIdentities: { value: (done: Done) => done(undefined, [key]) } });
      return next({ type: "agent", username, agent: one });
    }
    if (identity) return next({ type: "publickey", username, key: identity.key });
    // Without a key: perhaps the host wants none, and if not it says what it wants.
    if (identities.length === 0 && !asked) {
      asked = true;
      return next({ type: "none", username });
    }
    return next(false as never);
  };
}

type Done = (error: undefined, keys: readonly unknown[]) => void;

function start(client: Client, command: readonly string[], ending: () => string): Promise<Pipes> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => reject(new Unreachable(`no shell on the host: ${error.message}`));
    const onOpen = (error: Error | undefined, channel: ClientChannel) => {
      if (error) return refuse(error);
      let how: string | undefined;
      channel.on("exit", (status: number | null, signal?: string) => {
        how = status === null ? `signal ${signal}` : `exit status ${status}`;
      });
      const ended = new Promise<string>((done) => channel.once("close", () => done(how ?? ending())));
      const { stderr } = channel;
      resolve({ stdin: channel, stdout: channel, stderr, ended, abandon: () => channel.close() });
    };
    try {
      // Quoted for the login shell, whichever that is; replaced by exec, it does not stay around.
      client.exec(`exec ${command.map(quote).join(" ")}`, onOpen);
    } catch (error) {
      refuse(error as Error);
    }
  });
}
