// The runner on a lab host with the real site: a first run on a bare host, runs that change nothing, runs
// that change one file and restart its service. Beside these the floor: what one ssh login costs.

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { RecapEvent } from "../../runner/report/events.ts";
import { type Host, openLab } from "../lab/index.ts";

const execute = promisify(execFile);

/** Runs of each kind; the median is told. */
const RUNS = 7;

interface Measured {
  readonly seconds: number;
  readonly roundTrips: number;
  readonly changed: number;
}

export async function benchRunner(): Promise<void> {
  const lab = await openLab({ name: "bench" });
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    const host = await lab.host("relay.chatmail.example");
    const inventory = join(directory, "inventory.yaml");
    await writeFile(inventory, inventoryFor(host, lab.gateway));
    const play = (...options: string[]) => measure(["site.yaml", "-i", inventory, "--json", ...options]);
    const first = await play();
    await play();
    const rows = [
      row("first run, bare host", [first]),
      row("no-op", await times(() => play())),
      row("no-op, --check", await times(() => play("--check"))),
      row("one file changed", await times((n) => play("-e", `{"max_user_send_per_minute": ${61 + n}}`))),
    ];
    console.table(rows);
    console.log(
      `floor: one ssh login that runs "true": ${(await login(host)).toFixed(2)} s (median of ${RUNS})`,
    );
  } finally {
    await rm(directory, { recursive: true });
    await lab.down();
  }
}

function inventoryFor(host: Host, resolver: string): string {
  const variables = {
    ansible_host: host.address,
    ansible_user: "root",
    ansible_ssh_private_key_file: host.identity,
    ansible_known_hosts_file: host.knownHosts,
    tls_mode: "selfsigned",
    dns_forwarders: [resolver],
    dns_check: false,
  };
  return JSON.stringify({ relays: { hosts: { [host.name]: variables } } });
}

async function measure(argv: readonly string[]): Promise<Measured> {
  const since = performance.now();
  const { stdout } = await execute("npx", ["chatmail-play", ...argv], { maxBuffer: 2 ** 26 });
  const seconds = (performance.now() - since) / 1000;
  const events = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RecapEvent);
  const recap = events.find(({ event }) => event === "recap");
  return { seconds, roundTrips: recap?.roundTrips ?? 0, changed: recap?.changed ?? 0 };
}

async function times(run: (n: number) => Promise<Measured>): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (let n = 0; n < RUNS; n++) measured.push(await run(n));
  return measured;
}

function row(what: string, measured: readonly Measured[]) {
  const seconds = measured.map((each) => each.seconds);
  const { roundTrips, changed } = measured[0] as Measured;
  return {
    what,
    "median s": median(seconds).toFixed(2),
    "min s": Math.min(...seconds).toFixed(2),
    "max s": Math.max(...seconds).toFixed(2),
    "round trips": roundTrips,
    changed,
  };
}

async function login(host: Host): Promise<number> {
  const seconds: number[] = [];
  for (let n = 0; n < RUNS; n++) {
    const since = performance.now();
    await execute("ssh", [...host.sshArguments, "true"]);
    seconds.push((performance.now() - since) / 1000);
  }
  return median(seconds);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
