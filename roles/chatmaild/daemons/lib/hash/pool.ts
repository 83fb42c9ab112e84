// Hashes passwords in worker threads: one hash takes milliseconds of CPU, during which the main thread would
// answer no look-up. A worker is the daemon's own bundle started again as a thread, so one file is enough.

import { cpus } from "node:os";
import { parentPort, Worker } from "node:worker_threads";
import { hashPassword, isPasswordOf } from "./sha512-crypt.ts";

export interface HashPool {
  readonly hash: (password: string) => Promise<string>;
  /** Whether a stored hash is this password's. */
  readonly isPasswordOf: (hash: string, password: string) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** A password to hash, or to compare with a hash. */
interface Question {
  readonly password: string;
  readonly hash?: string;
}

type Answer = string | boolean;

interface Job {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export interface HashPoolOptions {
  /** A module that calls serveHashes() when it is started as a thread. */
  readonly worker: URL;
  readonly size?: number;
  /** A thread without work ends after this time, and gives back its few megabytes. */
  readonly idleMs?: number;
}

export function startHashPool({ worker, size = cpus().length, idleMs = 30_000 }: HashPoolOptions): HashPool {
  const waiting: Job[] = [];
  const idle: Thread[] = [];
  const all = new Set<Thread>();

  const dispatch = (): void => {
    while (waiting.length > 0) {
      const thread = idle.pop() ?? (all.size < Math.max(1, size) ? start() : undefined);
      if (!thread) return;
      thread.run(waiting.shift()!);
    }
  };
  const retire = (thread: Thread): void => {
    const place = idle.indexOf(thread);
    if (place >= 0) idle.splice(place, 1);
  };
  const start = (): Thread => {
    const thread = new Thread(worker, idleMs, {
      onIdle: () => {
        idle.push(thread);
        dispatch();
      },
      onRetire: () => retire(thread),
      onGone: () => {
        retire(thread);
        all.delete(thread);
        dispatch();
      },
    });
    all.add(thread);
    return thread;
  };

  const ask = (question: Question): Promise<Answer> =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      dispatch();
    });

  return {
    hash: async (password) => String(await ask({ password })),
    isPasswordOf: async (hash, password) => (await ask({ hash, password })) === true,
    close: async () => {
      await Promise.all(Array.from(all, (thread) => thread.stop()));
    },
  };
}

interface ThreadEvents {
  readonly onIdle: () => void;
  /** No more work may be given to it; it is about to end. */
  readonly onRetire: () => void;
  readonly onGone: () => void;
}

class Thread {
  readonly #worker: Worker;
  readonly #idleMs: number;
  #job: Job | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(module: URL, idleMs: number, events: ThreadEvents) {
    this.#idleMs = idleMs;
    this.#worker = new Worker(module);
    this.#worker.on("message", (answer: Answer) => {
      this.#finish()?.resolve(answer);
      this.#timer = setTimeout(() => {
        events.onRetire();
        void this.stop();
      }, this.#idleMs);
      this.#timer.unref();
      // A thread that waits for work does not keep the daemon alive.
      this.#worker.unref();
      events.onIdle();
    });
    this.#worker.on("error", (error: Error) => this.#finish()?.reject(error));
    this.#worker.on("exit", () => {
      this.#finish()?.reject(new Error("the hashing thread ended"));
      events.onGone();
    });
  }

  run(job: Job): void {
    clearTimeout(this.#timer);
    this.#job = job;
    this.#worker.ref();
    this.#worker.postMessage(job.question);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #finish(): Job | undefined {
    const job = this.#job;
    this.#job = undefined;
    return job;
  }
}

/** The thread's side. */
export function serveHashes(): void {
  parentPort?.on("message", ({ password, hash }: Question) => {
    parentPort?.postMessage(hash === undefined ? hashPassword(password) : isPasswordOf(hash, password));
  });
}
