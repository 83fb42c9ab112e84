// The clean-up and the report over many mailboxes, beside find(1), which walks through the same directories and asks for
// the state of the same files; and whether the memory that they need grows with the number of mailboxes.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../../unit/daemons/process.ts";
import { cpuMs, peakMb } from "./usage.ts";

const MAILBOXES = 100_000;
/** What Dovecot and doveauth keep in each besides messages. */
const STATE = ["password", "enforceE2EEincoming", "maildirsize", "dovecot-uidlist", "dovecot.index.log"];
const MESSAGES = 4;
const FILES = MAILBOXES * (STATE.length + MESSAGES);
/** The median of so many runs is told, all of them with warm caches. */
const RUNS = 3;

interface Ran {
  readonly seconds: number;
  /** Seconds of CPU time: other things that the machine does are not in it. */
  readonly cpu: number;
  readonly peak: number;
}

export async function benchExpiry(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const mail = join(directory, "mail");
    makeMailboxes(mail);
    const ini = join(directory, "chatmail.ini");
    writeFileSync(ini, `[params]\nmail_domain = relay.test\nmailboxes_dir = ${mail}\n`);
    const program = async (name: string): Promise<string[]> => [
      process.execPath,
      // As in their units.
      "--max-semi-space-size=1",
      await bundle(name, directory),
      ini,
    ];
    const messages = ["(", "-path", "*/cur/*", "-o", "-path", "*/new/*", "-o", "-path", "*/tmp/*", ")"];
    const age = ["(", "-mtime", "+20", "-o", "-mtime", "+7", "-size", "+200000c", ")"];
    const rows = [];
    for (const [name, find] of [
      ["expire", ["find", mail, "-type", "f", ...messages, ...age]],
      ["fsreport", ["find", mail, "-type", "f", "-printf", "%s\n"]],
    ] as const) {
      const ours = await program(name);
      await run(find);
      const [beside, all] = await inTurns(find, ours);
      const few = await run([...ours, "--maxnum", String(MAILBOXES / 10)]);
      rows.push({
        what: name,
        seconds: all.seconds.toFixed(2),
        "files/s": (FILES / all.seconds).toFixed(0),
        "find's seconds": beside.seconds.toFixed(2),
        "CPU s": all.cpu.toFixed(2),
        "find's CPU s": beside.cpu.toFixed(2),
        "seconds / find's": (all.seconds / beside.seconds).toFixed(2),
        "CPU / find's": (all.cpu / beside.cpu).toFixed(2),
        "peak MB": all.peak.toFixed(0),
        "peak MB with a tenth": few.peak.toFixed(0),
      });
    }
    console.log(`\nexpire (dry) and fsreport over ${MAILBOXES} mailboxes with ${FILES} files`);
    console.table(rows);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function makeMailboxes(mail: string): void {
  const now = Math.floor(Date.now() / 1000);
  for (let n = 0; n < MAILBOXES; n++) {
    const home = join(mail, `u${String(n).padStart(8, "0")}@relay.test`);
    for (const place of ["cur", "new", "tmp"]) mkdirSync(join(home, place), { recursive: true });
    for (const name of STATE) writeFileSync(join(home, name), "x");
    for (let m = 0; m < MESSAGES; m++)
      writeFileSync(join(home, "cur", `${now - m}.M${m}P${n}.relay,S=5000,W=5100:2,S`), "x");
  }
}

/** Each of two commands several times, in turns, so that what the machine does besides is shared; their medians. */
async function inTurns(one: readonly string[], other: readonly string[]): Promise<[Ran, Ran]> {
  const [ones, others]: [Ran[], Ran[]] = [[], []];
  for (let n = 0; n < RUNS; n++) {
    ones.push(await run(one));
    others.push(await run(other));
  }
  return [median(ones), median(others)];
}

function median(all: readonly Ran[]): Ran {
  return [...all].sort((one, other) => one.seconds - other.seconds)[Math.floor(RUNS / 2)]!;
}

async function run([program = "", ...args]: readonly string[]): Promise<Ran> {
  const since = performance.now();
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  let [peak, cpu] = [0, 0];
  // The kernel forgets both with the process.
  const looking = setInterval(() => {
    if (child.pid === undefined || child.exitCode !== null) return;
    peak = Math.max(peak, peakMb(child.pid) || 0);
    cpu = Math.max(cpu, cpuMs(child.pid) / 1000);
  }, 20);
  const [code] = (await once(child, "exit")) as [number | null];
  clearInterval(looking);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}`);
  return { seconds: (performance.now() - since) / 1000, cpu, peak };
}
