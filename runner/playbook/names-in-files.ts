// Names that files could set of which nobody can tell before the run whether they are included: every key of every YAML file
// beside the playbook and in the roles, what tasks there register, and how they call the items of loops.

import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Sources } from "../source/sources.ts";
import type { SourceNode } from "../source/yaml.ts";

/** So many files and directories at most: of a playbook that stands in the midst of other things nothing can be said. */
const MOST = 10_000;

const FOREIGN = new Set(["node_modules", "collections", ".git", ".cache"]);

/** What names a variable by its value. */
const NAMING = new Set(["register", "loop_var", "index_var", "name"]);

/** Of all files below some directories; "anything" when these are too many. */
export type NamesInFiles = (directories: readonly string[]) => ReadonlySet<string> | "anything";

/** Looks through the same directories once. */
export function namesInFiles(sources: Sources): NamesInFiles {
  const known = new Map<string, ReadonlySet<string> | "anything">();
  return (directories) => {
    const key = directories.join("\n");
    const names = known.get(key) ?? namesBelow(directories, sources);
    known.set(key, names);
    return names;
  };
}

function namesBelow(directories: readonly string[], sources: Sources): ReadonlySet<string> | "anything" {
  const files = new Set<string>();
  let left = MOST;
  const walk = (directory: string): boolean =>
    entriesOf(directory).every((entry) => {
      left -= 1;
      const path = join(directory, entry.name);
      if (/\.(ya?ml|json)$|^[^.]+$/.test(entry.name) && !entry.isDirectory()) files.add(path);
      if (!entry.isDirectory() || FOREIGN.has(entry.name)) return left > 0;
      return walk(path);
    });
  if (!directories.every(walk)) return "anything";
  const names = new Set<string>();
  for (const file of files) collect(sources.peek(file), names);
  return names;
}

/** None of a directory that is not there or may not be read. */
function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function collect(node: SourceNode | undefined, names: Set<string>): void {
  if (node?.kind === "list") for (const item of node.items) collect(item, names);
  if (node?.kind !== "map") return;
  for (const { key, node: value } of node.entries.values()) {
    names.add(key);
    if (NAMING.has(key) && typeof value.value === "string") names.add(value.value);
    collect(value, names);
  }
}
