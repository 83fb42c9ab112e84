// find: lists what is below directories of the host, for loops of later tasks.

import { baseName, cleanPath, joinPath, type TreeEntry, tree } from "../facts/index.ts";
import { pythonRegex } from "../template/index.ts";
import { defineModule, type Params } from "./module.ts";
import { permissions } from "./shared/mode.ts";
import { matchesAny } from "./shared/name-pattern.ts";

/** A name of a file is at most 255 bytes long. */
const PATTERNS = {
  type: ["array", "string"],
  maxLength: 255,
  items: { type: "string", maxLength: 255 },
} as const;

const params = {
  type: "object",
  properties: {
    paths: {
      type: ["array", "string"],
      pattern: "^/[^\\u0000,]*(,\\s*/[^\\u0000,]*)*$",
      items: { type: "string", pattern: "^/[^\\u0000]*$" },
      description: "The directory, or a list of them; one that is missing has nothing in it.",
    },
    patterns: { ...PATTERNS, default: [], description: "Names that are wanted, such as *.conf; else all." },
    excludes: { ...PATTERNS, default: [], description: "Names that are not wanted." },
    use_regex: { type: "boolean", default: false, description: "The patterns are regular expressions." },
    file_type: {
      enum: ["file", "directory", "link", "any"],
      default: "file",
      description: "What is wanted.",
    },
    recurse: { type: "boolean", default: false, description: "Look into directories below, too." },
    depth: { type: "integer", minimum: 1, description: "How far down, with recurse." },
    hidden: { type: "boolean", default: false, description: "Names that begin with a dot are wanted, too." },
    size: {
      type: ["string", "integer"],
      pattern: "^-?[0-9]+[bkmgt]?$",
      description: "At least so large, as in 10m (b, k, m, g, t); with a minus, at most.",
    },
    age: {
      type: ["string", "integer"],
      pattern: "^-?[0-9]+[smhdwSMHDW]?$",
      description: "At least so old, as in 2d (s, m, h, d, w); with a minus, at most.",
    },
    age_stamp: {
      enum: ["mtime", "atime", "ctime"],
      default: "mtime",
      description: "What the age is that of: the last change of the contents, access, or change of any kind.",
    },
  },
  required: ["paths"],
  additionalProperties: false,
} as const;

type FindParams = Params<typeof params>;

export default defineModule({
  name: "find",
  doc: "Lists files below directories: the result has files, each with its path, size, mode, owner and mtime, and matched, their number.",
  readOnly: true,
  params,
  parameterAliases: { path: "paths", name: "paths", pattern: "patterns", exclude: "excludes" },
  probe: (wish) => listed(wish.paths).map((path) => listing(path, wish)),
  plan(wish, state) {
    const wanted = wantedBy(wish);
    if (typeof wanted === "string") return { kind: "fail", message: wanted };
    const files: object[] = [];
    let examined = 0;
    for (const root of listed(wish.paths)) {
      const found = state.get(listing(root, wish));
      if (found.type === "denied")
        return { kind: "fail", message: `${root} may not be read (is become: true missing?)` };
      if (found.type !== "tree") continue;
      examined += found.entries.length;
      for (const entry of found.entries)
        if (wanted(entry) && hasAge(entry, found.now, wish)) files.push(described(root, entry));
    }
    return {
      kind: "changes",
      changes: [],
      result: { files, matched: files.length, examined, skipped_paths: {}, msg: "All paths examined" },
    };
  },
});

/** A text is a list with commas, as in Ansible. */
function listed(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? value.split(",").map((each) => each.trim()) : value;
}

function listing(path: string, { recurse, depth }: FindParams) {
  return tree(path, { hashes: false, depth: recurse ? depth : 1 });
}

/** A sentence when a pattern is no regular expression. */
function wantedBy(wish: FindParams): ((entry: TreeEntry) => boolean) | string {
  const [patterns, excludes] = [listed(wish.patterns), listed(wish.excludes)];
  try {
    const expressions = (of: readonly string[]) => of.map((each) => pythonRegex(each, { mode: "y" }));
    const [some, none] = wish.use_regex ? [expressions(patterns), expressions(excludes)] : [[], []];
    const matches = (regexes: readonly RegExp[], names: readonly string[], name: string) =>
      wish.use_regex ? regexes.some((each) => startsWith(each, name)) : matchesAny(names, name);
    return ({ path, type, size }) => {
      const name = baseName(path);
      if (name.startsWith(".") && !wish.hidden) return false;
      if (wish.file_type !== "any" && wish.file_type !== type) return false;
      if (patterns.length > 0 && !matches(some, patterns, name)) return false;
      return !matches(none, excludes, name) && hasSize(size, wish.size);
    };
  } catch (error) {
    return (error as Error).message;
  }
}

function startsWith(regex: RegExp, name: string): boolean {
  regex.lastIndex = 0;
  return regex.test(name);
}

function hasSize(size: number, wish: string | number | undefined): boolean {
  if (wish === undefined) return true;
  const [, sign, number, unit = "b"] = /^(-?)(\d+)([bkmgt]?)$/.exec(String(wish)) ?? [];
  const limit = Number(number) * 1024 ** Math.max(0, "bkmgt".indexOf(unit));
  return sign === "-" ? size <= limit : size >= limit;
}

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** What is only planned is new. */
function hasAge(entry: TreeEntry, now: number | undefined, { age, age_stamp }: FindParams): boolean {
  if (age === undefined) return true;
  const [, sign, number, unit = "s"] = /^(-?)(\d+)([smhdw]?)$/i.exec(String(age)) ?? [];
  const limit = Number(number) * (SECONDS[(unit || "s").toLowerCase() as keyof typeof SECONDS] ?? 1);
  const since = entry[age_stamp];
  const found = now === undefined || since === undefined ? 0 : now - since;
  return sign === "-" ? found <= limit : found >= limit;
}

function described(root: string, { path, type, mode, target, raw: _, hash: __, ...entry }: TreeEntry) {
  const { owner: pw_name, group: gr_name, ...numbers } = entry;
  return {
    path: joinPath(cleanPath(root), path),
    mode: mode.toString(8).padStart(4, "0"),
    isreg: type === "file",
    isdir: type === "directory",
    islnk: type === "link",
    isblk: type === "block",
    ischr: type === "character",
    isfifo: type === "fifo",
    issock: type === "socket",
    ...permissions(mode),
    ...(type === "link" ? { lnk_target: target } : {}),
    pw_name,
    gr_name,
    ...numbers,
  };
}
