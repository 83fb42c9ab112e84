// doveauth over its socket with many accounts on the disk: look-ups of users that exist, and first logins, each of
// which makes a hash, a directory and two files and flushes them to the disk.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle, start } from "../../unit/daemons/process.ts";
import { type Measured, measure } from "./measure.ts";
import { cpuMs, peakMb } from "./usage.ts";

const ACCOUNTS = 100_000;
const SECONDS = 3;
const CLIENTS = [1, 16, 100] as const;
/** Per second, upstream's doveauth in Python on a machine of this size; it made 345 accounts per second at most. */
const PYTHON_LOOKUPS = [8500, 13_500, 10_400] as const;
const PYTHON_CREATIONS = 345;

const HASH = `{SHA512-CRYPT}$6$abcdefghijklmnop$${"x".repeat(86)}`;

export async function benchDoveauth(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const mailboxes = join(directory, "mail");
  try {
    await makeAccounts(mailboxes);
    const socket = join(directory, "doveauth.socket");
    const ini = join(directory, "chatmail.ini");
    await writeFile(
      ini,
      [
        ...["[params]", "mail_domain = relay.test", `mailboxes_dir = ${mailboxes}`, "max_load_1m = 1000"],
        ...["min_available_memory = 0", "min_free_disk_space = 0", ""],
      ].join("\n"),
    );
    const daemon = await start(await bundle("doveauth", directory), socket, ini);
    const rows: object[] = [];
    const note = async (what: string, python: readonly number[], ask: (n: number) => string) => {
      for (const [column, clients] of CLIENTS.entries()) {
        const asking = await Promise.all(Array.from({ length: clients }, () => client(socket)));
        const before = cpuMs(daemon.pid);
        const measured = await measure({
          clients,
          seconds: SECONDS,
          action: (n) => asking[n]!.ask(ask(counter++)),
        });
        rows.push(row({ what, clients, measured, python: python[column]!, cpu: cpuMs(daemon.pid) - before }));
        for (const one of asking) one.close();
      }
    };
    let counter = 0;
    await note("look-ups", PYTHON_LOOKUPS, (n) => `Lshared/userdb/${address((n * 7919) % ACCOUNTS)}\tx\n`);
    const first = Array(3).fill(PYTHON_CREATIONS) as number[];
    await note("first logins", first, (n) => `Lshared/passdb/correct-horse"${newAddress(n)}\tx\n`);
    console.log(
      `\ndoveauth with ${ACCOUNTS} accounts on the disk; its peak ${peakMb(daemon.pid).toFixed(0)} MB`,
    );
    console.table(rows);
    daemon.child.kill("SIGKILL");
  } finally {
    await rm(directory, { recursive: true });
  }
}

const address = (n: number): string => `u${String(n).padStart(8, "0")}@relay.test`;
const newAddress = (n: number): string => `n${String(n).padStart(8, "0")}@relay.test`;

async function makeAccounts(mailboxes: string): Promise<void> {
  await mkdir(mailboxes);
  let next = 0;
  const make = async (): Promise<void> => {
    while (next < ACCOUNTS) {
      const home = join(mailboxes, address(next++));
      await mkdir(home);
      await writeFile(join(home, "password"), HASH);
    }
  };
  await Promise.all(Array.from({ length: 32 }, make));
}

interface Client {
  readonly ask: (line: string) => Promise<void>;
  readonly close: () => void;
}

async function client(path: string): Promise<Client> {
  const socket = connect({ path });
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  let answered: (reply: Buffer) => void = () => undefined;
  socket.on("data", (reply) => answered(reply));
  return {
    ask: (line) =>
      new Promise((resolve, reject) => {
        answered = (reply) => (reply[0] === 0x4f ? resolve() : reject(new Error(`${line}: ${reply}`)));
        socket.write(line);
      }),
    close: () => socket.destroy(),
  };
}

interface Row {
  readonly what: string;
  readonly clients: number;
  readonly measured: Measured;
  readonly python: number;
  readonly cpu: number;
}

function row({ what, clients, measured, python, cpu }: Row) {
  return {
    what,
    clients,
    "per second": measured.perSecond.toFixed(0),
    "p50 ms": measured.p50.toFixed(2),
    "p99 ms": measured.p99.toFixed(2),
    "CPU ms each": (cpu / measured.count).toFixed(3),
    "rate / Python's": (measured.perSecond / python).toFixed(1),
  };
}
