// One run at a time changes a host. Who holds it, from where and since when stands in a file there; whether
// they still do is told by the host's list of processes, so a lock need not be released: it ends with the
// connection, and a reboot ends all of them. The file goes with the shell; only one that was killed leaves it.
//
// A connection that was cut leaves its shell waiting for hours. So a shell at rest must be heard of from
// time to time; one that is not loses the lock, and its life, to the next run.

import type { Step, Task } from "../playbook/playbook.ts";
import { literalText, stepsKnown } from "../playbook/playbook.ts";
import { quote } from "../transport/quote.ts";
import { type Frame, type Reply, Unreachable } from "../transport/transport.ts";
import { hintFor } from "./hints.ts";

/** Milliseconds between two signs of life. */
export const HEARTBEAT = 10_000;
/** Seconds without one after which a shell at rest has lost its connection. */
const SILENCE = 45;
/** Seconds that a run has to be gone which has ended: it does not wait for the shell that holds its lock. */
const LEAVING = 2;
/** Seconds that the host waits at a time: whoever interrupts the run need not wait for longer. */
const TURN = 3;
/** EX_TEMPFAIL: another run holds the lock. */
const TAKEN = 75;

export interface Holder {
  /** The name of the run. */
  readonly run: string;
  /** Who, and from where: "alice@laptop". */
  readonly operator: string;
}

export interface LockOptions extends Holder {
  /** The user who takes it. */
  readonly user: string;
  /** Of the host: absolute, or what is added to the name of the usual one. */
  readonly directory: string;
  /** Seconds to wait for another run. */
  readonly patience: number;
  /** Told when another run is waited for. */
  readonly waiting: (message: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Root's lock is of this boot, other users' stands below their home, if not told otherwise. What is no path is added to the
 * name: hosts that are the machine itself have one of their own each. Sets $d and $f.
 */
function place(directory: string): string {
  const own = 'if [ "$(id -u)" = 0 ]; then d=/run/chatmail-play; else d=$HOME/.local/state/chatmail-play; fi';
  const chosen = directory.startsWith("/") ? `d=${quote(directory)}` : `${own}\nd=$d${quote(directory)}`;
  return `${chosen}\nf=$d/lock`;
}

/** Run by the shell at its end, whose word is $w; the lock may be another run's by then. */
function release(directory: string): string {
  return `(
${place(directory)}
exec 9<"$f" && flock 9 && [ "$(head -n 1 -- "$f")" = "$w" ] && rm -f -- "$f" && rmdir -- "$d"
) 2>/dev/null`;
}

export class HostLock {
  readonly user: string;
  private readonly of: LockOptions;

  constructor(of: LockOptions) {
    this.of = of;
    this.user = of.user;
  }

  /** Takes the lock by way of `send`, which sends a frame before others and gives all replies; gives those of the others. */
  async take(send: (first: Frame) => Promise<readonly Reply[]>): Promise<readonly Reply[]> {
    const { patience, waiting, signal } = this.of;
    let [said, ...others] = await send(this.frame(0));
    if (said?.status === TAKEN && patience > 0) {
      waiting(`${describe(said)}; waiting for it, at most ${patience} s`);
      for (let left = patience; said?.status === TAKEN && left > 0 && !signal.aborted; left -= TURN)
        [said, ...others] = await send(this.frame(Math.min(TURN, left)));
    }
    if (said?.status === TAKEN) {
      if (signal.aborted)
        throw new Unreachable(`${describe(said)}; it was waited for until the interruption`);
      const longer = patience > 0 ? "a longer --lock-timeout" : "--lock-timeout SECONDS";
      throw new Unreachable(describe(said), `try again when it has ended, or wait for it with ${longer}`);
    }
    if (said?.status !== 0) {
      const why = Buffer.from(said?.stderr ?? []).toString();
      throw new Unreachable(`the host cannot be locked: ${why.trim()}`, hintFor(why));
    }
    return others;
  }

  /** Says that the connection still stands. */
  beat(): Frame {
    return { script: `${place(this.of.directory)}\n[ "$(head -n 1 -- "$f")" != "$W" ] || touch -- "$f"` };
  }

  /**
   * Processes are looked up by their command lines, which hold the word of the shell that they belong to. The status of
   * grep says nothing: it is 2 as soon as any process ends meanwhile.
   */
  private frame(patience: number): Frame {
    const { directory, run, operator } = this.of;
    return {
      script: `${place(directory)}
processes() { printf '%s\\n' "$1" | grep -lsFf - /proc/[0-9]*/cmdline; }
until=$(($(date +%s) + ${Math.max(patience, LEAVING)}))
while (umask 077; mkdir -p -- "$d") && exec 9<>"$f" && flock 9 || exit 73; do
  # Whoever had it may have removed it meanwhile.
  if ! [ "$f" -ef /proc/self/fd/9 ]; then continue; fi
  word= run= since= who=
  { read -r word; read -r run; read -r since; read -r who; } <"$f"
  now=$(date +%s)
  if [ -z "$word" ] || [ "$word" = "$W" ] || [ "$run" = ${quote(run)} ]; then break; fi
  holders=$(processes "$word")
  if [ -z "$holders" ]; then break; fi
  if [ $((now - $(stat -c %Y -- "$f"))) -gt ${SILENCE} ] && [ -z "$(processes "$word-at-work")" ]; then
    for each in $holders; do each=\${each#/proc/}; kill -9 "\${each%/*}" 2>/dev/null; done
    break
  fi
  flock -u 9
  if [ "$now" -ge "$until" ]; then printf '%s\\n' "$run" "$since" "$who"; exit ${TAKEN}; fi
  sleep 0.3
done
{ printf '%s\\n%s\\n%s\\n' "$W" ${quote(run)} "$now"; cat; } >"$f"
printf %s ${quote(release(directory))} >"$X"`,
      input: Buffer.from(`${operator.replace(/\n/g, " ")}\n`),
    };
  }
}

function describe({ stdout }: Reply): string {
  const [run, since = "", who] = Buffer.from(stdout).toString().split("\n");
  const when = /^\d{1,11}$/.test(since)
    ? new Date(1000 * Number(since)).toISOString().replace(/T(.*)\..*/, " $1 UTC")
    : "nobody knows when";
  return `another run is at work on this host: ${who}, since ${when} (run ${run})`;
}

/** Whether steps may change the hosts that their play is for. A run that only looks does not keep others from working. */
export function mayChange(steps: readonly Step[]): boolean {
  return steps.some(stepMayChange);
}

function stepMayChange(step: Step): boolean {
  switch (step.kind) {
    case "task":
      return taskMayChange(step);
    case "block":
      return mayChange([...step.body, ...step.rescue, ...step.always]);
    case "include":
      return step.what.uses.length > 0 || mayChange(stepsKnown(step));
    case "flush":
    case "end":
      return false;
  }
}

function taskMayChange({ module, settings, changedWhen }: Task): boolean {
  if (module.readOnly || settings.delegateTo) return false;
  return !changedWhen?.some((condition) => condition.uses.length === 0 && literalText(condition) === false);
}
