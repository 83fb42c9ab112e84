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
  /** localhost and its addresses, where they are not among the hosts. */
  readonly implicit: ReadonlyMap<string, Host>;
  /** Hosts of every group, its own before those of its children; `all` and `ungrouped` included. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** The first inventory itself. */
  readonly file: string;
  /** Directory of the first inventory: relative key files are looked up from there. */
  readonly directory: string;
}

/** A host of the inventory, or localhost. */
export function hostNamed({ hosts, implicit }: Inventory, name: string): Host | undefined {
  return hosts.get(name) ?? implicit.get(name);
}
