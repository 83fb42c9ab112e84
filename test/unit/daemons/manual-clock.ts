// A clock that moves when a test says so.

import type { Clock } from "../../../roles/chatmaild/daemons/lib/clock.ts";

export class ManualClock implements Clock {
  #now: number;
  readonly #timers = new Set<{ readonly at: number; readonly run: () => void }>();

  constructor(unixTime: number) {
    this.#now = unixTime * 1000;
  }

  readonly now = (): number => this.#now;

  readonly after = (milliseconds: number, run: () => void): (() => void) => {
    const timer = { at: this.#now + milliseconds, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** Seconds until the next timer, or undefined when there is none. */
  get next(): number | undefined {
    const times = [...this.#timers].map(({ at }) => at);
    return times.length === 0 ? undefined : (Math.min(...times) - this.#now) / 1000;
  }

  pass(seconds: number): void {
    this.#now += seconds * 1000;
    for (const timer of [...this.#timers].filter(({ at }) => at <= this.#now)) {
      this.#timers.delete(timer);
      timer.run();
    }
  }
}
