// The same run with our own program, in this process, observed through --json.

import { main } from "../../runner/cli/index.ts";
import type { RunEvent } from "../../runner/report/events.ts";
import type { Case } from "./case.ts";
import { type ExitClass, lines, type Ran, type RunObserved, recapOf, sortedByKey } from "./observation.ts";

export async function runOurs({ runs }: Case, directory: string): Promise<Ran> {
  const observed: RunObserved[] = [];
  let said = "";
  for (const options of runs) {
    const { code, out } = await ours(directory, [
      "-i",
      "inventory.yaml",
      "playbook.yaml",
      "--json",
      ...options,
    ]);
    said += out;
    observed.push(read(out, code));
  }
  return { runs: observed, said };
}

async function ours(directory: string, argv: readonly string[]): Promise<{ code: number; out: string }> {
  let out = "";
  const write = (text: string): boolean => {
    out += text;
    return true;
  };
  const stream = { write } as unknown as NodeJS.WriteStream;
  const { signal } = new AbortController();
  const terminal = { out: stream, err: stream, env: { NO_COLOR: "1" }, version: "0", directory, signal };
  const code = await main(argv, terminal);
  return { code, out };
}

function read(out: string, code: number): RunObserved {
  const events = out.split("\n").flatMap((line) => (line ? [JSON.parse(line) as RunEvent] : []));
  const tasks = events.flatMap((event) =>
    event.event === "task" ? [{ ...event, items: event.items?.map(({ status }) => status) }] : [],
  );
  const recap = events.flatMap((event): [string, string][] =>
    event.event === "recap" ? [[event.host, recapOf(event)]] : [],
  );
  return {
    exit: EXIT_CLASSES[code] ?? (`exit code ${code}` as ExitClass),
    hosts: lines(tasks),
    recap: sortedByKey(Object.fromEntries(recap.filter(([, counts]) => counts !== ""))),
  };
}

const EXIT_CLASSES: Readonly<Record<number, ExitClass>> = {
  0: "done",
  1: "refused",
  2: "failed",
  4: "unreachable",
};
