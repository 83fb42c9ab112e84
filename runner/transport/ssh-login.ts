// Opens one connection by ssh2 and logs in: the algorithms, the time that each stage has, the keys one after the
// other. Whom to trust is decided in host-keys.ts, which keys to show in identities.ts.

import { connect as connectSocket, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { AuthenticationType, Client, NextAuthHandler, ParsedKey } from "ssh2";
import { algorithms } from "./algorithms.ts";
import type { HostKeys } from "./host-keys.ts";
import type { Identities, Identity } from "./identities.ts";
import type { SshSettings } from "./ssh-config.ts";
import { type Attempt, explainFailure, timedOut } from "./ssh-failure.ts";
import type { Unreachable } from "./transport.ts";
import { certified, certifiedAgent } from "./user-certificate.ts";

/** A host that is silent for so long (interval x count) is lost. */
const KEEPALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 3 };
/** Milliseconds for a person to confirm the use of a key to the agent: what sshd waits by default. */
const CONFIRMATION = 120_000;
const CLOSED = "the host closed the connection";

export interface Login {
  readonly client: Client;
  /** Of the host, for messages. */
  readonly name: string;
  readonly settings: SshSettings;
  readonly hostKeys: HostKeys;
  readonly identities: Identities;
  readonly timeout: number;
  /** The agent that the host may use. */
  readonly lent: string | undefined;
  /** What leads to the host: connected, or being so. */
  readonly socket: Duplex;
}

/** Opens the connection, and gives what it goes over. Each stage has its time; the user's confirmation of a key has more than the host. */
export function logIn({
  client,
  name,
  settings,
  hostKeys,
  identities,
  timeout,
  lent,
  socket,
}: Login): Promise<Duplex> {
  const { hostname, port, user } = settings;
  const tried: string[] = [];
  let methods: readonly string[] | undefined;
  let objection: Unreachable | undefined;
  const attempt = (): Attempt => ({ name, hostname, port, user, tried, notes: identities.notes, methods });

  return new Promise((resolve, reject) => {
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

    // It may have come to its end before anybody listened.
    if (socket.destroyed || socket.readableEnded)
      return settle(
        explainFailure(socket.errored ?? Object.assign(new Error(CLOSED), { code: "ECONNRESET" }), attempt()),
      );
    limit(timeout, (socket as Socket).connecting ? "connect" : "greet");
    socket.once("connect", () => limit(timeout, "greet"));
    client.once("handshake", () => {
      limit(identities.list.some(({ kind }) => kind === "agent") ? CONFIRMATION : timeout, "login");
    });
    client.on("error", onError);
    client.once("ready", () => settle());
    client.once("close", () => settle(explainFailure(new Error(CLOSED), attempt())));
    client.connect({
      sock: socket as Socket,
      username: user,
      readyTimeout: 0,
      ...(lent === undefined ? {} : { agent: lent, agentForward: true }),
      ...KEEPALIVE,
      algorithms: algorithms(settings.algorithms, hostKeys.algorithms) as never,
      hostVerifier: (key: Buffer, verified: (trusted: boolean) => void) => {
        // A person may be asked, who takes the time that it takes.
        clearTimeout(timer);
        hostKeys.objection(key).then((found) => {
          objection = found;
          limit(timeout, "greet");
          verified(objection === undefined);
        });
      },
      authHandler: offerInTurn({
        client,
        username: user,
        identities: identities.list,
        told: (label, left) => {
          if (label !== undefined) tried.push(label);
          methods = left ?? methods;
        },
        async wait(work) {
          clearTimeout(timer);
          const outcome = await work();
          limit(timeout, "login");
          return outcome;
        },
      }) as never,
    });
  });
}

export function connectTo(host: string, port: number): Socket {
  const socket = connectSocket({ host, port, autoSelectFamilyAttemptTimeout: 1000 });
  // Whoever uses it is told by what has become of it.
  return socket.setNoDelay(true).on("error", () => undefined);
}

interface Offering {
  readonly client: Client;
  readonly username: string;
  readonly identities: readonly Identity[];
  readonly told: (label: string | undefined, methodsLeft: readonly string[] | null) => void;
  /** Does what needs a person, whom nobody hurries. */
  readonly wait: <Outcome>(work: () => Promise<Outcome>) => Promise<Outcome>;
}

/** Offers one identity after the other, until the host takes one or wants no more keys. */
function offerInTurn({ client, username, identities, told, wait }: Offering) {
  const left = [...identities];
  let asked = false;
  const shown = (key: ParsedKey, { certificate }: Identity) =>
    certificate ? certified(key, certificate, client) : key;
  const offer = async (methodsLeft: AuthenticationType[] | null, next: NextAuthHandler): Promise<void> => {
    for (;;) {
      const identity = methodsLeft === null || methodsLeft.includes("publickey") ? left.shift() : undefined;
      told(identity?.label, methodsLeft);
      if (identity?.kind === "key")
        return next({ type: "publickey", username, key: shown(identity.key, identity) });
      if (identity?.kind === "agent") {
        const { agent, key, certificate } = identity;
        if (certificate)
          return next({ type: "agent", username, agent: certifiedAgent(agent, key, certificate, client) });
        // This key alone: the agent's own order is not the one wanted.
        const one = Object.create(agent, {
          getIdentities: { value: (done: Done) => done(undefined, [key]) },
        });
        return next({ type: "agent", username, agent: one });
      }
      if (identity?.kind === "locked") {
        const key = await wait(identity.open);
        if (key === undefined) continue;
        return next({ type: "publickey", username, key: shown(key, identity) });
      }
      // Without a key: perhaps the host wants none, and if not it says what it wants.
      if (identities.length > 0 || asked) return next(false as never);
      asked = true;
      return next({ type: "none", username });
    }
  };
  return (
    methodsLeft: AuthenticationType[] | null,
    _partial: boolean | null,
    next: NextAuthHandler,
  ): void => {
    void offer(methodsLeft, next);
  };
}

type Done = (error: undefined, keys: readonly unknown[]) => void;
