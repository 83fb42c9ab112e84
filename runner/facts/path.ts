// What a path is: type, mode, owner, size, and where it leads when it is a link. One find(1) answers for
// all paths; a second one runs only for those that are links.

import { quote } from "../transport/quote.ts";
import { cleanPath } from "./clean-path.ts";
import { defineFact, type Known } from "./fact.ts";
import { all, MISSING, must, reader, textFields, words } from "./fields.ts";

export type FileType = "file" | "directory" | "link" | "block" | "character" | "fifo" | "socket";

/** Undefined is what a planned change leaves unknown, such as the number of a user yet to be made. */
export interface Attributes {
  readonly mode: number;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly owner: string | undefined;
  readonly group: string | undefined;
  readonly size: number;
  /** Seconds since 1970, with fraction. */
  readonly mtime: number;
}

export type PathState =
  | { readonly type: "absent" }
  /** Cannot be known: a directory on the way may not be searched by this user. */
  | { readonly type: "denied" }
  | (Attributes & { readonly type: Exclude<FileType, "link"> })
  | (Attributes & {
      readonly type: "link";
      /** As it is written in the link. */
      readonly target: string;
      /** Where the whole chain of links ends; undefined when it runs in a circle. */
      readonly leads: Place | undefined;
    });

export interface Place {
  readonly path: string;
  readonly state: PathState;
}

export const ABSENT = { type: "absent" } as const;

const FIELDS = "%p\\0%y\\0%m\\0%U\\0%G\\0%u\\0%g\\0%s\\0%T@\\0%l\\0";

/**
 * Shell function `end PATH`: where a link leads, by GNU's readlink(1). That never ends for a link that leads below
 * itself (`l -> l/x`; coreutils 9.1), and takes ever more memory, so the kernel is asked first.
 */
const END = `end() {
  if ! [ -e "$1" ]; then case $(stat -L -- "$1" 2>&1) in *": Too many levels of symbolic links") return 1; esac; fi
  readlink -fz -- "$1"
}`;

const fact = defineFact<string, PathState>({
  name: "path",
  script: (paths) => `cd /
${MISSING}
${END}
set -- ${words(paths)}
for p do
  if [ -L "$p" ]; then printf l; elif [ -e "$p" ]; then printf e; else missing "$p"; fi
done
printf '\\0'
find "$@" -maxdepth 0 -printf 'p\\0${FIELDS}' 2>/dev/null || :
for p do
  if [ -L "$p" ]; then
    printf 'r\\0%s\\0' "$p"
    end "$p" || printf '\\0'
    find -L "$p" -maxdepth 0 -printf 't\\0${FIELDS}' 2>/dev/null || :
  fi
done`,
  parse(stdout, paths) {
    const fields = reader(textFields(stdout));
    const letters = fields.next();
    const own = new Map<string, PathState>();
    const behind = new Map<string, PathState>();
    const real = new Map<string, string>();
    while (!fields.done()) {
      const tag = fields.next();
      const path = fields.next();
      if (tag === "r") real.set(path, fields.next());
      else (tag === "t" ? behind : own).set(path, readState(fields));
    }
    return paths.map((path, index): PathState => {
      if (letters[index] === "d") return { type: "denied" };
      const state = own.get(path) ?? ABSENT;
      if (state.type !== "link") return state;
      const end = real.get(path);
      const found = behind.get(path) ?? ABSENT;
      if (!end) return state;
      return { ...state, leads: { path: end, state: found.type === "link" ? ABSENT : found } };
    });
  },
  confirm: confirmPaths,
  subject: (path) => ({ kind: "path", path }),
  key: (path) => path,
});

/** What is at a path; links are not followed, but `leads` says where they end. */
export const pathState = (path: string) => fact(cleanPath(path));

/** Where a path ends after links: the path itself when it is none. */
export function followed(path: string, state: PathState): Place {
  if (state.type !== "link") return { path: cleanPath(path), state };
  return state.leads ?? { path: cleanPath(path), state: ABSENT };
}

const TYPES: Readonly<Record<string, FileType>> = {
  f: "file",
  d: "directory",
  l: "link",
  b: "block",
  c: "character",
  p: "fifo",
  s: "socket",
};

export function fileType(letter: string): FileType {
  const type = TYPES[letter];
  if (!type) throw new Error(`find names an unknown type of file: ${JSON.stringify(letter)}`);
  return type;
}

function readState(fields: { next(): string }): PathState {
  const type = fileType(fields.next());
  const mode = Number.parseInt(fields.next(), 8);
  const [uid, gid] = [Number(fields.next()), Number(fields.next())];
  const [owner, group] = [fields.next(), fields.next()];
  const [size, mtime] = [Number(fields.next()), Number(fields.next())];
  const target = fields.next();
  const attributes = { mode, uid, gid, owner, group, size, mtime };
  return type === "link" ? { ...attributes, type, target, leads: undefined } : { ...attributes, type };
}

/** By type, mode and owner, and where links lead. */
function confirmPaths(known: readonly Known<string, PathState>[]): string | undefined {
  const absent = known.flatMap(({ ask, answer }) => (answer.type === "absent" ? ask : []));
  const there = known.flatMap(({ ask, answer }) =>
    answer.type === "absent" || answer.type === "denied" ? [] : { path: ask, attributes: answer },
  );
  if (absent.length + there.length < known.length) return undefined;
  const links = there.map(({ path, attributes }) =>
    attributes.type === "link" ? confirmLink(path, attributes.target, attributes.leads) : "",
  );
  const none = `for p in ${words(absent)}; do if [ -e "$p" ] || [ -L "$p" ]; then exit 1; fi; done`;
  return all([absent.length > 0 ? none : "", confirmAttributes(there), ...links]);
}

type There = { readonly path: string; readonly attributes: Attributes & { readonly type: FileType } };

/** One stat(1) for all: a line for each path. */
function confirmAttributes(there: readonly There[]): string {
  if (there.length === 0) return "";
  const lines = there.map(({ attributes: { type, mode, uid, gid, owner, group } }) => {
    const expected = [
      ["$f", (TYPE_BITS[type] | mode).toString(16)],
      uid === undefined ? ["$U", owner] : ["$u", String(uid)],
      gid === undefined ? ["$G", group] : ["$g", String(gid)],
    ].filter(([, value]) => value !== undefined);
    const [shown, wanted] = [0, 1].map((at) => expected.map((each) => each[at]).join(" "));
    return `read -r f u g U G && [ "${shown}" = ${quote(wanted ?? "")} ] || exit 1`;
  });
  const paths = words(there.map(({ path }) => path));
  return `stat -c '%f %u %g %U %G' -- ${paths} 2>/dev/null | {\n${lines.join("\n")}\n} || exit 1`;
}

function confirmLink(path: string, target: string, leads: Place | undefined): string | undefined {
  if (!leads) return undefined;
  const here = [
    `[ "$(readlink -- ${quote(path)})" = ${quote(target)} ]`,
    `[ "$(end ${quote(path)} | tr -d '\\0')" = ${quote(leads.path)} ]`,
  ];
  return all([END, must(here), confirmPaths([{ ask: leads.path, answer: leads.state }])]);
}

/** inode(7) */
const TYPE_BITS: Readonly<Record<FileType, number>> = {
  file: 0o100000,
  directory: 0o040000,
  link: 0o120000,
  block: 0o060000,
  character: 0o020000,
  fifo: 0o010000,
  socket: 0o140000,
};
