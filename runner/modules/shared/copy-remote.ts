// copy with remote_src: a file or a directory of the host itself is copied to another place there. As in Ansible
// files below a directory keep their mode, and what is right already is left alone.

import {
  baseName,
  cleanPath,
  type Fact,
  fileContent,
  fileHash,
  followed,
  identity,
  joinPath,
  pathState,
  type State,
  type TreeEntry,
  tree,
} from "../../facts/index.ts";
import { quote } from "../../transport/quote.ts";
import type { Change, ModuleContext, Plan } from "../module.ts";
import { adjustAttributes } from "./attributes.ts";
import { destination, destinationFacts } from "./destination.ts";
import { chainFacts, makeDirectories, makeDirectory } from "./directory.ts";
import { type FileWish, planFile } from "./file-content.ts";
import { foreseen } from "./foresee.ts";
import { makeLink } from "./link.ts";
import { mayChangePlan } from "./may-change.ts";
import { withAttributes } from "./path-result.ts";
import { adjustBelow } from "./recurse.ts";
import { entryState, stateBelow } from "./tree-state.ts";
import { writeScript } from "./write.ts";

export interface RemoteWish extends Omit<FileWish, "path" | "content" | "mode"> {
  readonly src: string;
  readonly dest: string;
  readonly mode?: string | number | undefined;
  readonly directory_mode?: string | number | undefined;
}

/** Where a directory goes: its contents when it is named with a slash at the end, else itself. */
function rootOf({ src, dest }: Pick<RemoteWish, "src" | "dest">): string {
  return src.endsWith("/") ? cleanPath(dest) : joinPath(dest, baseName(cleanPath(src)));
}

export function remoteFacts(wish: Pick<RemoteWish, "src" | "dest">, context: ModuleContext): Fact<unknown>[] {
  const { src, dest } = wish;
  const root = rootOf(wish);
  return [
    identity(),
    pathState(src),
    fileHash(src),
    fileHash(src, "sha1"),
    tree(src, { hashes: true }),
    ...destinationFacts(dest, cleanPath(src), context),
    ...chainFacts(root),
    tree(root, { hashes: true }),
    // Only what follows in check mode, and diffs, need the text itself.
    ...(context.check || context.diff ? [fileContent(src)] : []),
  ];
}

export function planRemote(wish: RemoteWish, state: State, context: ModuleContext): Plan {
  const { src } = wish;
  const fact = pathState(src);
  const { state: found } = followed(src, state.get(fact));
  switch (found.type) {
    case "file":
      return copyFile(wish, found, state, context);
    case "directory":
      return copyDirectory(wish, state, context);
    case "absent":
      if (context.check && !state.certain(fact)) return mayChangePlan(`copy ${src}`, "everything");
      return { kind: "fail", message: `there is no ${src} on the host to copy` };
    case "denied":
      return { kind: "fail", message: `${src} cannot be looked at (is become: true missing?)` };
    case "link":
    case "block":
    case "character":
    case "fifo":
    case "socket":
      return { kind: "fail", message: `${src} is neither a file nor a directory but a ${found.type}` };
  }
}

function copyFile(
  wish: RemoteWish,
  own: { readonly mode: number; readonly size: number },
  state: State,
  context: ModuleContext,
): Plan {
  const { src, dest, owner, group, directory_mode } = wish;
  const path = destination(dest, cleanPath(src), state);
  const made = dest.endsWith("/")
    ? makeDirectories(
        { path: cleanPath(dest), owner, group, mode: directory_mode },
        state,
        state.get(identity()),
      )
    : [];
  const now = foreseen(state, made);
  const content = context.check || context.diff ? state.get(fileContent(src)) : undefined;
  const file = planFile(
    {
      ...wish,
      path,
      content: content?.type === "content" ? content.bytes : undefined,
      mode: wish.mode === "preserve" ? own.mode : wish.mode,
      kept: sameHash(src, path, now),
      script: (writing) => writeScript(writing, quote(src)),
    },
    now,
    context,
  );
  if (file.kind === "fail") return file;
  const hash = state.get(fileHash(src, "sha1"));
  const result = { ...file.result, size: own.size, ...(hash.type === "hash" ? { checksum: hash.hash } : {}) };
  return withAttributes({ ...file, changes: [...made, ...file.changes], result }, path, state);
}

function sameHash(one: string, other: string, state: State): boolean {
  const [first, second] = [state.get(fileHash(one)), state.get(fileHash(other))];
  return first.type === "hash" && second.type === "hash" && first.hash === second.hash;
}

function copyDirectory(wish: RemoteWish, state: State, context: ModuleContext): Plan {
  const { src, owner, group } = wish;
  const root = rootOf(wish);
  const who = state.get(identity());
  const top = followed(root, state.get(pathState(root))).state;
  if (top.type !== "absent" && top.type !== "directory")
    return { kind: "fail", message: `${root} is no directory but a ${top.type}` };
  const [from, to] = [src, root].map((path) => state.get(tree(path, { hashes: true })));
  if (from?.type !== "tree" || !from.complete)
    return { kind: "fail", message: `${src} may not be read to its end (is become: true missing?)` };
  const there = top.type === "directory" && to?.type === "tree" ? to.entries : [];
  const found = new Map(there.map((entry) => [entry.path, entry]));
  const changes: Change[] = [...makeDirectories({ path: root }, state, who)];
  const wanted = from.entries.map(({ path }) => path);
  const now = stateBelow(foreseen(state, changes), { root, entries: there, wanted });
  for (const entry of from.entries) {
    const own = found.get(entry.path);
    const path = joinPath(root, entry.path);
    const source = joinPath(src, entry.path);
    if (own && own.type !== entry.type)
      return { kind: "fail", message: `${path} is a ${own.type}, and ${source} a ${entry.type}` };
    if (entry.type === "directory") {
      if (!own) changes.push(makeDirectory({ path, mode: entry.mode, owner, group }, who));
    } else if (entry.type === "link") {
      if (own?.target !== entry.target) changes.push(link(path, entry, own, who));
    } else if (!own || own.hash !== entry.hash) {
      const script = (writing: Parameters<typeof writeScript>[0]) => writeScript(writing, quote(source));
      const done = planFile(
        { path, content: undefined, mode: entry.mode, owner, group, script },
        now,
        context,
      );
      if (done.kind === "fail") return done;
      changes.push(...done.changes);
    }
  }
  return { kind: "changes", changes: [...changes, ...attributesOf(wish, root, there, state)] };
}

function link(
  path: string,
  { target }: TreeEntry,
  own: TreeEntry | undefined,
  identity: Parameters<typeof makeLink>[0]["identity"],
): Change {
  const now = own ? entryState(own) : ({ type: "absent" } as const);
  return makeLink({ path, src: target, own: now, leads: undefined, identity });
}

/** As in Ansible owner and group are for all below, and the mode for the directory itself. */
function attributesOf(
  wish: RemoteWish,
  root: string,
  there: readonly TreeEntry[],
  state: State,
): readonly Change[] {
  const { owner, group } = wish;
  const who = state.get(identity());
  const path = cleanPath(wish.dest);
  const mode = wish.mode === "preserve" ? undefined : wish.mode;
  const made = foreseen(state, makeDirectories({ path: root }, state, who));
  const top = followed(path, made.get(pathState(path))).state;
  const own =
    top.type === "absent" || top.type === "denied"
      ? undefined
      : adjustAttributes({ path, state: top, wish: { owner, group, mode }, identity: who });
  const below = adjustBelow(root, { type: "tree", entries: there, complete: true }, { owner, group }, who);
  return [...(own ? [own] : []), ...below];
}
