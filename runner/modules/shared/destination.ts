// Where a single file goes: `dest` itself, or into it when it is a directory or ends with a slash.

import {
  baseName,
  cleanPath,
  type Fact,
  followed,
  joinPath,
  pathState,
  type State,
} from "../../facts/index.ts";
import type { ModuleContext } from "../module.ts";
import { chainFacts } from "./directory.ts";
import { fileFacts } from "./file-content.ts";

/** Both places are asked about, since only the host tells which one it will be. */
export function destinationFacts(
  dest: string,
  source: string | undefined,
  context: ModuleContext,
): Fact<unknown>[] {
  if (source === undefined) return fileFacts(dest, context);
  const inside = fileFacts(joinPath(dest, baseName(source)), context);
  return dest.endsWith("/")
    ? [...chainFacts(cleanPath(dest)), ...inside]
    : [...fileFacts(dest, context), ...inside];
}

export function destination(dest: string, source: string | undefined, state: State): string {
  if (source === undefined) return dest;
  if (dest.endsWith("/")) return joinPath(dest, baseName(source));
  const isDirectory = followed(dest, state.get(pathState(dest))).state.type === "directory";
  return isDirectory ? joinPath(dest, baseName(source)) : cleanPath(dest);
}
