// Everything below a directory, with hashes where they are wanted. Names may hold any byte but NUL: `raw`
// is the name as it is on the host, `path` its reading as UTF-8.

import { quote } from "../transport/quote.ts";
import { cleanPath } from "./clean-path.ts";
import { defineFact } from "./fact.ts";
import { byteFields, MISSING, reader } from "./fields.ts";
import { type FileType, fileType } from "./path.ts";

export interface TreeEntry {
  /** Relative to the directory. */
  readonly path: string;
  readonly raw: Uint8Array;
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly owner: string | undefined;
  readonly group: string | undefined;
  readonly size: number;
  /** Of a link. */
  readonly target: string;
  /** Seconds since 1970, with fraction; those of access and change are not known of what is planned. */
  readonly mtime: number;
  readonly atime?: number;
  readonly ctime?: number;
  /** SHA-256, of a regular file that may be read, when asked for. */
  readonly hash: string | undefined;
}

export type Tree =
  | {
      readonly type: "tree";
      readonly entries: readonly TreeEntry[];
      /** False when some directory below may not be read. */
      readonly complete: boolean;
      /** The host's clock, in seconds since 1970. */
      readonly now?: number;
    }
  | { readonly type: "absent" }
  | { readonly type: "denied" }
  | { readonly type: "other" };

interface Ask {
  readonly path: string;
  readonly hashes: boolean;
  /** How far down; without it to the end. */
  readonly depth?: number | undefined;
}

const fact = defineFact<Ask, Tree>({
  name: "tree",
  script: (asks) => `cd /
${MISSING}
printf '%s\\0' "$(date +%s)"
list() {
  if ! [ -d "$1" ]; then
    if [ -e "$1" ]; then printf o; else missing "$1"; fi
    printf '\\0'
  elif ! [ -r "$1" ] || ! [ -x "$1" ]; then printf 'd\\0'
  else
    printf 't\\0'
    s=0
    find "$1/" -mindepth 1 \${3:+-maxdepth "$3"} -printf '%P\\0%y\\0%m\\0%U\\0%G\\0%u\\0%g\\0%s\\0%l\\0%T@\\0%A@\\0%C@\\0' 2>/dev/null || s=$?
    printf '\\0%s\\0' "$s"
    if [ "$2" = hashes ]; then find "$1/" -type f -print0 2>/dev/null | xargs -0r sha256sum -z -- 2>/dev/null || :; fi
    printf '\\0'
  fi
}
${asks.map(({ path, hashes, depth }) => `list ${quote(path)} ${hashes ? "hashes" : "names"} ${depth ?? ""}`.trimEnd()).join("\n")}`,
  parse(stdout, asks) {
    const fields = reader(byteFields(stdout));
    const now = Number(fields.next());
    return asks.map(({ path }): Tree => {
      const letter = fields.next().toString();
      if (letter === "o") return { type: "other" };
      if (letter === "d") return { type: "denied" };
      if (letter !== "t") return { type: "absent" };
      const found: TreeEntry[] = [];
      for (let raw = fields.next(); raw.length > 0; raw = fields.next()) found.push(readEntry(raw, fields));
      const complete = fields.next().toString() === "0";
      const hashes = new Map<string, string>();
      for (let line = fields.next(); line.length > 0; line = fields.next()) {
        const at = line.indexOf(" ");
        const name = line.subarray(at + 2 + Buffer.byteLength(path) + (path === "/" ? 0 : 1));
        hashes.set(name.toString("latin1"), line.toString("latin1", 0, at));
      }
      const entries = found.map((entry) => ({
        ...entry,
        hash: hashes.get(Buffer.from(entry.raw).toString("latin1")),
      }));
      return { type: "tree", entries: entries.sort(byPath), complete, now };
    });
  },
  subject: ({ path }) => ({ kind: "path", path, below: true }),
  key: ({ path, hashes, depth }) => `${hashes ? "hashes" : "names"}${depth ?? ""}:${path}`,
});

export const tree = (path: string, options: Omit<Ask, "path">) => fact({ path: cleanPath(path), ...options });

function readEntry(raw: Buffer, fields: { next(): Buffer }): TreeEntry {
  const text = () => fields.next().toString("utf8");
  return {
    path: raw.toString("utf8"),
    raw,
    type: fileType(text()),
    mode: Number.parseInt(text(), 8),
    uid: Number(text()),
    gid: Number(text()),
    owner: text(),
    group: text(),
    size: Number(text()),
    target: text(),
    mtime: Number(text()),
    atime: Number(text()),
    ctime: Number(text()),
    hash: undefined,
  };
}

function byPath(one: TreeEntry, other: TreeEntry): number {
  return one.path < other.path ? -1 : one.path > other.path ? 1 : 0;
}
