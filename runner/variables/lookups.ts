// What lookup() can ask of the runner's own machine: its environment, a file, the output of a command.

import { homedir } from "node:os";
import { join } from "node:path";
import { findFile } from "../files/find.ts";
import type { Sources } from "../source/sources.ts";
import type { LookupSources } from "../template/index.ts";

/** Files are looked up as `src` of copy is; commands run in the last of the directories. */
export function lookupsFrom(directories: readonly string[], sources: Sources): LookupSources {
  return {
    env: (name) => process.env[name],
    file(path) {
      const from = path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
      const found = findFile(from, "files", directories).path;
      return found && sources.read(found).text;
    },
    pipe: (command) => sources.outputOf(command, directories.at(-1) ?? "."),
  };
}
