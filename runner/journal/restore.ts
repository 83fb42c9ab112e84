// Puts back what a run has kept: units that it started stop, files go back from the last to the first, and units
// that ran before run again with them. Packages and commands cannot be undone, and nothing here tries to.

import { quote } from "../transport/quote.ts";
import type { Frame, Reply } from "../transport/transport.ts";
import { type Entry, placeLine } from "./kept.ts";

/** A run, and what is to be put back of it, in the order in which it was kept. */
export interface Undone {
  readonly run: string;
  readonly entries: readonly Entry[];
}

export interface Restoring {
  /** "" for the usual place. */
  readonly directory: string;
  /** The newest first. */
  readonly runs: readonly Undone[];
  readonly why: string;
}

export interface Restored {
  /** A path, or the name of a unit. */
  readonly what: string;
  readonly how: string;
  readonly failed: boolean;
}

type PathEntry = Extract<Entry, { kind: "path" | "attributes" }>;
/** With the run that has kept it. */
type UnitEntry = Extract<Entry, { kind: "unit" }> & { readonly run: string };

/** Prints a line for each thing: the run, its number there, "done" or "failed", and how. */
export function restoreFrame({ directory, runs, why }: Restoring): Frame {
  const paths = runs.map(({ run, entries }) => ({
    run,
    own: entries.filter((entry): entry is PathEntry => "path" in entry).reverse(),
  }));
  const units = unitsIn(runs);
  const ofSystemd = paths.some(({ own }) => own.some(({ path }) => path.includes("/systemd/")));
  return {
    script: [
      `${placeLine(directory, quote)}\nof() { run=$1 r=$d/runs/$1; }`,
      FUNCTIONS,
      ...units.filter(({ active }) => !active).flatMap((unit) => [of(unit.run), `stop ${unitWords(unit)}`]),
      ...paths.flatMap(({ run, own }) => [of(run), ...own.map(pathLine)]),
      ...(units.length > 0 || ofSystemd ? ["systemctl daemon-reload"] : []),
      ...units.flatMap((unit) => [of(unit.run), `bring_back ${unitWords(unit)}`]),
      ...runs.flatMap(({ run, entries }) => {
        const note = { restored: entries.map(({ n }) => n), why };
        return [of(run), `printf '%s\\n' ${quote(JSON.stringify(note))} >>"$r/journal"`];
      }),
    ].join("\n"),
  };
}

const of = (run: string): string => `of ${quote(run)}`;

const key = (run: string, number: string): string => `${run} ${number}`;

/** The reply, told in the words of the entries; of a thing that several runs had changed its last word. */
export function readRestored({ stdout }: Reply, runs: readonly Undone[]): Restored[] {
  const entries = new Map(
    runs.flatMap(({ run, entries }) => entries.map((entry) => [key(run, String(entry.n)), entry] as const)),
  );
  const told = Buffer.from(stdout)
    .toString()
    .split("\n")
    .flatMap((line): Restored[] => {
      const [run = "", number = "", status, ...how] = line.split("\t");
      const entry = entries.get(key(run, number));
      if (!entry || entry.kind === "other" || entry.kind === "answered") return [];
      const what = entry.kind === "unit" ? entry.unit : entry.path;
      return [{ what, how: how.join("\t"), failed: status === "failed" }];
    });
  return runs.length === 1 ? told : [...new Map(told.map((thing) => [thing.what, thing])).values()];
}

/** Each unit as it was before the oldest run; a restart among what was done to it counts more than a reload. */
function unitsIn(runs: readonly Undone[]): UnitEntry[] {
  const units = new Map<string, UnitEntry>();
  for (const { run, entries } of [...runs].reverse()) {
    for (const entry of entries) {
      if (entry.kind !== "unit") continue;
      const first = units.get(entry.unit) ?? { ...entry, run };
      units.set(entry.unit, { ...first, reload: first.reload && entry.reload });
    }
  }
  return [...units.values()];
}

