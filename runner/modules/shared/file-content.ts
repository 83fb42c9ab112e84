// Brings one file to a given content, owner and mode: what copy, template, lineinfile, bundle, tree and get_url share.

import type { State } from "../../facts/fact.ts";
import {
  ABSENT,
  cleanPath,
  type Fact,
  fileHash,
  followed,
  type Identity,
  identity,
  type PathState,
  type Place,
  parentOf,
  pathState,
  shownContent,
} from "../../facts/index.ts";
import type { Change, ModuleContext, Plan } from "../module.ts";
import {
  type AttributeWish,
  adjustAttributes,
  foreseenOwnership,
  ownerWord,
  sameOwner,
} from "./attributes.ts";
import { backupLines, backupName } from "./backup.ts";
import { foreseeExisting, foreseeFile, foreseeUnit, pathSubjects, unitFacts } from "./foresee.ts";
import { unlessBrought } from "./may-change.ts";
import { defaultBits, modeBits } from "./mode.ts";
import { asText, digest, showBytes, showContent } from "./text.ts";
import { throughLink } from "./through-link.ts";
import { splitWords } from "./words.ts";
import { type Writing, writeScript } from "./write.ts";

export interface FileWish extends AttributeWish {
  readonly path: string;
  /** Undefined: only `script` knows what it will be, and that it is another one, unless it is kept. */
  readonly content: Uint8Array | undefined;
  readonly validate?: string | undefined;
  /** False leaves a file that exists as it is, its owner and mode too. */
  readonly force?: boolean | undefined;
  /** A file that exists has the right content. */
  readonly kept?: boolean | undefined;
  /** A link is written through, to where it leads; else it gives way to a file of its own, as in Ansible. */
  readonly follow?: boolean | undefined;
  /** What is there is kept beside it. */
  readonly backup?: boolean | undefined;
  /** What the result calls it, if not backup_file. */
  readonly backupAs?: "backup" | undefined;
  /** How the content gets there, if not at once. */
  readonly script?: (writing: Writing) => string;
}

export type Done = Extract<Plan, { kind: "changes" | "fail" }>;

export function fileFacts(path: string, context: ModuleContext): Fact<unknown>[] {
  return [
    pathState(path),
    pathState(parentOf(path)),
    fileHash(path),
    identity(),
    ...unitFacts(path),
    ...(context.diff ? [shownContent(path)] : []),
  ];
}

export function planFile(wish: FileWish, state: State, context: ModuleContext): Done {
  const there = state.get(pathState(wish.path));
  const end = followed(cleanPath(wish.path), there);
  const replaced = there.type === "link" && !wish.follow && wish.force !== false && !wish.kept;
  const own = replaced ? ABSENT : there;
  const place = replaced ? { path: cleanPath(wish.path), state: ABSENT } : end;
  const found = place.state;
  const trouble =
    unsuitable(wish.path, found) ?? wrongParent(wish.path, place, state) ?? wrongValidate(wish.validate);
  if (trouble) return { kind: "fail", message: trouble };
  const who = state.get(identity());
  const { content } = wish;
  const result = { dest: wish.path, ...(content ? { checksum: digest("sha1", content) } : {}) };
  if (found.type === "file" && wish.force === false) return { kind: "changes", changes: [], result };
  if (found.type === "file") {
    const hash = state.get(fileHash(wish.path));
    if (hash.type === "denied")
      return { kind: "fail", message: `${wish.path} may not be read by ${who.user}` };
    const right = content && hash.type === "hash" && hash.hash === digest("sha256", content);
    if (wish.kept || right) {
      const change = adjustAttributes({ path: place.path, state: found, wish, identity: who });
      return {
        kind: "changes",
        changes: change ? [throughLink(change, wish.path, own)] : [],
        result,
      };
    }
  }
  const change = write({ wish, own, place, who, state, context });
  const missing = there.type === "absent";
  return {
    kind: "changes",
    changes: [missing ? unlessBrought(change, pathState(wish.path), state) : change],
    result,
  };
}

interface Write {
  readonly wish: FileWish;
  readonly own: PathState;
  readonly place: Place;
  readonly who: Identity;
  readonly state: State;
  readonly context: ModuleContext;
}

