// What the readers of playbooks pass to each other while one is loaded.

import { dirname } from "node:path";
import type { Problem } from "../source/problem.ts";
import type { Sources } from "../source/sources.ts";
import type { Known } from "./known.ts";
import type { Handler, Role, RoleUse, Settings } from "./playbook.ts";

export interface Loading {
  readonly sources: Sources;
  readonly problems: Problem[];
  /** Roles by directory: each is read once. */
  readonly roles: Map<string, Role>;
  /** The roles that run already for the play, each with its parameters: they do so once. */
  readonly once: Set<string>;
  /** Directories in which roles are looked up, nearest first. */
  readonly rolePaths: readonly string[];
  /** On what names of imports may depend. */
  readonly known: Known;
  /** Handlers of roles that stand among the tasks: they are the play's too. */
  readonly lateHandlers: Handler[];
}

/** Where a list of tasks stands: what its tasks inherit, and where their files are looked up. */
export interface Surroundings {
  readonly settings: Settings;
  readonly role: RoleUse | undefined;
  /** Directory of the file that holds the list; imports are relative to it. */
  readonly directory: string;
  /** They are handlers, or what one includes: no roles, and no flush within a flush. */
  readonly notified?: true;
  /** Files whose tasks are being imported, outermost first, to refuse a loop. */
  readonly importing: readonly string[];
}

/** Of the file in which a list of tasks stands. */
export function directoryOf({ importing, directory }: Surroundings): string {
  const file = importing.at(-1);
  return file === undefined ? directory : dirname(file);
}
