// What lookup() can ask of the runner's own machine: its environment, a file, the output of a command.

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Sources } from "../source/sources.ts";
import type { LookupSources } from "../template/index.ts";

/** Names of files and commands are relative to `directory`; files may lie in its files/, too. */
export function lookupsFrom(directory: string, sources: Sources): LookupSources {
  return {
    env: (name) => process.env[name],
    file(path) {
      const from = path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
      const found = [join(directory, "files", from), resolve(directory, from)].find((each) =>
        existsSync(each),
      );
      return found && sources.read(found).text;
    },
    pipe: (command) => sources.outputOf(command, directory),
  };
}
