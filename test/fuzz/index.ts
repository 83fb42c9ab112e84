// npm run fuzz -- [TARGET...] [--seconds N] [--seed N] [--input N]: throws changed messages, dialogues and files at
// what the daemons read from strangers, and the runner from people, ssh and hosts, and tells what breaks. All targets
// share the seconds, two at a time. --input repeats one input of a seed.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Message, Task } from "./child.ts";
import { targets } from "./targets/index.ts";

/** No hundred inputs may take so long. */
const HANG_MS = 60_000;
/** A target that holds on to so much more after thousands of inputs holds on to each of them. */
const GROWTH_MB = 50;

const usage = `usage: npm run fuzz -- [TARGET...] [--seconds N] [--seed N] [--input N]
targets: ${Object.keys(targets).join(", ")}`;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    input: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
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
  const { inputs, heap, failure } = await inChild(target);
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

type Done = Extract<Message, { readonly inputs: number }>;

function inChild(target: string): Promise<Done> {
  const from = Number(values.input ?? 0);
  const inputs = values.input === undefined ? Number.MAX_SAFE_INTEGER : 1;
  const task: Task = { target, seed: Number(values.seed), from, seconds, inputs };
  const program = fileURLToPath(new URL("child.ts", import.meta.url));
  const child = fork(program, [JSON.stringify(task)], { execArgv: ["--expose-gc", "--import", "tsx"] });
  return new Promise((resolve) => {
    let at = from;
    const failing = (what: string): void =>
      resolve({
        inputs: at - from,
        heap: [0, 0],
        failure: `${target} ${what} soon after input ${at} of seed ${values.seed}`,
      });
    const watch = setTimeout(() => {
      failing("hangs");
      child.kill("SIGKILL");
    }, HANG_MS);
    child.on("message", (message: Message) => {
      watch.refresh();
      if ("at" in message) at = message.at;
      else resolve(message);
    });
    child.on("exit", (code) => {
      clearTimeout(watch);
      failing(`ended with ${code}`);
    });
  });
}
