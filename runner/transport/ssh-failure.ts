// Says in words what kept us from a host: the errors of sockets and of ssh2, each with what to do about it.

import { Unreachable } from "./transport.ts";

export interface Attempt {
  /** The inventory name. */
  readonly name: string;
  readonly hostname: string;
  readonly port: number;
  readonly user: string;
  /** Labels of the keys that were offered. */
  readonly tried: readonly string[];
  /** Why other keys were not. */
  readonly notes: readonly string[];
  /** How one may log in, as the host says; nothing when it was not asked. */
  readonly methods: readonly string[] | undefined;
}

const SOCKET: Readonly<Record<string, (attempt: Attempt) => [what: string, hint?: string]>> = {
  ECONNREFUSED: ({ port }) => [
    "the connection was refused",
    `see that sshd runs there and listens on port ${port}; another port is set by ansible_port`,
  ],
  ETIMEDOUT: () => ["no answer", "see that the host is up and that no firewall drops the connection"],
  EHOSTUNREACH: () => ["there is no route to the host", "see that the host is up, and the address is right"],
  ENETUNREACH: () => [
    "there is no route to its network",
    "is this machine connected, with IPv6 if the address is such a one?",
  ],
  ENOTFOUND: ({ hostname }) => [
    `the name ${hostname} does not exist`,
    "correct it in the inventory, or give the address by ansible_host",
  ],
  EAI_AGAIN: ({ hostname }) => [
    `the name ${hostname} cannot be looked up at the moment`,
    "see that DNS works on this machine",
  ],
  ECONNRESET: () => [
    "the host closed the connection at once",
    "sshd may be refusing this address (MaxStartups, PerSourcePenalties, fail2ban); try again in a minute",
  ],
};

export function timedOut(
  attempt: Attempt,
  milliseconds: number,
  stage: "connect" | "greet" | "login",
): Unreachable {
  const seconds = `${milliseconds / 1000} s`;
  switch (stage) {
    case "connect":
      return unreachable(attempt, `no answer within ${seconds}`, SOCKET.ETIMEDOUT?.(attempt)[1]);
    case "greet":
      return unreachable(
        attempt,
        `something answers on port ${attempt.port}, but no SSH connection came about within ${seconds}`,
        "see that it is sshd which listens there, and that the host is not overloaded",
      );
    case "login":
      return unreachable(attempt, `login as ${attempt.user} was not decided within ${seconds}`);
  }
}

export function explainFailure(error: Error, attempt: Attempt): Unreachable {
  if (error instanceof Unreachable) return error;
  const first = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  const known = SOCKET[(first as NodeJS.ErrnoException).code ?? ""];
  if (known) return unreachable(attempt, ...known(attempt));
  if ((error as { level?: string }).level === "client-authentication") return refused(attempt);
  if (/too many authentication failures/i.test(error.message)) {
    return refused(
      attempt,
      "the host gave up after so many keys: name the right one by --private-key or IdentitiesOnly",
    );
  }
  if (/^Connection lost before handshake/.test(error.message))
    return unreachable(attempt, ...SOCKET.ECONNRESET!(attempt));
  if (/no matching/.test(error.message)) {
    return unreachable(
      attempt,
      `no common ground with its sshd: ${error.message}`,
      "its sshd is too old, or set up too narrowly",
    );
  }
  return unreachable(attempt, error.message || first.message);
}

function refused(attempt: Attempt, hint?: string): Unreachable {
  const { user, tried, notes, methods } = attempt;
  const offered = tried.length > 0 ? `tried ${tried.join(", ")}` : "there was no key to try";
  const left = notes.length > 0 ? `; not tried: ${notes.join("; ")}` : "";
  const noKeys = methods !== undefined && !methods.includes("publickey");
  const demands = noKeys ? `; the host takes no keys, but ${methods.join(", ") || "nothing"}` : "";
  return unreachable(
    attempt,
    `login as ${user} was refused: ${offered}${left}${demands}`,
    hint ??
      (notes.some((note) => note.includes("encrypted"))
        ? "start an agent and add the key: ssh-add FILE"
        : `put a public key of yours into ~${user}/.ssh/authorized_keys on the host, or name the right key by --private-key or ansible_ssh_private_key_file, the right user by --user or ansible_user`),
  );
}

function unreachable({ name, hostname, port }: Attempt, what: string, hint?: string): Unreachable {
  const address = `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  return new Unreachable(`${name}${name === hostname && port === 22 ? "" : ` (${address})`}: ${what}`, hint);
}
