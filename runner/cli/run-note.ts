// What a host keeps of a run besides its changes: when, by whom, with what. The commit is asked of git only when
// there is something to keep.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { RunNote } from "../journal/kept.ts";

export function runNote(of: Omit<RunNote, "commit">, directory: string): () => Promise<RunNote> {
  let note: Promise<RunNote> | undefined;
  return () => {
    note ??= commitOf(directory).then((commit) => ({ ...of, ...(commit ? { commit } : {}) }));
    return note;
  };
}

/** Undefined where there is no checkout, or no git. */
async function commitOf(directory: string): Promise<string | undefined> {
  const args = ["-C", directory, "describe", "--always", "--exclude=*", "--abbrev=12", "--dirty=+"];
  try {
    return (await promisify(execFile)("git", args)).stdout.trim();
  } catch {
    return undefined;
  }
}
