// What a path is: type, mode, owner, size, and where it leads when it is a link. One find(1) answers for
// all paths; a second one runs only for those that are links.

import { cleanPath } from "./clean-path.ts";
import { defineFact } from "./fact.ts";
import { MISSING, reader, textFields, words } from "./fields.ts";

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

const fact = defineFact<string, PathState>({
  name: "path",
  script: (paths) => `cd /
${MISSING}
set -- ${words(paths)}
for p do
  if [ -L "$p" ]; then printf l; elif [ -e "$p" ]; then printf e; else missing "$p"; fi
done
printf '\\0'
find "$@" -maxdepth 0 -printf 'p\\0${FIELDS}' 2>/dev/null || :
for p do
  if [ -L "$p" ]; then
    printf 'r\\0%s\\0' "$p"
    readlink -fz -- "$p" || printf '\\0'
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
