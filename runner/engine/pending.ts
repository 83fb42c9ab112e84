// Notifications that outlive a run. What a task notifies is written down on the host before its change is
// made, and struck out when the handler has run: after an interrupted run the next one still runs it,
// although by then nothing changes any more.

import { defineFact } from "../facts/fact.ts";
import { quote } from "../transport/quote.ts";
import type { Frame } from "../transport/transport.ts";

/** Sets $d and $f. Root's notifications stand below /var/lib, other users' below their home, if not told otherwise. */
function place(directory: string): string {
  const own =
    'if [ "$(id -u)" = 0 ]; then d=/var/lib/chatmail-play; else d=$HOME/.local/state/chatmail-play; fi';
  const where = directory.startsWith("/") ? `d=${quote(directory)}` : `${own}\nd=$d${quote(directory)}`;
  return `${where}\nf=$d/pending-handlers`;
}

/** For a directory, or what is added to the usual one: the handlers' names that are written down on the host, one to a line. */
export const pendingHandlers = defineFact<string, readonly string[]>({
  name: "pending-handlers",
  script: ([directory = ""]) => `${place(directory)}\nif [ -e "$f" ]; then cat -- "$f"; fi`,
  parse: (stdout) => [lines(stdout)],
  subject: () => ({ kind: "machine" }),
  key: (directory) => directory,
});

/** Writes names down, safely on disk before anything after it in the batch. */
export function noteFrame(directory: string, names: readonly string[]): Frame {
  return {
    script: `set -eu\n${place(directory)}\n(umask 077; mkdir -p -- "$d"; cat >>"$f")\nsync -- "$f"`,
    input: Buffer.from(names.map((name) => `${oneLine(name)}\n`).join("")),
  };
}

/** Strikes names out; the file goes when it is empty. */
export function strikeFrame(directory: string, names: readonly string[]): Frame {
  return {
    script: `set -eu
${place(directory)}
[ -e "$f" ] || exit 0
(umask 077; cat >"$f.done")
grep -vxFf "$f.done" -- "$f" >"$f.left" || [ $? = 1 ]
if [ -s "$f.left" ]; then mv -f -- "$f.left" "$f"; rm -f -- "$f.done"; else rm -f -- "$f" "$f.left" "$f.done"; rmdir -- "$d" 2>/dev/null || :; fi`,
    input: Buffer.from(names.map((name) => `${oneLine(name)}\n`).join("")),
  };
}

function lines(bytes: Uint8Array): string[] {
  return Buffer.from(bytes).toString().split("\n").filter(Boolean);
}

function oneLine(name: string): string {
  return name.replace(/\n/g, " ");
}
