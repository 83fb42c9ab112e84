// Keeps on the host, before a change, what was there: in the run's own directory, which only its user can enter.

import { quote } from "../transport/quote.ts";
import type { Frame } from "../transport/transport.ts";
import { type Entry, placeLine, type RunNote } from "./kept.ts";

/** How many runs are kept on a host. */
const RUNS = 20;
/** Kilobytes; a directory with more in it is not copied before it is removed. */
const LARGEST = 65_536;

/** Runs are numbered by the host: the clocks of those who deploy may differ. */
const BEGIN = `n=$(cat -- "$d"/runs/*/number 2>/dev/null | grep -x '[0-9]*' | sort -n | tail -n 1)
printf '%s\\n' "$((\${n:-0} + 1))" >"$r/number"
for each in "$d"/runs/*; do
  n=$(cat -- "$each/number" 2>/dev/null) || n=0
  printf '%s %s\\n' "$n" "\${each##*/}"
done | sort -n | head -n -${RUNS} | while read -r n old; do rm -rf -- "$d/runs/$old"; done
`;

export interface Keeping {
  /** "" for the usual place. */
  readonly directory: string;
  readonly run: string;
  /** Begins the journal. */
  readonly note?: RunNote | undefined;
  /** From now on the run is one that has not come to its end. */
  readonly opens: boolean;
  readonly entries: readonly Entry[];
}

/** What is there is copied before the lines are written that tell of it. */
export function keepFrame({ directory, run, note, opens, entries }: Keeping): Frame {
  const lines = [...(note ? [note] : []), ...entries].map((line) => `${JSON.stringify(line)}\n`);
  const paths = entries.flatMap((entry) =>
    entry.kind === "path" ? [`keep ${entry.n} ${quote(entry.path)}`] : [],
  );
  return {
    script: `set -eu
umask 077
${placeLine(directory, quote)}
r=$d/runs/${quote(run)}
mkdir -p -- "$r/before"
${note ? BEGIN : ""}keep() {
  if [ ! -e "$2" ] && [ ! -h "$2" ]; then : >"$r/before/$1.absent"
  elif [ -d "$2" ] && [ ! -h "$2" ] && [ "$(du -sk -- "$2" | cut -f 1)" -gt ${LARGEST} ]; then : >"$r/before/$1.large"
  else cp -a -- "$2" "$r/before/$1"; fi
}
${opens ? `printf '%s\\n' ${quote(run)} >>"$d/unfinished"\n` : ""}${paths.join("\n")}
cat >>"$r/journal"`,
    input: Buffer.from(lines.join("")),
  };
}
