// Holds a run at an exact place on its host: before one of the batches that it sends there, or between two of the
// scripts of one. The gate stands before tar(1), by which the host unpacks each batch, for as long as a test wants it.
import assert from "node:assert/strict";
import type { Host } from "../../lab/index.ts";
import type { Running } from "./command.ts";

const PROGRAM = "/usr/local/sbin/tar";
const DIRECTORY = "/run/gate";

export interface Place {
  /** Counted from 1; signs of life are not counted. */
  readonly batch: number;
  /** So many scripts of the batch have been run. */
  readonly scripts: number;
}

export interface Batch {
  readonly scripts: number;
  /** How many of them may change something; those after them only look. */
  readonly changing: number;
}

/** What only looks does not begin with `set -eu`, nor do commands: the one after the last change is held to change something. */
const GATE = `#!/bin/sh
for in; do :; done
case $in in /run/chatmail-play.*/b/in) ;; *) exec /usr/bin/tar "$@" ;; esac
/usr/bin/tar "$@" || exit
if [ ! -e "$in/1.s" ] && grep -qs '|| touch -- "$f"$' "$in/0.s"; then exit 0; fi
n=0 changing=0
while [ -e "$in/$n.s" ]; do
  n=$((n + 1))
  if grep -qx 'set -eu' "$in/$((n - 1)).s"; then changing=$n; fi
done
echo "$n $changing" >>${DIRECTORY}/log
batch= scripts=
read -r batch scripts 2>/dev/null <${DIRECTORY}/closed
if [ "$(wc -l <${DIRECTORY}/log)" != "$batch" ]; then exit 0; fi
hold='touch ${DIRECTORY}/held; while [ -e ${DIRECTORY}/closed ]; do sleep 0.02; done'
if [ "$scripts" = 0 ]; then
  eval "$hold"
else
  { echo "$hold"; cat "$in/$scripts.s"; } >"$in/held" && mv "$in/held" "$in/$scripts.s"
fi
`;

/** Puts up a gate, closed at a place or open. */
export async function putGate(host: Host, closed?: Place): Promise<void> {
  const close = closed ? `echo '${closed.batch} ${closed.scripts}' >${DIRECTORY}/closed` : "";
  await host.must(`mkdir -p ${DIRECTORY}\n${close}\ncat >${PROGRAM} && chmod 755 ${PROGRAM}`, {
    input: GATE,
  });
}

/** Waits until a run stands before the gate; false when it has come to its end without. Throws when it fails before. */
export async function held(host: Host, run: Running): Promise<boolean> {
  const waiting = host.must(
    `for try in $(seq 6000); do [ ! -e ${DIRECTORY}/held ] || exit 0; sleep 0.02; done; exit 1`,
  );
  const early = run.ended.then(({ exitCode, trouble }) => {
    assert.equal(exitCode, 0, `it failed before the place: ${trouble}`);
    return false;
  });
  return Promise.race([waiting.then(() => true), early]);
}

export const openGate = (host: Host): Promise<unknown> => host.must(`rm -f ${DIRECTORY}/closed`);

/** Takes the gate away; gives the batches that have passed it. */
export async function removeGate(host: Host): Promise<Batch[]> {
  const log = await host.must(`cat ${DIRECTORY}/log; rm -rf ${PROGRAM} ${DIRECTORY}`);
  return log
    .trim()
    .split("\n")
    .map((line) => {
      const [scripts = 0, changing = 0] = line.split(" ").map(Number);
      return { scripts, changing };
    });
}
