// Connection over ssh, by ssh2: one TCP connection, on it one channel for each user's shell loop. Where the ssh
// configuration or the inventory says so, it goes through other hosts (ssh_config(5): ProxyJump), each a connection too.

import { homedir, userInfo } from "node:os";
import type { Duplex } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { askCertificate } from "./ask-certificate.ts";
import type { Pipes } from "./framed-shell.ts";
import { readHostKeys } from "./host-keys.ts";
import { gatherIdentities } from "./identities.ts";
import { jumpsBefore } from "./jumps.ts";
import { quote } from "./quote.ts";
import { keepShells } from "./shells.ts";
import { readSshSettings, type Surroundings } from "./ssh-config.ts";
import { connectTo, logIn } from "./ssh-login.ts";
import { type Connection, type ConnectOptions, type Target, Unreachable } from "./transport.ts";

/** Milliseconds for what was said to go out. */
const PATIENCE = 2000;
/** Hosts on the way, before it must be a circle. */
const JUMP_LIMIT = 8;

export async function connectSsh(
  target: Target,
  options: ConnectOptions,
  around: Surroundings = {
    home: homedir(),
    user: userInfo().username,
    env: process.env,
    sshConfig: "/etc/ssh/ssh_config",
  },
): Promise<Connection> {
  const { client, user, ending, end } = await open(target, options, around, JUMP_LIMIT);
  return keepShells({
    host: target.name,
    login: user,
    password: target.becomePassword,
    timeout: options.timeout,
    start: (command) => start(client, command, ending),
    end,
  });
}

interface Opened {
  readonly client: Client;
  readonly user: string;
  /** Why it is at its end, in a clause. */
  ending(): string;
  end(): Promise<void>;
}

async function open(
  target: Target,
  options: ConnectOptions,
  around: Surroundings,
  jumpsLeft: number,
): Promise<Opened> {
  const { knownHosts, timeout, acceptNewHostKeys, ask, openedKeys = new Map() } = options;
  const settings = await readSshSettings(target, around);
  const { hostname, port, user } = settings;
  const jump = jumpsBefore(settings.proxyJump, { names: [target.address, hostname], port });
  if (jump && jumpsLeft === 0) throw new Unreachable(`${target.name}: ProxyJump leads in a circle`);
  const before = jump && (await open(jump, options, around, jumpsLeft - 1));
  const dial = async (): Promise<Duplex> =>
    before ? forward(before.client, { hostname, port, timeout, target, jump }) : connectTo(hostname, port);
  // The host begins while ssh2 and the keys are read.
  const dialed = dial();
  dialed.catch(() => undefined);
  const { Client, OpenSSHAgent, utils } = (await import("ssh2")).default;
  const client = new Client();
  let ending = "the host closed the connection";
  client.on("error", (error: Error & { level?: string }) => {
    if (error.level !== "agent") ending = error.message;
  });
  const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
  let socket: Duplex;
  try {
    const [hostKeys, identities] = await Promise.all([
      readHostKeys({
        names: [target.name, target.address, hostname],
        alias: settings.hostKeyAlias,
        hostname,
        port,
        usual: settings.knownHostsFiles,
        given: knownHosts,
        acceptNew: acceptNewHostKeys,
        ask: settings.strict ? undefined : ask,
        certificate: async () => askCertificate(await dial(), timeout),
      }),
      gatherIdentities(settings, around.home, {
        parseKey: utils.parseKey,
        openAgent: (socket) => new OpenSSHAgent(socket),
        ask,
        opened: openedKeys,
      }),
    ]);
    const lent = target.forwardAgent ? settings.agent : undefined;
    const login = { client, name: target.name, settings, hostKeys, identities, timeout, lent };
    socket = await logIn({ ...login, socket: await dialed });
  } catch (error) {
    dialed.then(
      (socket) => socket.destroy(),
      () => undefined,
    );
    await before?.end();
    throw error;
  }
  return {
    client,
    user,
    ending: () => ending,
    async end() {
      ending = "it was closed";
      // The shells end as their input does; that they have, and the host has closed its side, would be a round trip to wait for.
      socket.once("finish", () => socket.destroy());
      client.end();
      const timer = setTimeout(() => client.destroy(), PATIENCE);
      await closed;
      clearTimeout(timer);
      await before?.end();
    },
  };
}

interface Forwarding {
  readonly hostname: string;
  readonly port: number;
  readonly timeout: number;
  readonly target: Target;
  readonly jump: Target;
}

/** A connection that the jump host opens to the next one. */
function forward(client: Client, { hostname, port, timeout, target, jump }: Forwarding): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const refuse = (why: string): void => {
      clearTimeout(timer);
      const hint = "see that it allows forwarding (AllowTcpForwarding), and that it can reach the host";
      reject(
        new Unreachable(
          `${target.name}: ${jump.address} could not connect to ${hostname}:${port}: ${why}`,
          hint,
        ),
      );
    };
    const timer = setTimeout(() => refuse(`no answer within ${timeout / 1000} s`), timeout);
    client.forwardOut("127.0.0.1", 0, hostname, port, (error, channel) => {
      if (error) return refuse(error.message);
      clearTimeout(timer);
      resolve(channel);
    });
  });
}

function start(client: Client, command: readonly string[], ending: () => string): Promise<Pipes> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => {
      // ssh2 says the same when the host does not want to, and when it is gone.
      const why =
        error.message === "Unable to exec" || error.message === "No response from server"
          ? "it runs no commands for this user, or the connection was lost"
          : error.message;
      reject(new Unreachable(`no shell on the host: ${why}`));
    };
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