function write({ wish, own, place, who, state, context }: Write): Change {
  const found = place.state.type === "file" ? place.state : undefined;
  const parent = followed(parentOf(wish.path), state.get(pathState(parentOf(wish.path)))).state;
  const inherits = parent.type === "directory" && (parent.mode & 0o2000) !== 0;
  const base = found?.mode ?? defaultBits(false, who.umask);
  const mode =
    wish.mode === undefined ? base : modeBits(wish.mode, { mode: base, directory: false, umask: who.umask });
  const self = { uid: who.uid, owner: who.user, ...newGroup(who, parent, inherits) };
  const mine = found !== undefined && found.uid === self.uid && found.gid === self.gid;
  const owner = wish.owner ?? (found && !mine ? found.uid : undefined);
  const group = wish.group ?? (found && !mine ? found.gid : undefined);
  const fromTheStart = sameOwner(owner, self.owner, self.uid) && sameOwner(group, self.group, self.gid);
  const after = {
    type: "file",
    mode,
    size: wish.content?.length ?? 0,
    mtime: 0,
    ...foreseenOwnership(wish, found ?? self, who),
  } as const;
  const script = (wish.script ?? writeScript)({
    path: place.path,
    mode,
    owner: ownerWord(owner, group),
    fromTheStart,
    validate: wish.validate === undefined ? undefined : splitWords(wish.validate),
  });
  const foreseeWritten = (path: string, state: PathState) =>
    wish.content ? foreseeFile(path, state, wish.content) : foreseeExisting(path, state);
  const aliased = own.type === "link";
  const touches = [...pathSubjects(wish.path), ...(aliased ? pathSubjects(place.path) : [])];
  const backup = wish.backup && found !== undefined;
  return {
    summary: `${found ? "write" : "create"} ${wish.path}`,
    ...(context.diff && wish.content ? { diff: contentDiff(wish.path, wish.content, state, found) } : {}),
    script: backup ? `${backupLines(wish.path)}\n${script}` : script,
    ...(backup ? { learns: backupName(wish.backupAs ?? "backup_file") } : {}),
    ...(wish.content ? { input: wish.content } : {}),
    keeps: [{ kind: "path", path: place.path }],
    touches,
    ...(touches.length === 1 && !wish.script && !backup ? { writes: place.path } : {}),
    after: [
      ...foreseeWritten(place.path, after),
      ...(aliased ? foreseeWritten(wish.path, { ...own, leads: { path: place.path, state: after } }) : []),
      ...foreseeUnit(wish.path, state, (wish.content && asText(wish.content)) ?? ""),
    ],
  };
}

function newGroup(who: Identity, parent: PathState, inherits: boolean) {
  return inherits && parent.type === "directory"
    ? { gid: parent.gid, group: parent.group }
    : { gid: who.gid, group: who.group };
}

function contentDiff(
  path: string,
  content: Uint8Array,
  state: State,
  found: (PathState & { size: number }) | undefined,
) {
  const hash = state.get(fileHash(path));
  const known = { size: found?.size ?? 0, ...(hash.type === "hash" ? { hash: hash.hash } : {}) };
  const before = found ? showContent(state.get(shownContent(path)), known) : "";
  return { path, before, after: showBytes(content) };
}

function unsuitable(path: string, found: PathState): string | undefined {
  switch (found.type) {
    case "absent":
    case "file":
      return undefined;
    case "denied":
      return `${path} cannot be looked at: a directory on the way may not be searched (is become: true missing?)`;
    case "directory":
    case "link":
    case "block":
    case "character":
    case "fifo":
    case "socket":
      return `${path} is no regular file but a ${found.type}`;
  }
}

function wrongParent(path: string, place: Place, state: State): string | undefined {
  if (place.state.type !== "absent") return undefined;
  const parent = pathState(parentOf(path));
  const found = followed(parentOf(path), state.get(parent)).state;
  if (found.type === "directory" || found.type === "denied") return undefined;
  if (found.type !== "absent") return `${parentOf(path)} is no directory, so ${path} cannot be in it`;
  return state.certain(parent) ? `the directory ${parentOf(path)} does not exist` : undefined;
}

function wrongValidate(validate: string | undefined): string | undefined {
  if (validate === undefined) return undefined;
  try {
    return splitWords(validate).some((word) => word.includes("%s")) ? undefined : "validate has no %s";
  } catch (error) {
    return `validate: ${(error as Error).message}`;
  }
}
