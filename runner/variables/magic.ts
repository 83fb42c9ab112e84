// Variables that the runner itself provides, Ansible's names with Ansible's meaning.

import { searchPath } from "../files/find.ts";
import { type Host, hostNamed, type Inventory } from "../inventory/inventory.ts";
import type { Play, Task } from "../playbook/playbook.ts";
import type { TagFilter } from "../playbook/tags.ts";
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

/** That of the Ansible whose language this is, for playbooks that ask. */
const VERSION = { full: "2.14.0", major: 2, minor: 14, revision: 0, string: "2.14.0" };

/** A parameter that renders to this is left out: `{{ x | default(omit) }}`. */
export const OMIT = "__omit_this_parameter_b7f3a1__";

const HERE: Place = { file: "chatmail-play", line: 1, column: 1 };

export interface MagicSources {
  readonly host: Host;
  readonly inventory: Inventory;
  readonly play: Play;
  readonly hosts: PlayHosts;
  readonly check: boolean;
  readonly diff: boolean;
  readonly sources: Sources;
  readonly secrets: SecretVariables;
  readonly tags: TagFilter;
  readonly limit: string | undefined;
  readonly verbosity: number;
  readonly forks: number;
  /** For `hostvars`, in a run. */
  readonly others?: Others;
}

export interface PlayHosts {
  /** All that the play is for. */
  readonly all: readonly string[];
  /** Those that are still in the run. */
  readonly active: readonly string[];
  /** Those of the batch (serial). */
  readonly batch: readonly string[];
}

/** What `hostvars` tells of hosts beside the inventory. */
export interface Others {
  readonly learnt: (host: string) => Learnt;
  readonly extra: Layer;
}

/** What the checks before a run look at a host with. */
export function unasked(
  host: Host,
): Pick<MagicSources, "hosts" | "check" | "diff" | "tags" | "limit" | "verbosity" | "forks"> {
  const hosts = { all: [host.name], active: [host.name], batch: [host.name] };
  return {
    hosts,
    check: false,
    diff: false,
    tags: { tags: [], skipTags: [] },
    limit: undefined,
    verbosity: 0,
    forks: 1,
  };
}

const NOTHING_OF_OTHERS: Others = { learnt: () => NOTHING_LEARNT, extra: EMPTY_LAYER };

export function magicVariables(of: MagicSources): Map<string, Value> {
  const { host, inventory, play, hosts, check, diff, tags, limit, secrets, others = NOTHING_OF_OTHERS } = of;
  const { verbosity, forks } = of;
  const direct = play.roles.filter(({ dependents }) => dependents.length === 0);
  const roleNames = [...new Set(direct.map(({ role }) => role.name))];
  const dependent = play.roles.filter(({ dependents }) => dependents.length > 0);
  const dependentNames = [...new Set(dependent.map(({ role }) => role.name))];
  const plain: Record<string, unknown> = {
    ...aboutHost(host),
    ...aboutInventory(inventory),
    ansible_play_hosts_all: hosts.all,
    role_names: roleNames,
    ansible_play_role_names: roleNames,
    ansible_dependent_role_names: dependentNames,
    ansible_role_names: [...new Set([...dependentNames, ...roleNames])],
    ansible_run_tags: tags.tags.length > 0 ? tags.tags : ["all"],
    ansible_skip_tags: tags.skipTags,
    ...(limit === undefined ? {} : { ansible_limit: limit }),
    ansible_play_name: play.name,
    playbook_dir: play.directory,
    ansible_check_mode: check,
    ansible_diff_mode: diff,
    ansible_verbosity: verbosity,
    ansible_forks: forks,
    ansible_version: VERSION,
    ansible_managed: ANSIBLE_MANAGED,
    omit: OMIT,
  };
  const values = literals(plain);
  // Hosts fail in the course of a play.
  for (const [name, now] of Object.entries({
    play_hosts: () => hosts.batch,
    ansible_play_batch: () => hosts.batch,
    ansible_play_hosts: () => hosts.active,
  }))
    values.set(name, { uses: [], at: HERE, render: () => [...now()] });
  values.set("vars", { uses: [], at: HERE, render: scopeMapping });
  values.set("hostvars", literal(hostVariables(inventory, play, secrets, others), HERE));
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
  const lookup = lookupFunction(lookupsFrom([inventory.directory], sources));
  const magic = inventoryVariables(host, inventory).set("lookup", lookup);
  const layers = [...host.layers, extra].map((layer) => secrets.watch(layer).values);
  return layeredScope([...layers, magic]);
}

function inventoryVariables(host: Host, inventory: Inventory): Map<string, Value> {
  return literals({ ...aboutHost(host), ...aboutInventory(inventory) });
}

function literals(plain: Readonly<Record<string, unknown>>): Map<string, Value> {
  return new Map(Object.entries(plain).map(([name, value]) => [name, literal(value, HERE)]));
}

/** What depends on where a task stands. */
export function taskVariables(
  task: Pick<Task, "role" | "directory">,
  play: Play,
  sources: Sources,
): ReadonlyMap<string, Value> {
  const lookup = lookupFunction(lookupsFrom(searchPath(task, play), sources));
  if (!task.role) return new Map([["lookup", lookup]]);
  const { role, dependents } = task.role;
  const { name, directory } = role;
  return literals({
    role_name: name,
    ansible_role_name: name,
    role_path: directory,
    ...(dependents.length > 0
      ? { ansible_parent_role_names: dependents.map((each) => each.role.name).reverse() }
      : {}),
  }).set("lookup", lookup);
}

function aboutHost({ name, groups }: Host): Record<string, unknown> {
  return { inventory_hostname: name, inventory_hostname_short: name.split(".")[0], group_names: groups };
}

function aboutInventory({ directory, file, groups }: Inventory): Record<string, unknown> {
  return { inventory_dir: directory, inventory_file: file, groups: Object.fromEntries(groups) };
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
    const magic = inventoryVariables(host, inventory);
    const sources = { host, play: bare, task: undefined, learnt: learnt(host.name), extra, magic, secrets };
    return scopeMapping(layeredScope(layersOf(sources).map(({ values }) => values)));
  };
  return lazyMapping({
    names: () => new Set([...inventory.hosts.keys(), "localhost"]),
    has: (name) => hostNamed(inventory, name) !== undefined,
    get: (name) => ofHost(hostNamed(inventory, name) as Host),
  });
}
