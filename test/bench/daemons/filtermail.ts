// filtermail under load, beside smtp-server that lets everything pass, and a bare TCP relay: what does checking cost?
// Then small messages while large ones pass: does anybody have to wait for a stranger's attachment?

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ALICE, armorOf, BOB, pgpMime } from "../../unit/daemons/messages.ts";
import { bundle, freePort, type Running, start } from "../../unit/daemons/process.ts";
import { type Measured, measure, quantiles } from "./measure.ts";
import { type Mail, type Sink, sendMail, startSink } from "./smtp.ts";
import { cpuMs, peakMb } from "./usage.ts";

const SECONDS = 3;
const SIZES = { "3 KB": 3_000, "1 MB": 1_000_000 } as const;
const CLIENTS = [1, 10, 100] as const;
const SUBJECTS = ["filtermail", "pass-through", "tcp-relay"] as const;
type Subject = (typeof SUBJECTS)[number];
/** Messages per second of upstream's last filter in Python on a machine of this size, at 1, 10 and 100 clients. */
const PYTHON = { "3 KB": [190, 210, 235], "1 MB": [11, 12, 13] } as const;

const LARGE = { bytes: 30_000_000, messages: 50 } as const;

interface Cell extends Measured {
  readonly cpu: number;
  readonly peak: number;
}

export async function benchFiltermail(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const sink = await startSink();
  const startSubject = async (subject: Subject): Promise<Running & { readonly port: number }> => {
    const port = await freePort();
    const running = await run(subject, { port, sink, directory });
    return { ...running, port };
  };
  try {
    for (const [size, bytes] of Object.entries(SIZES)) {
      const mail = message(bytes);
      const cells = new Map<string, Cell>();
      for (const clients of CLIENTS)
        for (const name of SUBJECTS) {
          // A fresh process for each, so that none has the memory of the one before.
          const subject = await startSubject(name);
          const send = () => sendMail(subject.port, mail);
          await measure({ clients, seconds: 1, action: send });
          const before = cpuMs(subject.pid);
          const measured = await measure({ clients, seconds: SECONDS, action: send });
          const cpu = (cpuMs(subject.pid) - before) / measured.count;
          cells.set(`${name} ${clients}`, { ...measured, cpu, peak: peakMb(subject.pid) });
          subject.child.kill("SIGKILL");
        }
      print(size as keyof typeof SIZES, cells);
    }
    const subject = await startSubject("filtermail");
    await besideLarge(subject);
    subject.child.kill("SIGKILL");
  } finally {
    sink.close();
    await rm(directory, { recursive: true });
  }
}

/** An encrypted message of about this size, made up of packets that are well-formed and of no use. */
function message(bytes: number): Mail {
  const body = Buffer.alloc(Math.floor(bytes * 0.73), "encrypted data ");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const packets = Buffer.concat([Buffer.from([0xd2, 0xff]), length, body]);
  return {
    from: ALICE,
    to: BOB,
    data: Buffer.concat([pgpMime({ data: armorOf(packets) }), Buffer.from(".\r\n")]),
  };
}

interface Place {
  readonly port: number;
  readonly sink: Sink;
  readonly directory: string;
}

async function run(subject: Subject, { port, sink, directory }: Place): Promise<Running> {
  if (subject !== "filtermail") {
    const program = fileURLToPath(new URL(`subjects/${subject}.ts`, import.meta.url));
    return start(await bundle(program, directory), String(port), String(sink.port));
  }
  const ini = join(directory, "chatmail.ini");
  await writeFile(
    ini,
    [
      ...["[params]", "mail_domain = relay.test", `mailboxes_dir = ${directory}`],
      ...["max_user_send_per_minute = 1000000", "max_user_send_burst_size = 1000000"],
      ...[`filtermail_smtp_port = ${port}`, `postfix_reinject_port = ${sink.port}`, ""],
    ].join("\n"),
  );
  // As in filtermail.service.
  return start("--max-semi-space-size=2", await bundle("filtermail", directory), ini, "outgoing");
}

function print(size: keyof typeof SIZES, cells: ReadonlyMap<string, Cell>): void {
  console.log(`\nfiltermail, messages of ${size}, one connection for each`);
  console.table(
    CLIENTS.flatMap((clients, column) =>
      SUBJECTS.map((name) => {
        const { perSecond, p50, p99, cpu, peak } = cells.get(`${name} ${clients}`)!;
        const passThrough = cells.get(`pass-through ${clients}`)!;
        return {
          clients,
          what: name,
          "messages/s": perSecond.toFixed(1),
          "p50 ms": p50.toFixed(1),
          "p99 ms": p99.toFixed(1),
          "CPU ms each": cpu.toFixed(2),
          "peak MB": peak.toFixed(0),
          "rate / Python's": (perSecond / PYTHON[size][column]!).toFixed(1),
          "CPU / pass-through": (cpu / passThrough.cpu).toFixed(2),
        };
      }),
    ),
  );
}

async function besideLarge(subject: Running & { readonly port: number }): Promise<void> {
  const small = message(SIZES["3 KB"]);
  const large = message(LARGE.bytes);
  const times: number[] = [];
  let passing = true;
  const since = performance.now();
  const allLarge = Promise.all(
    Array.from({ length: LARGE.messages }, () => sendMail(subject.port, large)),
  ).finally(() => {
    passing = false;
  });
  while (passing) {
    const begun = performance.now();
    await sendMail(subject.port, small);
    times.push(performance.now() - begun);
  }
  await allLarge;
  const seconds = (performance.now() - since) / 1000;
  const { p50, p99, count } = quantiles(times);
  console.log(
    `\n${count} messages of 3 KB, one after the other, while ${LARGE.messages} of 30 MB pass in ${seconds.toFixed(1)} s: ` +
      `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, longest ${Math.max(...times).toFixed(1)} ms, ` +
      `peak ${peakMb(subject.pid).toFixed(0)} MB`,
  );
}
