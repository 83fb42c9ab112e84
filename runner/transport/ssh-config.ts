// How a host is reached by ssh: what the inventory says, then what ssh's configuration does (ssh_config(5)), of the user
// and of the machine. What the runner would have to know and does not is refused.

import { hostname as ownName } from "node:os";
import { join } from "node:path";
import type { Wanted } from "./algorithms.ts";
import { readDirectives } from "./ssh-directives.ts";
import { type Target, Unreachable } from "./transport.ts";

/** What of the machine and its user matters here. */
export interface Surroundings {
  readonly home: string;
  readonly user: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The machine's own configuration of ssh. */
  readonly sshConfig: string;
}

export interface SshSettings {
  readonly hostname: string;
  readonly port: number;
  readonly user: string;
  /** As written: see jumps.ts. */
  readonly proxyJump: string | undefined;
  /** The key file that the inventory or an option names. */
  readonly privateKeyFile: string | undefined;
  /** Key files of the configuration; if it names none, nothing. */
  readonly identityFiles: readonly string[];
  /** Those that the configuration names, beside the ones that stand by their keys. */
  readonly certificateFiles: readonly string[];
  /** Only these files, even if the agent has other keys. */
  readonly identitiesOnly: boolean;
  /** The socket of the agent. */
  readonly agent: string | undefined;
  readonly knownHostsFiles: readonly string[];
  /** Under what name the host key is kept, if that is not the name of the host. */
  readonly hostKeyAlias: string | undefined;
  /** Nobody is asked about a host that is not known. */
  readonly strict: boolean;
  readonly algorithms: Wanted;
}

export async function readSshSettings(target: Target, around: Surroundings): Promise<SshSettings> {
  const found = await readDirectives({
    host: target.address,
    user: target.user,
    localUser: around.user,
    home: around.home,
    files: [join(around.home, ".ssh/config"), around.sshConfig],
  });
  const list = (name: string) => found.get(name) ?? [];
  const value = (name: string): string | undefined => list(name)[0];

  const proxyJump = target.proxyJump ?? value("proxyjump");
  if (proxyJump === undefined && (value("proxycommand") ?? "none") !== "none") {
    throw new Unreachable(
      `the ssh configuration wants ProxyCommand for ${target.address}, which is not supported`,
      "write ProxyJump, there or by ansible_ssh_common_args in the inventory",
    );
  }

  if ((value("revokedhostkeys") ?? "none") !== "none") {
    throw new Unreachable(
      `the ssh configuration has RevokedHostKeys for ${target.address}, which is not supported`,
      "write the keys into a known_hosts file, with @revoked before them",
    );
  }

  const user = target.user ?? value("user") ?? around.user;
  const port = target.port ?? portOf(value("port") ?? "22");
  const plain = { "%": "%", n: target.address, h: target.address, p: String(port), r: user, u: around.user };
  const hostname = expand(value("hostname") ?? target.address, plain);
  const tokens = {
    ...plain,
    d: around.home,
    h: hostname,
    i: String(process.getuid?.() ?? ""),
    k: value("hostkeyalias") ?? target.address,
    l: ownName(),
    L: ownName().replace(/\..*/, ""),
  };
  const path = (text: string) => resolvePath(expand(withEnvironment(text, around), tokens), around);
  const files = (name: string, byDefault: readonly string[]) => {
    const names = list(name);
    return (names.length > 0 ? names : byDefault).filter((text) => text !== "none").map(path);
  };
  return {
    hostname,
    port,
    user,
    proxyJump,
    privateKeyFile: target.privateKeyFile && resolvePath(target.privateKeyFile, around),
    identityFiles: files("identityfile", []),
    certificateFiles: files("certificatefile", []),
    identitiesOnly: value("identitiesonly") === "yes",
    agent: agentSocket(value("identityagent"), path, around),
    knownHostsFiles: [
      ...files("userknownhostsfile", ["~/.ssh/known_hosts", "~/.ssh/known_hosts2"]),
      ...files("globalknownhostsfile", ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]),
    ],
    hostKeyAlias: value("hostkeyalias"),
    strict: value("stricthostkeychecking") === "yes",
    algorithms: {
      kexalgorithms: value("kexalgorithms"),
      ciphers: value("ciphers"),
      macs: value("macs"),
      hostkeyalgorithms: value("hostkeyalgorithms"),
    },
  };
}

function portOf(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (port > 0 && port < 65_536) return port;
  throw new Unreachable(`the ssh configuration: Port ${text} is no number from 1 to 65535`);
}

function agentSocket(
  value: string | undefined,
  path: (text: string) => string,
  { env }: Surroundings,
): string | undefined {
  if (value === undefined || value === "SSH_AUTH_SOCK") return env.SSH_AUTH_SOCK || undefined;
  if (value === "none") return undefined;
  return value.startsWith("$") ? env[value.slice(1)] || undefined : path(value);
}

/** "~/" is the home directory. */
function resolvePath(text: string, { home }: Surroundings): string {
  return text === "~" || text.startsWith("~/") ? join(home, text.slice(2)) : text;
}

/** "${NAME}", which must be set, as for ssh. */
function withEnvironment(text: string, { env }: Surroundings): string {
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = env[name];
    if (value === undefined) throw new Unreachable(`the ssh configuration: ${text}: ${name} is not set`);
    return value;
  });
}

function expand(text: string, tokens: Readonly<Record<string, string>>): string {
  return text.replace(/%(.)/g, (whole, name: string) => tokens[name] ?? whole);
}
