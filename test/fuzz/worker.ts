// One target in a thread of its own, so that index.ts sees it when an input makes it hang.

import { parentPort, workerData } from "node:worker_threads";
import { fuzz } from "./run.ts";
import { targets } from "./targets/index.ts";

export interface Task {
  readonly target: string;
  readonly seed: number;
  readonly from: number;
  readonly seconds: number;
  readonly inputs: number;
  /** Holds the number of the input that is being tried. */
  readonly progress: SharedArrayBuffer;
}

export interface Done {
  readonly inputs: number;
  /** Heap in MB after the first thousand inputs, and at the end. */
  readonly heap: readonly [number, number];
  readonly failure?: string;
}

const task = workerData as Task;
const progress = new Int32Array(task.progress);
const end = performance.now() + task.seconds * 1000;
const target = await targets[task.target]!();
let [first, inputs] = [0, 0];
let failure: string | undefined;

try {
  inputs = await fuzz(target, {
    seed: task.seed,
    from: task.from,
    goOn: (done) => {
      Atomics.store(progress, 0, task.from + done);
      if (done === 1000) first = heap();
      inputs = done;
      return done < task.inputs && performance.now() < end;
    },
  });
} catch (error) {
  failure = (error as Error).message;
}
await target.end?.();
parentPort?.postMessage({
  inputs,
  heap: [first || heap(), heap()],
  ...(failure && { failure }),
} satisfies Done);

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
