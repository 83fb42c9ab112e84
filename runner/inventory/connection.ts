// How a host is reached, out of its inventory variables and the command line.

import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Scope } from "../template/value.ts";
import type { Target } from "../transport/transport.ts";
import type { Inventory } from "./inventory.ts";

/** What Ansible would hand on to ssh(1): the hosts to go through. */
const JUMPS = /(?:-J\s*|-o\s*["']?ProxyJump[=\s]\s*)([^\s"']+)["']?/;
/** The host may use the agent: a thing to be asked for, host by host. */
const FORWARDING = /-A|-o\s*["']?ForwardAgent[=\s]\s*yes["']?/;
/** How long ssh waits and how it keeps connections: the runner has ways of its own. */
const MANNERS =
  /-[Cq]|-o\s*["']?(?:BatchMode|Compression|ConnectTimeout|ConnectionAttempts|Control(?:Master|Path|Persist)|LogLevel|ServerAlive(?:CountMax|Interval)|TCPKeepAlive)[=\s]\s*[^\s"']+["']?/;

const SSH_ARGUMENTS = {
  type: "string",
  pattern: `^\\s*(?:(?:${JUMPS.source}|${FORWARDING.source}|${MANNERS.source})(?:\\s+|$))*$`,
  description:
    "-J HOSTS or -o ProxyJump=HOSTS: the hosts to go through, with commas between them. -A or -o ForwardAgent=yes: the host may use the agent. Options for how long ssh waits and how it keeps connections are accepted, and not needed.",
  errorMessage:
    "only -J HOSTS, -o ProxyJump=HOSTS and -A are supported here; other options belong into ~/.ssh/config",
} as const;

/** Inventory variables that say how to connect, with Ansible's names (and one of ours, for host keys). */
export const CONNECTION_SCHEMA = {
  type: "object",
  properties: {
    ansible_host: {
      type: "string",
      description: "Name or address to connect to, if not the inventory name.",
    },
    ansible_port: { type: "integer", minimum: 1, maximum: 65535, description: "Port of the ssh server." },
    ansible_user: { type: "string", description: "User to log in as." },
    ansible_connection: {
      enum: ["ssh", "local"],
      description: "local: the machine that the runner runs on.",
    },
    ansible_ssh_private_key_file: { type: "string", description: "Key to log in with." },
    ansible_private_key_file: { type: "string", description: "The same." },
    ansible_known_hosts_file: { type: "string", description: "A known_hosts file beside the user's own." },
    ansible_state_directory: {
      type: "string",
      pattern: "^/",
      description:
        "Where the host keeps what outlives a run: /var/lib/chatmail-play, or ~/.local/state/chatmail-play.",
    },
    ansible_ssh_args: SSH_ARGUMENTS,
    ansible_ssh_common_args: SSH_ARGUMENTS,
    ansible_ssh_extra_args: SSH_ARGUMENTS,
    ansible_become: { type: "boolean", description: "Become another user for every task." },
    ansible_become_user: { type: "string", description: "The user to become, root by default." },
    ansible_become_method: { enum: ["sudo"], description: "How to become another user: by sudo." },
    ansible_become_password: {
      type: "string",
      minLength: 1,
      secret: true,
      description: "What sudo asks for; better by --ask-become-pass or encrypted by ansible-vault.",
    },
    ansible_become_pass: { type: "string", minLength: 1, secret: true, description: "The same." },
    ansible_python_interpreter: {
      type: "string",
      description: "Accepted from Ansible inventories; nothing needs it.",
    },
  },
} as const;

/** In the order in which Ansible hands them on: ssh takes the first of two that say the same. */
const SSH_ARGUMENTS_FROM = ["ansible_ssh_args", "ansible_ssh_common_args", "ansible_ssh_extra_args"] as const;

export const CONNECTION_VARIABLES: readonly string[] = Object.keys(CONNECTION_SCHEMA.properties);

/** --user, --private-key, and the password of --ask-become-pass or --become-password-file. */
export interface ConnectionDefaults {
  readonly user?: string;
  readonly privateKey?: string;
  readonly becomePassword?: string;
}

export interface Reach {
  readonly target: Target;
  readonly knownHosts: readonly string[];
  /** Absolute, or what is added to the name of the usual one. */
  readonly stateDirectory: string;
}

/** What the inventory says wins over the command line's defaults, as in Ansible. */
export function reachOf(name: string, scope: Scope, inventory: Inventory, given: ConnectionDefaults): Reach {
  const get = (variable: keyof typeof CONNECTION_SCHEMA.properties): unknown =>
    scope.has(variable) ? scope.get(variable) : undefined;
  const text = (variable: Parameters<typeof get>[0]): string | undefined => {
    const value = get(variable);
    return value === undefined ? undefined : String(value);
  };
  const port = get("ansible_port");
  const kind = get("ansible_connection") === "local" ? "local" : "ssh";
  const user = text("ansible_user") ?? given.user;
  const ownKey = text("ansible_ssh_private_key_file") ?? text("ansible_private_key_file");
  const key = ownKey
    ? fromDirectory(inventory.directory, ownKey)
    : given.privateKey && resolve(given.privateKey);
  const knownHosts = text("ansible_known_hosts_file");
  const sshArguments = SSH_ARGUMENTS_FROM.map((variable) => text(variable) ?? "").join(" ");
  const proxyJump = jumpsIn(sshArguments);
  const becomePassword =
    text("ansible_become_password") ?? text("ansible_become_pass") ?? given.becomePassword;
  return {
    target: {
      name,
      kind,
      address: text("ansible_host") ?? name,
      ...(port === undefined ? {} : { port: Number(port) }),
      ...(user === undefined ? {} : { user }),
      ...(key === undefined ? {} : { privateKeyFile: key }),
      ...(proxyJump === undefined ? {} : { proxyJump }),
      ...(forwardsAgent(sshArguments) ? { forwardAgent: true } : {}),
      ...(becomePassword === undefined ? {} : { becomePassword }),
    },
    stateDirectory: text("ansible_state_directory") ?? (kind === "local" ? apart(name, inventory) : ""),
    knownHosts: knownHosts === undefined ? [] : [fromDirectory(inventory.directory, knownHosts)],
  };
}

/** The hosts to go through, out of arguments for ssh. */
export function jumpsIn(sshArguments: string): string | undefined {
  return JUMPS.exec(sshArguments)?.[1];
}

export function forwardsAgent(sshArguments: string): boolean {
  return new RegExp(`(?:^|\\s)(?:${FORWARDING.source})(?:\\s|$)`).test(sshArguments);
}

/** Hosts of several names and inventories may all be this machine, and keep their notifications apart. */
function apart(name: string, { file }: Inventory): string {
  return `-${createHash("sha256").update(`${file}\0${name}`).digest("hex").slice(0, 12)}`;
}

function fromDirectory(directory: string, path: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : resolve(directory, path);
}
