// What an inventory says: hosts, the groups that they are in, and the variables of both, in layers of
// rising precedence. Which of them a play uses is told by patterns (pattern.ts).

import type { Place } from "../source/problem.ts";
import type { Layer } from "../variables/layer.ts";

export interface Host {
  readonly name: string;
  /** Where the inventory names it first. */
  readonly at: Place;
  /** Without `all`; alphabetical, as the magic variable `group_names`. */
  readonly groups: readonly string[];
  /** Variables of its groups and its own, lowest precedence first. */
  readonly layers: readonly Layer[];
}

export interface Inventory {
  readonly hosts: ReadonlyMap<string, Host>;
  /** Hosts of every group in inventory order; `all` and `ungrouped` included. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** The first inventory itself. */
  readonly file: string;
  /** Directory of the first inventory: relative key files are looked up from there. */
  readonly directory: string;
}
