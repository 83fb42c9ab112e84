// Symbolic links for the module file: made beside and renamed, so that a link that is repointed is never missing.

import {
  followed,
  type Identity,
  identity,
  joinPath,
  type PathState,
  type Place,
  parentOf,
  pathState,
  type State,
  tree,
} from "../../facts/index.ts";
import { quote } from "../../transport/quote.ts";
import type { FileParams } from "../file.ts";
import type { Change, Plan } from "../module.ts";
import { adjustAttributes } from "./attributes.ts";
import { foreseeExisting, pathSubjects } from "./foresee.ts";
import { throughLink } from "./through-link.ts";
import { besideWord, sweepLine } from "./write.ts";

/** The path that a link at `path` to `src` means. */
export function linkTargetPath(path: string, src: string): string {
  return joinPath(parentOf(path), src);
}

export function linkPlan(wish: FileParams, state: State): Plan {
  const { path, src } = wish;
  const own = state.get(pathState(path));
  if (src === undefined) {
    if (own.type === "link") return { kind: "changes", changes: [], result: { dest: path, src: own.target } };
    return { kind: "fail", message: `src is missing: what shall the link ${path} point to?` };
  }
  const target = pathState(linkTargetPath(path, src));
  const there = state.get(target);
  const trouble = refusal(wish, state);
  if (trouble) return { kind: "fail", message: trouble };
  const end = followed(linkTargetPath(path, src), there);
  const who = state.get(identity());
  const same = own.type === "link" && own.target === src;
  const link = { path, src, own, leads: end, identity: who };
  const changes: Change[] = same ? [] : [makeLink(link)];
  if (wish.follow && end.state.type !== "absent" && end.state.type !== "denied") {
    const change = adjustAttributes({ path: end.path, state: end.state, wish, identity: who });
    if (change) changes.push(throughLink(change, path, same ? own : linkState(link)));
  }
  return { kind: "changes", changes, result: { dest: path, src, state: "link" } };
}

function refusal({ path, src = "", force }: FileParams, state: State): string | undefined {
  const own = state.get(pathState(path));
  const target = pathState(linkTargetPath(path, src));
  if (own.type === "directory" && !force)
    return `${path} is a directory, which is replaced by a link only with force: true, and only when it is empty`;
  if (own.type === "directory" && !isEmpty(path, state))
    return `${path} is a directory that is not empty, which is not replaced by a link`;
  if (own.type !== "absent" && own.type !== "link" && !force) {
    return `${path} is a ${own.type}, which is replaced by a link only with force: true`;
  }
  const missing = followed(linkTargetPath(path, src), state.get(target)).state.type === "absent";
  if (missing && !force && state.certain(target)) {
    return `nothing is at ${linkTargetPath(path, src)}, which the link shall point to; force: true makes it all the same`;
  }
  const parent = pathState(parentOf(path));
  if (followed(parentOf(path), state.get(parent)).state.type === "absent" && state.certain(parent)) {
    return `the directory ${parentOf(path)} does not exist`;
  }
  return undefined;
}

function isEmpty(path: string, state: State): boolean {
  const found = state.get(tree(path, { hashes: false }));
  return found.type === "tree" && found.complete && found.entries.length === 0;
}

export interface Link {
  readonly path: string;
  readonly src: string;
  /** What is at the path now. */
  readonly own: PathState;
  /** Where the new link will lead, as far as that is known. */
  readonly leads: Place | undefined;
  readonly identity: Identity;
}

export function makeLink(link: Link): Change {
  const { path, src, own } = link;
  return {
    summary: own.type === "link" ? `link ${path} -> ${src} (was ${own.target})` : `link ${path} -> ${src}`,
    diff: {
      path,
      before: own.type === "link" ? `link to ${own.target}\n` : `${own.type}\n`,
      after: `link to ${src}\n`,
    },
    script: [
      sweepLine(path),
      `new=${besideWord(path, "new")}`,
      `trap 'rm -f -- "$new"' EXIT`,
      "trap 'exit 1' HUP INT TERM",
      `ln -s -- ${quote(src)} "$new"`,
      ...(own.type === "directory" ? [`rmdir -- ${quote(path)}`] : []),
      `mv -fT -- "$new" ${quote(path)}`,
      "trap - EXIT",
    ].join("\n"),
    keeps: [{ kind: "path", path }],
    touches: pathSubjects(path, { below: true, directory: true }),
    after: link.leads ? foreseeExisting(path, linkState(link)) : [],
  };
}

function linkState({
  src,
  leads,
  identity: { uid, gid, user, group },
}: Link): PathState & { readonly type: "link" } {
  const size = Buffer.byteLength(src);
  return { type: "link", mode: 0o777, uid, gid, owner: user, group, size, mtime: 0, target: src, leads };
}
