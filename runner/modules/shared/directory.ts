// Makes directories: each missing one on the way gets the same owner and mode, as with Ansible's file.

import {
  type Fact,
  followed,
  type Identity,
  type PathState,
  parentOf,
  pathState,
  type State,
} from "../../facts/index.ts";
import { quote } from "../../transport/quote.ts";
import type { Change } from "../module.ts";
import { type AttributeWish, foreseenOwnership, ownerWord } from "./attributes.ts";
import { foreseeDirectory, pathSubjects } from "./foresee.ts";
import { unlessBrought } from "./may-change.ts";
import { chmodWord, defaultBits, modeBits } from "./mode.ts";

/** The path and all directories above it: what must be known to make it. */
export function chainFacts(path: string): Fact<PathState>[] {
  return chain(path).map(pathState);
}

/** From the top down, without "/". */
function chain(path: string): string[] {
  return path === "/" ? [] : [...chain(parentOf(path)), path];
}

export interface DirectoryWish extends AttributeWish {
  readonly path: string;
}

/** The changes that make a missing directory with its missing parents. */
export function makeDirectories(wish: DirectoryWish, state: State, identity: Identity): Change[] {
  let missing = false;
  return chain(wish.path).flatMap((path) => {
    missing ||= followed(path, state.get(pathState(path))).state.type === "absent";
    return missing ? [unlessBrought(makeDirectory({ ...wish, path }, identity), pathState(path), state)] : [];
  });
}

export function makeDirectory(wish: DirectoryWish, identity: Identity): Change {
  const { path, owner, group } = wish;
  const plain = defaultBits(true, identity.umask);
  const mode =
    wish.mode === undefined
      ? plain
      : modeBits(wish.mode, { mode: plain, directory: true, umask: identity.umask });
  const chown = ownerWord(owner, group);
  // Somebody else may have made it meanwhile: hosts may be one machine, or share a disk.
  const made = `[ -d ${quote(path)} ]`;
  const orElse =
    wish.mode === undefined ? made : `{ ${made} && chmod ${chmodWord(mode)} -- ${quote(path)}; }`;
  const self = { uid: identity.uid, gid: identity.gid, owner: identity.user, group: identity.group };
  const after = {
    type: "directory",
    mode,
    size: 0,
    mtime: 0,
    ...foreseenOwnership(wish, self, identity),
  } as const;
  return {
    summary: `create directory ${path}`,
    diff: { path, before: "absent\n", after: "directory\n" },
    script: [
      ...(chown === undefined
        ? [`mkdir -m ${chmodWord(mode)} -- ${quote(path)} || ${orElse}`]
        : [
            `mkdir -m 0700 -- ${quote(path)} || ${made}`,
            `chown ${quote(chown)} -- ${quote(path)}`,
            `chmod ${chmodWord(mode)} -- ${quote(path)}`,
          ]),
    ].join("\n"),
    keeps: [{ kind: "path", path }],
    touches: pathSubjects(path, { directory: true }),
    after: foreseeDirectory(path, after),
  };
}
