// Puts back what a run has kept: units that it started stop, files go back from the last to the first, and units
// that ran before run again with them. Packages and commands cannot be undone, and nothing here tries to.

import { quote } from "../transport/quote.ts";
import type { Frame, Reply } from "../transport/transport.ts";
import { type Entry, placeLine } from "./kept.ts";

export interface Restoring {
  /** "" for the usual place. */
  readonly directory: string;
  readonly run: string;
  /** In the order in which they were kept. */
  readonly entries: readonly Entry[];
  readonly why: string;
}

export interface Restored {
  /** A path, or the name of a unit. */
  readonly what: string;
  readonly how: string;
  readonly failed: boolean;
}

type PathEntry = Extract<Entry, { kind: "path" | "attributes" }>;
type UnitEntry = Extract<Entry, { kind: "unit" }>;

/** Prints a line for each thing: the run, its number there, "done" or "failed", and how. */
export function restoreFrame({ directory, run, entries, why }: Restoring): Frame {
  const paths = entries.filter((entry): entry is PathEntry => "path" in entry).reverse();
  const units = unitsIn(entries);
  const note = { restored: entries.map(({ n }) => n), why };
  return {
    script: [
      `${placeLine(directory, quote)}\nrun=${quote(run)}\nr=$d/runs/$run`,
      FUNCTIONS,
      ...units.filter(({ active }) => !active).map((unit) => `stop ${unitWords(unit)}`),
      ...paths.map(pathLine),
      ...(units.length > 0 || paths.some(({ path }) => path.includes("/systemd/"))
        ? ["systemctl daemon-reload"]
        : []),
      ...units.map((unit) => `bring_back ${unitWords(unit)}`),
      `printf '%s\\n' ${quote(JSON.stringify(note))} >>"$r/journal"`,
    ].join("\n"),
  };
}

/** The reply, told in the words of the entries. */
export function readRestored(
  { stdout }: Reply,
  { run, entries }: Pick<Restoring, "run" | "entries">,
): Restored[] {
  const byNumber = new Map(entries.map((entry) => [String(entry.n), entry]));
  return Buffer.from(stdout)
    .toString()
    .split("\n")
    .flatMap((line) => {
      const [of, number = "", status, ...how] = line.split("\t");
      const entry = of === run ? byNumber.get(number) : undefined;
      if (!entry || entry.kind === "other") return [];
      const what = entry.kind === "unit" ? entry.unit : entry.path;
      return [{ what, how: how.join("\t"), failed: status === "failed" }];
    });
}

/** Each unit as it was at first; a restart among what was done to it counts more than a reload. */
function unitsIn(entries: readonly Entry[]): UnitEntry[] {
  const units = new Map<string, UnitEntry>();
  for (const entry of entries) {
    if (entry.kind !== "unit") continue;
    const first = units.get(entry.unit) ?? entry;
    units.set(entry.unit, { ...first, reload: first.reload && entry.reload });
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
