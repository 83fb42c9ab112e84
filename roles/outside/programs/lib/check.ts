// What a check is and how its outcome is told: one line of JSON each.

export interface Check {
  /** The heading that it is told under. */
  readonly group: string;
  readonly name: string;
  /** Gives what was seen, if that is right; throws what was seen if it is wrong. */
  readonly look: () => Promise<string | Skipped>;
}

/** It could not be looked at, or need not be, for this reason. */
export interface Skipped {
  readonly skipped: string;
}

export interface Outcome {
  readonly group: string;
  readonly name: string;
  readonly state: "ok" | "failed" | "skipped";
  readonly seen: string;
}

/** At the same time: enough that those which wait for an answer that never comes do not add up. */
const AT_ONCE = 8;

/** Looks at all, whatever comes of some; the outcomes have the order of the checks. */
export async function outcomes(checks: readonly Check[]): Promise<Outcome[]> {
  const found: Outcome[] = [];
  const left = [...checks.entries()];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) found[next[0]] = await outcome(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return found;
}

async function outcome({ group, name, look }: Check): Promise<Outcome> {
  try {
    const seen = await look();
    if (typeof seen === "string") return { group, name, state: "ok", seen: line(seen) };
    return { group, name, state: "skipped", seen: seen.skipped };
  } catch (error) {
    return { group, name, state: "failed", seen: line(explained(error)) };
  }
}

const MEANINGS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was cut",
  EHOSTUNREACH: "no way leads there",
  ENETUNREACH: "no way leads there",
  ENOTFOUND: "the name is not known",
  EAI_AGAIN: "the name cannot be looked up",
  ETIMEDOUT: "no answer",
};

export function explained(error: unknown): string {
  // Where a name has several addresses, what each of them said.
  if (error instanceof AggregateError) return [...new Set(error.errors.map(explained))].join("; ");
  if (!(error instanceof Error)) return String(error);
  const meaning = MEANINGS[(error as NodeJS.ErrnoException).code ?? ""];
  return meaning ? `${meaning} (${error.message})` : error.message;
}

/** On one line, and not without end: some of it comes from others. */
function line(text: string): string {
  const short = text.replace(/\s+/g, " ").trim();
  return short.length > 200 ? `${short.slice(0, 199)}…` : short;
}

export const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(2)} s`;
