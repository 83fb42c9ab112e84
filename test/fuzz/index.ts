// npm run fuzz -- [TARGET...] [--seconds N] [--seed N] [--input N]: throws changed messages, dialogues and files at
// what the daemons read from strangers, and tells what breaks. All targets share the seconds, two at a time.
// --input repeats one input of a seed.

import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { targets } from "./targets/index.ts";
import type { Done, Task } from "./worker.ts";

/** No input may take so long. */
const HANG_MS = 20_000;
/** A target that holds on to so much more after thousands of inputs holds on to each of them. */
const GROWTH_MB = 50;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    input: { type: "string" },
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(targets);
const unknown = names.find((name) => !(name in targets));
if (unknown) {
  console.error(`fuzz: there is no target ${unknown}, but ${Object.keys(targets).join(", ")}`);
  process.exit(2);
}

const LANES = 2;
const seconds = (Number(values.seconds) * LANES) / names.length;
const waiting = [...names];
const rows: object[] = [];
let failed = false;
await Promise.all(
  Array.from({ length: LANES }, async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) rows.push(await run(name));
  }),
);
console.table(rows);
process.exit(failed ? 1 : 0);

async function run(target: string) {
  const { inputs, heap, failure } = await inThread(target);
  const [before, after] = heap;
  const growth = after - before > GROWTH_MB ? `grew by ${(after - before).toFixed(0)} MB` : undefined;
  const trouble = failure ?? growth;
  if (trouble) {
    failed = true;
    console.error(trouble);
  }
  return {
    target,
    seed: values.seed,
    inputs,
    "heap MB": `${before.toFixed(0)} to ${after.toFixed(0)}`,
    found: trouble ? "a failure" : "nothing",
  };
}

function inThread(target: string): Promise<Done> {
  const progress = new SharedArrayBuffer(4);
  const from = Number(values.input ?? 0);
  const inputs = values.input === undefined ? Number.POSITIVE_INFINITY : 1;
  const task: Task = { target, seed: Number(values.seed), from, seconds, inputs, progress };
  const worker = new Worker(new URL("worker.ts", import.meta.url), { workerData: task });
  const counter = new Int32Array(progress);
  return new Promise((resolve) => {
    const end = (done: Done): void => {
      clearInterval(watch);
      resolve(done);
      void worker.terminate();
    };
    const failing = (failure: string): void =>
      end({ inputs: Atomics.load(counter, 0), heap: [0, 0], failure });
    let seen = -1;
    const watch = setInterval(() => {
      const now = Atomics.load(counter, 0);
      if (now === seen)
        failing(`${target} hangs at input ${now} of seed ${values.seed}; repeat it with --input ${now}`);
      seen = now;
    }, HANG_MS);
    worker.on("message", end);
    worker.on("error", (error) => failing(`${target}, input ${Atomics.load(counter, 0)}: ${error.stack}`));
  });
}
