// One target in a process of its own, so that index.ts sees it when an input makes it hang or end.

import { fuzz } from "./run.ts";
import { targets } from "./targets/index.ts";

export interface Task {
  readonly target: string;
  readonly seed: number;
  readonly from: number;
  readonly seconds: number;
  readonly inputs: number;
}

export type Message =
  /** The number of the input that is tried next. */
  | { readonly at: number }
  | {
      readonly inputs: number;
      /** Heap in MB after the first thousand inputs, and at the end. */
      readonly heap: readonly [number, number];
      readonly failure?: string;
    };

const EVERY = 100;

const task = JSON.parse(process.argv[2] ?? "") as Task;
const end = performance.now() + task.seconds * 1000;
const target = await targets[task.target]!();
let [first, inputs] = [0, 0];
let failure: string | undefined;

try {
  inputs = await fuzz(target, {
    seed: task.seed,
    from: task.from,
    goOn: (done) => {
      if (done % EVERY === 0) tell({ at: task.from + done });
      if (done === 1000) first = heap();
      inputs = done;
      return done < task.inputs && performance.now() < end;
    },
  });
} catch (error) {
  failure = (error as Error).message;
}
await target.end?.();
tell({ inputs, heap: [first || heap(), heap()], ...(failure && { failure }) });
process.disconnect();

function tell(message: Message): void {
  process.send?.(message);
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
