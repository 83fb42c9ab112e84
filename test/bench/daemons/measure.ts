// The same action over and over by a number of clients at once for a while: how many per second, and how long each
// one took.

export interface Measured {
  readonly perSecond: number;
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

export interface Load {
  readonly clients: number;
  readonly seconds: number;
  /** One action of one client; the client waits for it before its next one. */
  readonly action: (client: number) => Promise<void>;
}

export async function measure({ clients, seconds, action }: Load): Promise<Measured> {
  const times: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (performance.now() < end) {
        const since = performance.now();
        await action(client);
        times.push(performance.now() - since);
      }
    }),
  );
  return { ...quantiles(times), perSecond: (times.length / (performance.now() - start)) * 1000 };
}

/** The quantiles of times in milliseconds. */
export function quantiles(times: readonly number[]): Omit<Measured, "perSecond"> {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
  return { count: times.length, p50: at(0.5), p99: at(0.99) };
}
