// The program that runs on the host: one POSIX shell kept open, which reads batches from its standard
// input and answers on its standard output. framed-shell.ts is the other end.
//
//   request  "BYTES FRAMES\n", then an archive (ustar.ts) of BYTES bytes: N.s the script of frame N, N.i its
//            input where it has one, and last an empty "end": a batch that did not come whole is not begun
//   reply    "STATUS MEMBERS @TIME +TIME... WORDS\n", one + for each frame that ended with 0, with the seconds that the
//            host has been up, where it tells them; then, if MEMBERS is not 0, an archive: N.o and N.e, what frame N wrote to standard output and error where that is not empty
//
// Files, not pipes, hold what a frame reads and writes: a script that leaves input unread, writes much or
// leaves a child behind cannot disturb the framing, and tar keeps to the length it announced even when a
// file grows meanwhile. Everything lies in one directory that only the user can enter, in memory (/run, /dev/shm) where that
// can be written, and goes away with the shell. Where a shell could not see to that, since it was killed, the next one
// of that user does: "pid" in the directory says whose it is. The file "beside" in a batch's directory names
// the unfinished file that lay beside its target.
//
// Both programs are free of ' \ ! and line ends, so that they can be quoted for any login shell, fish included.

/**
 * Reads batches until standard input ends. $1 is BATCH, $2 the user whose home to take on (runuser and sudo
 * leave some of the caller's environment) or nothing, $3 the word that says that all is ready.
 */
const LOOP = [
  "export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  "unset ENV BASH_ENV CDPATH",
  'if [ -n "$2" ]; then USER=$2 LOGNAME=$2; eval HOME=~$2; export USER LOGNAME HOME; fi',
  // Where a command finds itself: as in Ansible where the login does, as far as the user may look there.
  "h=~",
  "[ -r . ] && [ -x . ] && h=$(pwd)",
  "cd /",
  "umask 077",
  "w=$3",
  // What a shell left behind that was killed: ours, no link of somebody else's, its process is no shell any more, and no batch goes on.
  'o() { [ -L "$1" ] && return 1; [ -O "$1" ] && [ -O "$1/pid" ] && read -r i <"$1/pid" || return 1; if grep -qs chatmail-play "/proc/$i/cmdline" || grep -qsF "$1/b" /proc/[0-9]*/cmdline; then return 1; fi; }',
  'if [ -r "/proc/$$/cmdline" ]; then for p in /run /dev/shm "$TMPDIR" /tmp /var/tmp; do for f in "$p"/chatmail-play.*; do if o "$f"; then for n in "$f"/b/tmp/beside.*; do n=$(cat "$n" 2>/dev/null); case $n in */.chatmail-play.*) rm -f -- "$n";; esac; done; rm -rf "$f"; fi; done; done; fi',
  'for p in /run /dev/shm "$TMPDIR" /tmp /var/tmp; do [ -w "$p" ] && d=$(mktemp -d "$p/chatmail-play.XXXXXXXXXX") && break; d=; done',
  '[ -n "$d" ] || { echo "no directory for temporary files can be written" >&2; exit 73; }',
  'echo $$ >"$d/pid"',
  'q() { if [ -e "$d/exit" ]; then (. "$d/exit"); fi; rm -rf "$d"; }',
  "trap q EXIT",
  'trap "exit 1" HUP INT TERM PIPE',
  'm() { mkdir "$d/b" "$d/b/in" "$d/b/out" "$d/b/tmp" || exit 73; }',
  "m",
  "b=$1",
  'echo "$3"',
  "while read -r n c",
  'do head -c "$n" | tar -x -m -o -f - -C "$d/b/in" && [ -e "$d/b/in/end" ] || exit 74',
  // The batch has a shell of its own: $$ in a script is not the loop, so even kill -9 $$ ends no more than the batch.
  'k=$(sh -c "$b" sh "$d/b" "$c" "$w" "$w-at-work" "$d/exit" "$h" 2>&1 </dev/null)',
  "s=$?",
  // On one line, for the header; $k can hold messages of the shell.
  "set -f",
  "set -- $k",
  'k="$*"',
  "set +f",
  "set --",
  'cd "$d/b/out"',
  'for f in *; do [ -s "$f" ] && set -- "$@" "$f"; done',
  "cd /",
  'echo "$s $# $k"',
  // tar says 1 when a file changed while it was read: some child goes on writing, what was announced was sent.
  '[ $# = 0 ] || tar -c -b 1 --format ustar --numeric-owner -f - -C "$d/b/out" "$@" || [ $? = 1 ] || exit 74',
  'rm -rf "$d/b"',
  "m",
  "done",
].join("; ");

/**
 * Runs the frames of one batch, each in a subshell. $1 is the directory of the batch, $2 the number of frames, $3 the
 * loop's word; $4 only stands in the list of processes, where it tells that a batch is at work. $5 is what the loop runs
 * at its end, $6 where to begin.
 * The status is not tested in the line that runs the script: there set -e would not work within it.
 */
const BATCH = [
  'cd "$6" 2>/dev/null || cd ~ 2>/dev/null || cd /',
  "umask 022",
  "T=$1/tmp W=$3 X=$5 _d=$1 _n=$2 _i=0 _u=/dev/null",
  "set --",
  "if [ -r /proc/uptime ]; then _u=/proc/uptime; fi",
  'read -r _t _r <"$_u"',
  'echo "@$_t"',
  'while [ "$_i" -lt "$_n" ]',
  "do _f=/dev/null",
  '[ -e "$_d/in/$_i.i" ] && _f=$_d/in/$_i.i',
  '( . "$_d/in/$_i.s" ) <"$_f" >"$_d/out/$_i.o" 2>"$_d/out/$_i.e"',
  "_s=$?",
  '[ "$_s" = 0 ] || exit "$_s"',
  'read -r _t _r <"$_u"',
  'echo "+$_t"',
  "_i=$((_i + 1))",
  "done",
].join("; ");

export interface LoopOptions {
  /** The word that the loop prints when it is ready; what comes before is noise of the login. */
  readonly ready: string;
  /** The user to be, when that is not the one who logged in. */
  readonly user?: string;
  /** The shell to run it all with, for tests. */
  readonly shell?: string;
}

/** The command that starts the loop, as arguments. */
export function loopCommand({ ready, user = "", shell = "sh" }: LoopOptions): string[] {
  return [shell, "-c", LOOP.replace("sh -c", `${shell} -c`), "sh", BATCH, user, ready];
}
