// Runs some of the roles on a lab host, by the command that operators use, in a play of the test's own.
import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Host, Lab } from "../../lab/index.ts";

const REPO = fileURLToPath(new URL("../../..", import.meta.url));

export interface Play {
  readonly lab: Lab;
  readonly host: Host;
  readonly roles: readonly string[];
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly check?: boolean;
}

export interface PlayResult {
  readonly exitCode: number;
  /** Names of tasks and handlers that report a change. */
  readonly changed: readonly string[];
  readonly roundTrips: number;
  /** What failing tasks said, and whatever else helps to see why. */
  readonly trouble: string;
}

interface Event {
  readonly event: string;
  readonly task?: string;
  readonly status?: string;
  readonly roundTrips?: number;
}

export async function play({ lab, host, roles, variables, check }: Play): Promise<PlayResult> {
  const directory = join(lab.directory, "play");
  await mkdir(directory, { recursive: true });
  await symlink(join(REPO, "roles"), join(directory, "roles")).catch(() => {});
  const inventory = join(directory, `${host.name}.inventory.yaml`);
  const connection = {
    ansible_host: host.address,
    ansible_user: "root",
    ansible_ssh_private_key_file: host.identity,
  };
  await writeFile(
    inventory,
    JSON.stringify({ relays: { hosts: { [host.name]: { ...connection, ...variables } } } }),
  );
  const playbook = join(directory, `${host.name}.yaml`);
  await writeFile(playbook, JSON.stringify([{ hosts: "relays", roles }]));
  const options = ["--known-hosts", host.knownHosts, "--json", "-v", ...(check ? ["--check"] : [])];
  const command = ["runner/bin.mjs", playbook, "-i", inventory, ...options];
  const { stdout, stderr, exitCode } = await outcome(command);
  const events = stdout.split("\n").flatMap((line) => (line ? [JSON.parse(line) as Event] : []));
  const failed = events.filter(({ event, status }) => event === "error" || status === "failed");
  return {
    exitCode,
    changed: events.flatMap(({ task, status }) => (task && status === "changed" ? [task] : [])),
    roundTrips: Math.max(0, ...events.map(({ roundTrips }) => roundTrips ?? 0)),
    trouble: `exit code ${exitCode}\n${failed.map((event) => JSON.stringify(event)).join("\n")}\n${stderr}`,
  };
}

function outcome(args: readonly string[]) {
  return promisify(execFile)(process.execPath, args, { cwd: REPO, maxBuffer: 2 ** 26 }).then(
    ({ stdout, stderr }) => ({ stdout, stderr, exitCode: 0 }),
    (error: { code: number; stdout: string; stderr: string }) => ({ ...error, exitCode: error.code }),
  );
}