function unitWords({ n, unit, active, file, reload }: UnitEntry): string {
  const verb = !active ? "stop" : reload ? "reload-or-restart" : "restart";
  return [String(n), unit, verb, file].map(quote).join(" ");
}

function pathLine(entry: PathEntry): string {
  const path = quote(entry.path);
  if (entry.kind === "path") return `back ${entry.n} ${path}`;
  const mode = (entry.mode & 0o7777).toString(8).padStart(4, "0");
  return `attributes ${entry.n} ${path} +${entry.uid}:+${entry.gid} ${mode}`;
}

const FUNCTIONS = `say() { printf '%s\\t%s\\t%s\\t%s\\n' "$run" "$1" "$2" "$(printf %s "$3" | tr '\\n\\t' '  ')"; }
put() {
  new=$(mktemp -u -- "$2/.chatmail-play.XXXXXXXXXX") && cp -a -- "$1" "$new" || return
  if [ -d "$3" ] && [ ! -h "$3" ]; then rm -rf -- "$3"; fi
  sync -- "$new" && mv -fT -- "$new" "$3" || { rm -rf -- "$new"; return 1; }
}
same() {
  if [ -h "$1" ]; then [ -h "$2" ] && [ "$(readlink -- "$1")" = "$(readlink -- "$2")" ]
  else
    [ -f "$1" ] && [ -f "$2" ] && [ ! -h "$2" ] && cmp -s -- "$1" "$2" &&
      [ "$(stat -c '%a %u %g' -- "$1")" = "$(stat -c '%a %u %g' -- "$2")" ]
  fi
}
back() {
  b=$r/before/$1
  if same "$b" "$2"; then return; fi
  if [ -e "$b.large" ]; then say "$1" failed 'was too large to be kept'; return; fi
  if [ -e "$b" ] || [ -h "$b" ]; then
    if said=$(put "$b" "$(dirname -- "$2")" "$2" 2>&1); then say "$1" 'done' 'as it was before'; else say "$1" failed "$said"; fi
  elif [ ! -e "$b.absent" ]; then
    # It could not be kept, so it has not been changed.
    return
  elif [ -d "$2" ] && [ ! -h "$2" ]; then
    if said=$(rmdir -- "$2" 2>&1); then say "$1" 'done' 'removed, as it was not there before'; else say "$1" 'done' 'left, since something else is in it'; fi
  elif [ -e "$2" ] || [ -h "$2" ]; then
    if said=$(rm -f -- "$2" 2>&1); then say "$1" 'done' 'removed, as it was not there before'; else say "$1" failed "$said"; fi
  fi
}
attributes() {
  if said=$(chown -h "$3" -- "$2" 2>&1 && chmod "$4" -- "$2" 2>&1); then say "$1" 'done' 'owner and mode as before'; else say "$1" failed "$said"; fi
}
stop() {
  case $4 in enabled|masked) ;; *) systemctl disable -- "$2" >/dev/null 2>&1 ;; esac
  if said=$(systemctl stop -- "$2" 2>&1); then say "$1" 'done' 'stopped, as before'; else say "$1" failed "$said"; fi
}
bring_back() {
  is=$(systemctl show -P UnitFileState -- "$2")
  case $4,$is in
    masked*,masked*) ;;
    masked*,*) systemctl mask -- "$2" >/dev/null 2>&1 ;;
    *,masked*) systemctl unmask -- "$2" >/dev/null 2>&1 ;;
  esac
  case $4,$is in
    enabled,enabled) ;;
    enabled,*) systemctl enable -- "$2" >/dev/null 2>&1 ;;
    disabled,enabled) systemctl disable -- "$2" >/dev/null 2>&1 ;;
  esac
  if [ "$3" = stop ]; then return; fi
  systemctl reset-failed -- "$2" 2>/dev/null
  if said=$(systemctl "$3" -- "$2" 2>&1) && said=$(systemctl is-active -- "$2" 2>&1); then say "$1" 'done' 'runs again as before'
  else say "$1" failed "$said $(journalctl --no-pager -q -n 3 -o cat -u "$2" 2>/dev/null)"; fi
}`;
