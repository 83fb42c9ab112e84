// Writes a file so that no reader ever sees half of it: beside its target, with its final owner and mode,
// checked, flushed, and then renamed over it. Used by every module that writes files.

import { parentOf } from "../../facts/index.ts";
import { quote } from "../../transport/quote.ts";
import { chmodWord } from "./mode.ts";

export interface Writing {
  readonly path: string;
  readonly mode: number;
  /** The argument of chown(1), when it is not to belong to who writes it. */
  readonly owner?: string | undefined;
  /** That should be who writes it, which is looked at before chown is called. */
  readonly fromTheStart?: boolean;
  /** Words of a command; %s in them stands for the new file. */
  readonly validate?: readonly string[] | undefined;
}

/** The script; the file's bytes are its standard input, or what is in the file that `from` is shell for. */
export function writeScript(writing: Writing, from?: string): string {
  const { path, validate } = writing;
  return [
    `trap 'rm -f -- "$new"' EXIT`,
    "trap 'exit 1' HUP INT TERM",
    "new=",
    ...layBesideLines(writing, "new", from),
    ...(validate ? validateLines(validate, path) : []),
    'sync -- "$new"',
    `mv -fT -- "$new" ${quote(path)}`,
    "trap - EXIT",
  ].join("\n");
}

/**
 * Lays the file beside its place, with its final owner and mode; its name is then in the variable. install(1) makes a new
 * file, whatever is at that place, that nobody else can read before it is finished.
 */
export function layBesideLines(
  { path, mode, owner, fromTheStart, validate }: Writing,
  variable: string,
  from = "/dev/stdin",
): string[] {
  // Checkers such as node --check go by a name's ending; elsewhere none may match what a service includes.
  const ending = validate ? (/\.[A-Za-z0-9]{1,10}$/.exec(path)?.[0] ?? "") : "";
  const install = `install -m ${chmodWord(mode)}`;
  const plain = `${install} -- ${from} "$${variable}"`;
  const owned = `${install} ${ownerOptions(owner)} -- ${from} "$${variable}"`;
  return [
    sweepLine(path),
    `${variable}=${besideWord(path, variable)}${ending}`,
    // For the next shell to remove, should this one be killed (transport/shell-loop.ts).
    `printf %s "$${variable}" >"$T/beside.${variable}"`,
    ...(owner === undefined
      ? [plain]
      : fromTheStart
        ? [plain, `[ -O "$${variable}" -a -G "$${variable}" ] || ${owned}`]
        : [owned]),
  ];
}

/** chown's argument, for install(1). */
function ownerOptions(owner = ""): string {
  const [user, group] = owner.split(":");
  return [...(user ? ["-o", quote(user)] : []), ...(group ? ["-g", quote(group)] : [])].join(" ");
}

/** A name in the directory of a path that no other shell has, as a word of the shell. */
export function besideWord(path: string, variable: string): string {
  return `${quote(`${directoryOf(path)}/.chatmail-play.`)}"$W.${variable}"`;
}

function directoryOf(path: string): string {
  return parentOf(path) === "/" ? "" : parentOf(path);
}

/**
 * Removes what lies beside a path since the host went down while it was written: it is older than this batch, and no shell
 * has it written down any more, for that is in memory.
 */
export function sweepLine(path: string): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own syntax
  const places = ["/run", "/dev/shm", '"${TMPDIR:-/tmp}"', "/var/tmp"];
  const written = places.map((place) => `${place}/chatmail-play.*/b/tmp/beside.*`).join(" ");
  return `for old in ${quote(directoryOf(path) || "/")}/.chatmail-play.??????????*; do
  if [ "$T" -nt "$old" ] && ! grep -qsxF -- "$old" ${written}; then rm -rf -- "$old"; fi
done`;
}

function validateLines(words: readonly string[], path: string): string[] {
  const command = words.map((word) => word.split("%s").map(quoteAny).join('"$new"')).join(" ");
  return refusalLines(command, `the new ${path} was refused by: ${words.join(" ")}`);
}

/** Ends the script with what a check says, and who it was, when it fails. */
export function refusalLines(command: string, refusal: string): string[] {
  return [
    `if said=$(${command} </dev/null 2>&1); then :; else`,
    "  status=$?",
    "  printf '%s\\n' \"$said\" | tail -n 25 >&2",
    `  printf '%s\\n' ${quote(`${refusal} (exit status`)}" $status)" >&2`,
    "  exit 1",
    "fi",
  ];
}

function quoteAny(text: string): string {
  return text === "" ? "" : quote(text);
}
