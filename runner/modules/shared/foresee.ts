// What facts about a path will be once a change has been made, so that check mode can walk on from there.

import { type Foreseen, foresee, type State, type Subject } from "../../facts/fact.ts";
import {
  ABSENT,
  type Algorithm,
  cleanPath,
  type Fact,
  fileContent,
  fileHash,
  globExists,
  type PathState,
  pathState,
  shownContent,
  tree,
  type UnitState,
  unitState,
} from "../../facts/index.ts";
import type { Change } from "../module.ts";
import { digest } from "./text.ts";

const ALGORITHMS: readonly Algorithm[] = ["sha256", "sha1"];

export function foreseeFile(path: string, state: PathState, bytes: Uint8Array): Foreseen[] {
  return [
    ...foreseeExisting(path, state),
    ...ALGORITHMS.map((algorithm) =>
      foresee(fileHash(path, algorithm), { type: "hash", hash: digest(algorithm, bytes) }),
    ),
    foresee(fileContent(path), { type: "content", bytes }),
    foresee(shownContent(path), { type: "content", bytes }),
  ];
}

/** A directory that is empty, or anything of which only the attributes are known. */
export function foreseeExisting(path: string, state: PathState): Foreseen[] {
  return [foresee(pathState(path), state), ...foreseeGlob(path, true)];
}

export function foreseeDirectory(path: string, state: PathState): Foreseen[] {
  const empty = { type: "tree", entries: [], complete: true } as const;
  return [
    ...foreseeExisting(path, state),
    foresee(tree(path, { hashes: true }), empty),
    foresee(tree(path, { hashes: false }), empty),
  ];
}

export function foreseeAbsent(path: string): Foreseen[] {
  return [
    foresee(pathState(path), ABSENT),
    ...ALGORITHMS.map((algorithm) => foresee(fileHash(path, algorithm), ABSENT)),
    foresee(fileContent(path), ABSENT),
    foresee(shownContent(path), ABSENT),
    foresee(tree(path, { hashes: true }), ABSENT),
    foresee(tree(path, { hashes: false }), ABSENT),
    ...foreseeGlob(path, false),
  ];
}

function foreseeGlob(path: string, exists: boolean): Foreseen[] {
  return /[*?[]/.test(path) ? [] : [foresee(globExists(path), exists)];
}

const UNIT_FILE =
  /^\/(?:etc|run|lib|usr\/lib|usr\/local\/lib)\/systemd\/system\/([^/]+\.(?:service|socket|target|timer|path|mount|slice))(\.d\/[^/]+\.conf)?$/;

interface UnitOfFile {
  readonly unit: Fact<UnitState>;
  /** Whether it is enabled as soon as its file is there. */
  readonly wanted: Fact<boolean>;
  readonly isPart: boolean;
}

function unitOf(path: string): UnitOfFile | undefined {
  const [, name, part] = UNIT_FILE.exec(cleanPath(path)) ?? [];
  if (name === undefined || name.includes("@.")) return undefined;
  const wanted = globExists(`/etc/systemd/system/*.wants/${name}`);
  return { unit: unitState(name), wanted, isPart: part !== undefined };
}

/** The facts about the unit that a path defines, if it is the path of a unit file or of a part of one. */
export function unitFacts(path: string): Fact<unknown>[] {
  const found = unitOf(path);
  return found ? [found.unit, ...(found.isPart ? [] : [found.wanted])] : [];
}

/** What a changed file means for the unit that it defines, as far as that is known of the unit. */
export function foreseeUnit(path: string, state: State, text: string): Foreseen[] {
  const found = unitOf(path);
  if (!found) return [];
  const { unit, wanted, isPart } = found;
  const now = state.get(unit);
  if (now.load === "loaded" || now.load === "masked") return [foresee(unit, { ...now, needsReload: true })];
  if (isPart || now.load !== "not-found") return [];
  // What ran when the file was removed runs on.
  const file = /^\[Install\]/m.test(text) ? (state.get(wanted) ? "enabled" : "disabled") : "static";
  return [foresee(unit, { ...now, load: "loaded", file, needsReload: false })];
}

interface PathOptions {
  /** The change reaches everything under the path too. */
  readonly below?: true;
  /** A directory comes or goes: it may be a user's home. */
  readonly directory?: true;
}

const DEFINED_IN: readonly (readonly [RegExp, readonly Subject[]])[] = [
  [/^\/(?:etc|run|lib|usr\/lib|usr\/local\/lib)\/systemd(?:\/|$)/, [{ kind: "units" }]],
  [/^\/etc\/(?:passwd|group|shadow|gshadow|nsswitch\.conf)$/, [{ kind: "accounts" }, { kind: "groups" }]],
  [/^(?:\/etc\/apt|\/var\/lib\/apt|\/var\/lib\/dpkg)(?:\/|$)/, [{ kind: "packages" }]],
];

/** What a change of a path may alter: itself, and what is defined by files there. */
export function pathSubjects(path: string, { below, directory }: PathOptions = {}): Subject[] {
  const clean = cleanPath(path);
  const defined = DEFINED_IN.flatMap(([where, subjects]) => (where.test(clean) ? subjects : []));
  return [
    { kind: "path", path: clean, ...(below ? { below } : {}) },
    ...defined,
    ...(directory ? [{ kind: "accounts" } as const] : []),
  ];
}

/** The state as it will be after some changes of the same plan. */
export function foreseen(state: State, changes: readonly Change[]): State {
  const known = new Map(changes.flatMap(({ after }) => after.map(({ fact, answer }) => [fact.key, answer])));
  return {
    get: <Answer>(fact: Fact<Answer>) =>
      known.has(fact.key) ? (known.get(fact.key) as Answer) : state.get(fact),
    certain: (fact) => state.certain(fact),
    brought: (fact) => !known.has(fact.key) && state.brought(fact),
    mayGo: (fact) => !known.has(fact.key) && state.mayGo(fact),
  };
}
