// Variables that the runner itself provides, Ansible's names with Ansible's meaning.

import type { Host, Inventory } from "../inventory/inventory.ts";
import type { Play, Task } from "../playbook/playbook.ts";
import type { Place } from "../source/problem.ts";
import type { Sources } from "../source/sources.ts";
import { layeredScope, lazyMapping, literal, lookupFunction, scopeMapping } from "../template/index.ts";
import type { Scope, Value } from "../template/value.ts";
import { EMPTY_LAYER, type Layer } from "./layer.ts";
import { lookupsFrom } from "./lookups.ts";
import { type Learnt, layersOf, NOTHING_LEARNT } from "./precedence.ts";
import type { SecretVariables } from "./secret-variables.ts";

/** The first line of files that templates write; the same at every run, so that nothing changes for it. */
const ANSIBLE_MANAGED = "Managed by chatmail-play: changes made here are lost at its next run.";

/** A parameter that renders to this is left out: `{{ x | default(omit) }}`. */
export const OMIT = "__omit_this_parameter_b7f3a1__";

const HERE: Place = { file: "chatmail-play", line: 1, column: 1 };

export interface MagicSources {
  readonly host: Host;
  readonly inventory: Inventory;
  readonly play: Play;
  /** Hosts of the play that are still in the run. */
  readonly playHosts: readonly string[];
  readonly check: boolean;
  readonly diff: boolean;
  readonly sources: Sources;
  readonly secrets: SecretVariables;
  /** For `hostvars`, in a run. */
  readonly others?: Others;
}

/** What `hostvars` tells of hosts beside the inventory. */
export interface Others {
  readonly learnt: (host: string) => Learnt;
  readonly extra: Layer;
}

const NOTHING_OF_OTHERS: Others = { learnt: () => NOTHING_LEARNT, extra: EMPTY_LAYER };

export function magicVariables(of: MagicSources): Map<string, Value> {
  const { host, inventory, play, playHosts, check, diff, sources, secrets, others = NOTHING_OF_OTHERS } = of;
  const plain: Record<string, unknown> = {
    ...aboutHost(host),
    inventory_dir: inventory.directory,
    groups: Object.fromEntries(inventory.groups),
    play_hosts: playHosts,
    ansible_play_hosts: playHosts,
    ansible_play_name: play.name,
    playbook_dir: play.directory,
    ansible_check_mode: check,
    ansible_diff_mode: diff,
    ansible_managed: ANSIBLE_MANAGED,
    omit: OMIT,
  };
  const values = new Map(Object.entries(plain).map(([name, value]) => [name, literal(value, HERE)]));
  values.set("hostvars", literal(hostVariables(inventory, play, secrets, others), HERE));
  values.set("lookup", lookupFunction(lookupsFrom(play.directory, sources)));
  return values;
}

/** What a host is reached with: the inventory's variables, which can look things up. */
export function connectionScope(
  host: Host,
  {
    inventory,
    extra,
    sources,
    secrets,
  }: Pick<MagicSources, "inventory" | "sources" | "secrets"> & { extra: Layer },
): Scope {
  const plain = { ...aboutHost(host), inventory_dir: inventory.directory };
  const magic = new Map(Object.entries(plain).map(([name, value]) => [name, literal(value, HERE)]));
  magic.set("lookup", lookupFunction(lookupsFrom(inventory.directory, sources)));
  const layers = [...host.layers, extra].map((layer) => secrets.watch(layer).values);
  return layeredScope([...layers, magic]);
}

/** Added for the tasks of a role. */
export function roleVariables(task: Pick<Task, "role">): ReadonlyMap<string, Value> {
  if (!task.role) return new Map();
  const { name, directory } = task.role.role;
  return new Map([
    ["role_name", literal(name, HERE)],
    ["ansible_role_name", literal(name, HERE)],
    ["role_path", literal(directory, HERE)],
  ]);
}

function aboutHost({ name, groups }: Host): Record<string, unknown> {
  return { inventory_hostname: name, inventory_hostname_short: name.split(".")[0], group_names: groups };
}

/** `hostvars[NAME]`: what the inventory says of each host and what has been learnt of it; rendered when asked for. */
function hostVariables(
  inventory: Inventory,
  play: Play,
  secrets: SecretVariables,
  { learnt, extra }: Others,
): unknown {
  const bare: Play = { ...play, roles: [], vars: EMPTY_LAYER, varsFiles: [] };
  const ofHost = (host: Host): unknown => {
    const about = Object.entries(aboutHost(host)).map(
      ([name, value]) => [name, literal(value, HERE)] as const,
    );
    const magic = new Map(about);
    const sources = { host, play: bare, task: undefined, learnt: learnt(host.name), extra, magic, secrets };
    return scopeMapping(layeredScope(layersOf(sources).map(({ values }) => values)));
  };
  return lazyMapping({
    names: () => inventory.hosts.keys(),
    has: (name) => inventory.hosts.has(name),
    get: (name) => ofHost(inventory.hosts.get(name) as Host),
  });
}
