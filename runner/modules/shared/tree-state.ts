// What a listing of a tree says about each path below it, so that the module tree needs one fact, not one
// for each file; and what of it is in the way or too much.

import { type Foreseen, foresee, type State } from "../../facts/fact.ts";
import { ABSENT, fileHash, joinPath, type PathState, pathState, type TreeEntry } from "../../facts/index.ts";
import type { Change, LocalEntry } from "../module.ts";
import { foreseeAbsent, pathSubjects } from "./foresee.ts";
import { matchesAny } from "./name-pattern.ts";

type Wanted = ReadonlyMap<string, LocalEntry["type"]>;
type Existing = Exclude<PathState, { type: "absent" | "denied" }>;

export function entryState({ type, mode, uid, gid, owner, group, size, target }: TreeEntry): Existing {
  const attributes = { mode, uid, gid, owner, group, size, mtime: 0 };
  return type === "link" ? { ...attributes, type, target, leads: undefined } : { ...attributes, type };
}

export interface Below {
  readonly root: string;
  readonly entries: readonly TreeEntry[];
  readonly wanted: readonly string[];
}

/** A state that also knows the paths of a listing, and of the wanted ones those that are not there. */
export function stateBelow(state: State, { root, entries, wanted }: Below): State {
  const absent = wanted.flatMap((path) => about(joinPath(root, path), ABSENT, ABSENT));
  const present = entries.flatMap((entry) =>
    about(
      joinPath(root, entry.path),
      entryState(entry),
      entry.hash === undefined ? { type: "other" } : { type: "hash", hash: entry.hash },
    ),
  );
  const listed = new Set(entries.map(({ path }) => path));
  const directories = wanted
    .filter((path) => path.includes("/"))
    .map((path) => path.slice(0, path.lastIndexOf("/")));
  const made = directories
    .filter((path) => !listed.has(path))
    .map((path) => foresee(pathState(joinPath(root, path)), DIRECTORY));
  const known = new Map(
    [foresee(pathState(root), DIRECTORY), ...absent, ...made, ...present].map(({ fact, answer }) => [
      fact.key,
      answer,
    ]),
  );
  return {
    get: (fact) => (known.has(fact.key) ? known.get(fact.key) : state.get(fact)) as never,
    certain: (fact) => state.certain(fact),
    brought: (fact) => state.brought(fact),
    mayGo: (fact) => state.mayGo(fact),
  };
}

const DIRECTORY: PathState = {
  type: "directory",
  mode: 0o755,
  uid: undefined,
  gid: undefined,
  owner: undefined,
  group: undefined,
  size: 0,
  mtime: 0,
};

function about(path: string, state: PathState, hash: unknown): Foreseen[] {
  return [foresee(pathState(path), state), { fact: fileHash(path), answer: hash }];
}

/** What has to go before something else can take its place; a whole directory stands for all below it. */
export function conflicting(entries: readonly TreeEntry[], wanted: Wanted): TreeEntry[] {
  return topmost(
    entries.filter(({ path, type }) => {
      const other = wanted.get(path);
      return other !== undefined && other !== type && !(other === "link" && type !== "directory");
    }),
  );
}

/** What is there and not wanted, but for what is excluded and the directories that hold such. */
export function surplus(
  entries: readonly TreeEntry[],
  wanted: Wanted,
  exclude: readonly string[],
): TreeEntry[] {
  const kept = entries.filter(({ path }) => matchesAny(exclude, path)).map(({ path }) => path);
  return topmost(
    entries.filter(
      ({ path }) =>
        !wanted.has(path) && !matchesAny(exclude, path) && !kept.some((each) => each.startsWith(`${path}/`)),
    ),
  );
}

function topmost(entries: readonly TreeEntry[]): TreeEntry[] {
  const paths = new Set(entries.map(({ path }) => path));
  return entries.filter(({ path }) => {
    const parts = path.split("/");
    return !parts.some((_, index) => index > 0 && paths.has(parts.slice(0, index).join("/")));
  });
}

/** One change for all; the names travel on standard input, for they may hold any byte. */
export function removeEntries(root: string, entries: readonly TreeEntry[], what: string): Change {
  const paths = entries.map(({ path }) => joinPath(root, path));
  return {
    summary: entries.length === 1 ? `remove ${paths[0]}` : `remove ${entries.length} from ${root}: ${what}`,
    diff: { path: root, before: paths.map((path) => `${path}\n`).join(""), after: "" },
    script: "xargs -0r rm -rf --",
    input: Buffer.concat(entries.flatMap(({ raw }) => [Buffer.from(`${root}/`), raw, Buffer.from("\0")])),
    keeps: paths.map((path) => ({ kind: "path", path }) as const),
    touches: paths.flatMap((path) => pathSubjects(path, { below: true, directory: true })),
    after: paths.flatMap((path) => foreseeAbsent(path)),
  };
}
