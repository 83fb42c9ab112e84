// How much an address may send: the generic cell rate algorithm (a token bucket kept as one number per address,
// ITU-T I.371), on a clock that never jumps, in memory only.

export interface RateLimit {
  /** Counts one message of this sender; false when it is over the limit, and then it does not count. */
  readonly allows: (sender: string) => boolean;
  /** Senders remembered at the moment. */
  readonly size: number;
}

export interface RateLimitOptions {
  readonly perMinute: number;
  readonly burst: number;
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
}

export function rateLimit({ perMinute, burst, now = () => performance.now() }: RateLimitOptions): RateLimit {
  const interval = 60_000 / perMinute;
  const tolerance = interval * (burst - 1);
  /** When the sender's bucket would be full again. */
  const fullAt = new Map<string, number>();
  let sweepAt = now() + 60_000;

  const sweep = (time: number): void => {
    if (time < sweepAt) return;
    sweepAt = time + 60_000;
    for (const [sender, full] of fullAt) if (full <= time) fullAt.delete(sender);
  };

  return {
    allows: (sender) => {
      const time = now();
      sweep(time);
      const full = Math.max(fullAt.get(sender) ?? 0, time);
      if (full - time > tolerance) return false;
      fullAt.set(sender, full + interval);
      return true;
    },
    get size() {
      return fullAt.size;
    },
  };
}
