// What ~/.ssh/config says about a host (ssh_config(5)), with the inventory's values before it. Read with the
// ssh-config package; Include is done here. Match exec is never run.

import { readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import SshConfig from "ssh-config";
import type { Wanted } from "./algorithms.ts";
import { type Target, Unreachable } from "./transport.ts";

/** What of the machine and its user matters here. */
export interface Surroundings {
  readonly home: string;
  readonly user: string;
  readonly env: Readonly<Record<string, string | undefined>>;
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
  /** What the configuration names and ssh2 cannot use. */
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

const DEPTH_LIMIT = 16;
export async function readSshSettings(target: Target, around: Surroundings): Promise<SshSettings> {
  const config = await readConfig(join(around.home, ".ssh/config"), around, 0);
  const query = target.user ? { User: target.user } : {};
  const found = config.compute({ Host: target.address, ...query } as { Host: string }, {
    ignoreCase: true,
    matchExec: false,
  }) as Record<string, string | string[] | undefined>;
  const list = (name: string) => [found[name] ?? []].flat();
  const value = (name: string): string | undefined => list(name)[0];

  const proxyJump = target.proxyJump ?? value("proxyjump");
  if (proxyJump === undefined && (value("proxycommand") ?? "none") !== "none") {
    throw new Unreachable(
      `~/.ssh/config wants ProxyCommand for ${target.address}, which is not supported`,
      "write ProxyJump, there or by ansible_ssh_common_args in the inventory",
    );
  }

  if ((value("revokedhostkeys") ?? "none") !== "none") {
    throw new Unreachable(
      `~/.ssh/config has RevokedHostKeys for ${target.address}, which is not supported`,
      "write the keys into a known_hosts file, with @revoked before them",
    );
  }

  const user = target.user ?? value("user") ?? around.user;
  const port = target.port ?? portOf(value("port") ?? "22");
  const plain = { "%": "%", n: target.address, h: target.address, p: String(port), r: user, u: around.user };
  const hostname = expand(value("hostname") ?? target.address, plain);
  const tokens = { ...plain, d: around.home, h: hostname };
  const path = (text: string) => resolvePath(expand(text, tokens), around);
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
  throw new Unreachable(`~/.ssh/config: Port ${text} is no number from 1 to 65535`);
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

/** A file that does not exist says nothing; one that cannot be read or understood is an error. */
async function readConfig(file: string, around: Surroundings, depth: number): Promise<SshConfig> {
  try {
    const config: SshConfig = SshConfig.parse(await readFile(file, "utf8"));
    await include(config, around, depth);
    return config;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return SshConfig.parse("");
    if (error instanceof Unreachable) throw error;
    throw new Unreachable(`cannot read ${file}: ${(error as Error).message}`);
  }
}

/** Puts the lines of other files in the place of Include. Within Host and Match their own sections are left out. */
async function include(
  config: SshConfig,
  around: Surroundings,
  depth: number,
  nested = false,
): Promise<void> {
  for (let at = 0; at < config.length; at++) {
    const line = config[at];
    if (line?.type !== SshConfig.DIRECTIVE) continue;
    if ("config" in line) await include(line.config as SshConfig, around, depth, true);
    if (line.param.toLowerCase() !== "include") continue;
    if (depth >= DEPTH_LIMIT) throw new Unreachable("~/.ssh/config includes files too deeply");
    const words = typeof line.value === "string" ? line.value.split(/\s+/) : line.value.map(({ val }) => val);
    const lines = [];
    for (const word of words) {
      for (const file of await glob(resolvePath(word, around, ".ssh"))) {
        for (const found of await readConfig(file, around, depth + 1)) {
          if (!(nested && "config" in found)) lines.push(found);
        }
      }
    }
    config.splice(at, 1, ...lines);
    at += lines.length - 1;
  }
}

/** "~/" is the home directory, and so is the base of a path that does not begin with "/". */
function resolvePath(text: string, { home }: Surroundings, base?: string): string {
  if (text === "~" || text.startsWith("~/")) return join(home, text.slice(2));
  return isAbsolute(text) || base === undefined ? text : join(home, base, text);
}

function expand(text: string, tokens: Readonly<Record<string, string>>): string {
  return text.replace(/%(.)/g, (whole, name: string) => tokens[name] ?? whole);
}

/** Files of a pattern with "*" and "?" in its last part, in order. */
async function glob(pattern: string): Promise<string[]> {
  if (!/[*?]/.test(pattern)) return [pattern];
  const { readdir } = await import("node:fs/promises");
  const directory = pattern.slice(0, pattern.lastIndexOf("/") + 1);
  const last = pattern.slice(directory.length).replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const regexp = new RegExp(`^${last.replaceAll("*", "[^/]*").replaceAll("?", "[^/]")}$`);
  const names = await readdir(directory).catch(() => []);
  return names
    .filter((name) => regexp.test(name) && (!name.startsWith(".") || last.startsWith(".")))
    .sort()
    .map((name) => directory + name);
}
