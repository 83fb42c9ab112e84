// Reads Ansible's YAML form of an inventory (all, children, hosts, vars) into a tree of groups, as
// written. Resolving the tree to hosts with their variables is load.ts's business.

import type { Place, Problem } from "../source/problem.ts";
import { didYouMean } from "../source/suggest.ts";
import type { MapNode, SourceNode } from "../source/yaml.ts";
import { type Layer, readLayer } from "../variables/layer.ts";
import { expandRange } from "./range.ts";

export interface Group {
  readonly name: string;
  /** In the order in which they are named. */
  children: Set<string>;
  readonly parents: Set<string>;
  readonly hosts: Set<string>;
  readonly layers: Layer[];
}

export interface HostEntry {
  readonly name: string;
  readonly at: Place;
  readonly layers: Layer[];
}

export interface GroupTree {
  readonly groups: Map<string, Group>;
  readonly hosts: Map<string, HostEntry>;
}

export function emptyTree(): GroupTree {
  const tree: GroupTree = { groups: new Map(), hosts: new Map() };
  groupNamed(tree, "all");
  groupNamed(tree, "ungrouped");
  return tree;
}

/** Adds a file's groups and hosts to the tree. */
export function readTree(root: SourceNode, tree: GroupTree, problems: Problem[]): void {
  if (root.kind !== "map") {
    problems.push({
      code: "inventory-form",
      message: 'an inventory is a mapping of groups, which begins with "all:"',
      at: root.at,
    });
    return;
  }
  for (const [name, entry] of root.entries) readGroup(name, entry.node, entry.keyAt, tree, problems);
}

export function addHost(tree: GroupTree, name: string, at: Place, group: Group): HostEntry {
  const known = tree.hosts.get(name);
  const host = known ?? { name, at, layers: [] };
  if (!known) tree.hosts.set(name, host);
  group.hosts.add(name);
  return host;
}

export function groupNamed(tree: GroupTree, name: string): Group {
  const known = tree.groups.get(name);
  if (known) return known;
  const group: Group = { name, children: new Set(), parents: new Set(), hosts: new Set(), layers: [] };
  tree.groups.set(name, group);
  return group;
}

const GROUP_KEYS = ["hosts", "vars", "children"];

function readGroup(name: string, node: SourceNode, at: Place, tree: GroupTree, problems: Problem[]): Group {
  const group = groupNamed(tree, name);
  if (!/^[\w.-]+$/.test(name)) {
    problems.push({ code: "group-name", message: `"${name}" cannot be the name of a group`, at });
  }
  const map = mapOrNothing(node, `group ${name}`, problems);
  for (const [key, entry] of map?.entries ?? []) {
    if (key === "hosts") readHosts(entry.node, group, tree, problems);
    else if (key === "vars") group.layers.push(readLayer(entry.node, `vars of group ${name}`, problems));
    else if (key === "children") readChildren(entry.node, group, tree, problems);
    else {
      const hint = didYouMean(key, GROUP_KEYS);
      problems.push({
        code: "unknown-keyword",
        message: `unknown key "${key}" in group ${name}: hosts, vars and children are known`,
        at: entry.keyAt,
        ...(hint ? { hint } : {}),
      });
    }
  }
  return group;
}

function readChildren(node: SourceNode, group: Group, tree: GroupTree, problems: Problem[]): void {
  for (const [name, entry] of mapOrNothing(node, `children of group ${group.name}`, problems)?.entries ??
    []) {
    const child = readGroup(name, entry.node, entry.keyAt, tree, problems);
    if (child === group || ancestors(tree, group).has(child)) {
      problems.push({
        code: "group-loop",
        message: `group ${name} would be its own ancestor`,
        at: entry.keyAt,
      });
      continue;
    }
    group.children.add(name);
    child.parents.add(group.name);
  }
}

function readHosts(node: SourceNode, group: Group, tree: GroupTree, problems: Problem[]): void {
  for (const [pattern, entry] of mapOrNothing(node, `hosts of group ${group.name}`, problems)?.entries ??
    []) {
    const names = expandRange(pattern);
    if (typeof names === "string") {
      problems.push({ code: "host-range", message: names, at: entry.keyAt });
      continue;
    }
    const layer = readLayer(entry.node, `variables of host ${pattern}`, problems);
    for (const name of names) addHost(tree, name, entry.keyAt, group).layers.push(layer);
  }
}

function ancestors(tree: GroupTree, group: Group, seen = new Set<Group>()): Set<Group> {
  for (const name of group.parents) {
    const parent = groupNamed(tree, name);
    if (!seen.has(parent)) ancestors(tree, parent, seen.add(parent));
  }
  return seen;
}

function mapOrNothing(node: SourceNode, what: string, problems: Problem[]): MapNode | undefined {
  if (node.kind === "map") return node;
  if (node.kind === "scalar" && node.value === null) return undefined;
  problems.push({ code: "wrong-value", message: `${what}: a mapping is expected`, at: node.at });
  return undefined;
}
