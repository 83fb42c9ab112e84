// Time, passed in wherever something waits, so that tests need not.

export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Runs this once, so many milliseconds from now, unless the returned function is called before. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
}

export const realClock: Clock = {
  now: Date.now,
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
