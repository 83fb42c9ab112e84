// Owner, group and mode for everything below a directory. Names travel on standard input with NULs
// between them, so any number and any name will do.

import { type Identity, joinPath, type Tree, type TreeEntry } from "../../facts/index.ts";
import { quote } from "../../transport/quote.ts";
import type { Change } from "../module.ts";
import { type AttributeWish, keptAttributes, ownerWord, sameOwner } from "./attributes.ts";
import { pathSubjects } from "./foresee.ts";
import { chmodWord, modeBits, octal } from "./mode.ts";

/** Links get their own owner; what they lead to is left alone. */
export function adjustBelow(root: string, tree: Tree, wish: AttributeWish, who: Identity): Change[] {
  if (tree.type !== "tree") return [];
  const groups = new Map<string, { readonly command: string; readonly what: string; entries: TreeEntry[] }>();
  const add = (command: string, what: string, entry: TreeEntry) => {
    const group = groups.get(command) ?? { command, what, entries: [] };
    group.entries.push(entry);
    groups.set(command, group);
  };
  for (const entry of tree.entries) {
    const owner = sameOwner(wish.owner, entry.owner, entry.uid) ? undefined : wish.owner;
    const group = sameOwner(wish.group, entry.group, entry.gid) ? undefined : wish.group;
    const word = ownerWord(owner, group);
    if (word !== undefined) add(`chown -h ${quote(word)} --`, `owner ${word}`, entry);
    if (wish.mode === undefined || entry.type === "link") continue;
    const base = { mode: entry.mode, directory: entry.type === "directory", umask: who.umask };
    const mode = modeBits(wish.mode, base);
    const cleared = word !== undefined && (mode & 0o6000) !== 0;
    if (mode !== entry.mode || cleared) add(`chmod ${chmodWord(mode)} --`, `mode ${octal(mode)}`, entry);
  }
  // chown clears the set-ID bits, so it goes first.
  const ordered = [...groups.values()].sort((one, other) => rank(one.command) - rank(other.command));
  return ordered.map(({ command, what, entries }) => ({
    summary: `${root}: ${what} for ${entries.length} below it`,
    diff: {
      path: root,
      before: "",
      after: entries.map(({ path }) => `${what}: ${joinPath(root, path)}\n`).join(""),
    },
    script: `cd -- ${quote(root)}\nxargs -0r ${command}`,
    input: Buffer.concat(entries.flatMap(({ raw }) => [Buffer.from("./"), raw, Buffer.from("\0")])),
    keeps: entries.flatMap((entry) => keptAttributes(joinPath(root, entry.path), entry)),
    touches: pathSubjects(root, { below: true }),
    after: [],
  }));
}

function rank(command: string): number {
  return command.startsWith("chown") ? 0 : 1;
}
