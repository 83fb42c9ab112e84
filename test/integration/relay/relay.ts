// A lab host that site.yaml has made a relay, and the command that does it.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Host, Lab } from "../../lab/index.ts";
import type { Server } from "./smtp-session.ts";

const REPO = fileURLToPath(new URL("../../..", import.meta.url));
const SERVICES = [
  ...["unbound", "doveauth", "chatmail-metadata", "filtermail", "filtermail-incoming"],
  ...["dovecot", "opendkim", "postfix@-", "newemail.socket", "nginx", "coturn"],
];

/** The keys of an event that these tests look at; see the documentation of --json. */
export interface RunEvent {
  readonly event: string;
  readonly task?: string;
  readonly kind?: string;
  readonly status?: string;
  readonly message?: string;
  readonly roundTrips?: number;
  readonly diff?: readonly { readonly path: string; readonly before: string; readonly after: string }[];
}

export interface Run {
  readonly exitCode: number;
  readonly events: readonly RunEvent[];
  /** Names of tasks and handlers that report a change. */
  readonly changed: readonly string[];
  /** For the message of a failed assertion. */
  readonly trouble: string;
}

export class Relay {
  readonly host: Host;
  readonly #lab: Lab;
  readonly #variables: Readonly<Record<string, unknown>>;

  /** The variables are for each run. */
  constructor(lab: Lab, host: Host, variables: Readonly<Record<string, unknown>> = {}) {
    this.#lab = lab;
    this.host = host;
    this.#variables = variables;
  }

  /** A host's name in these tests is its mail domain. */
  get domain(): string {
    return this.host.name;
  }

  /** Runs site.yaml with these variables in the inventory, and these further arguments. */
  async site(variables: Readonly<Record<string, unknown>> = {}, args: readonly string[] = []): Promise<Run> {
    const inventory = join(this.#lab.directory, `${this.domain}.inventory.yaml`);
    const host = {
      ansible_host: this.host.address,
      ansible_user: "root",
      ansible_ssh_private_key_file: this.host.identity,
      tls_mode: "selfsigned",
      // The root of the DNS cannot be reached from a lab.
      dns_forwarders: [this.#lab.gateway],
      // No zone knows it; dns-and-status.test.ts has one that does.
      dns_check: false,
      // A lab host has the load of the machine that the tests keep busy.
      max_load_1m: 1000,
      ...this.#variables,
      ...variables,
    };
    await writeFile(inventory, JSON.stringify({ relays: { hosts: { [this.domain]: host } } }));
    const options = ["-i", inventory, "--known-hosts", this.host.knownHosts, "--json", ...args];
    const command = ["runner/bin.mjs", "site.yaml", ...options];
    const { stdout, stderr, exitCode } = await outcome(process.execPath, command);
    const events = stdout.split("\n").flatMap((line) => (line ? [JSON.parse(line) as RunEvent] : []));
    const failed = events.filter(({ event, status }) => event === "error" || status === "failed");
    return {
      exitCode,
      events,
      changed: events.flatMap(({ task, status }) => (task && status === "changed" ? [task] : [])),
      trouble: `exit code ${exitCode}\n${failed.map((event) => JSON.stringify(event)).join("\n")}\n${stderr}`,
    };
  }

  /** How clients reach it; the only certificate they trust is the one that is on the host. */
  async server(): Promise<Server> {
    const certificate = await this.host.must("cat /etc/ssl/certs/mailserver.pem");
    return { address: this.host.address, name: this.domain, certificate };
  }

  /** For each service what is new after every start. */
  async starts(): Promise<Record<string, string>> {
    const ids = await this.host.must([
      "systemctl",
      "show",
      "--property=InvocationID",
      "--value",
      ...SERVICES,
    ]);
    return Object.fromEntries(ids.split("\n\n").map((id, index) => [SERVICES[index], id.trim()]));
  }

  /** Hashes of the files that the roles write or could spoil, by path. */
  async files(
    directories: readonly string[] = ["/etc", "/usr/local", "/lib/systemd", "/var/www"],
  ): Promise<Record<string, string>> {
    const list = await this.host.must(`find ${directories.join(" ")} -xdev -type f -exec sha256sum {} +`);
    return Object.fromEntries(
      list
        .trim()
        .split("\n")
        .map((line) => [line.slice(66), line.slice(0, 64)]),
    );
  }
}

/** The keys whose values differ. */
export function differences(before: Record<string, string>, after: Record<string, string>): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => before[key] !== after[key]).sort();
}

async function outcome(program: string, args: readonly string[]) {
  const options = { cwd: REPO, maxBuffer: 64 * 1024 * 1024 };
  return promisify(execFile)(program, args, options).then(
    ({ stdout, stderr }) => ({ stdout, stderr, exitCode: 0 }),
    (error: { code: number; stdout: string; stderr: string }) => ({ ...error, exitCode: error.code }),
  );
}
