// Loads inventories: reads their files and the group_vars/ and host_vars/ beside them and beside the
// playbook, and resolves every host's groups and layers of variables.

import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Problem } from "../source/problem.ts";
import type { Sources } from "../source/sources.ts";
import type { Layer } from "../variables/layer.ts";
import type { Host, Inventory } from "./inventory.ts";
import { implicitHost, LOCALHOST } from "./localhost.ts";
import { addHost, emptyTree, type Group, type GroupTree, groupNamed, readTree } from "./tree.ts";
import { readVarsFolder } from "./vars-folder.ts";

/**
 * `from` holds paths, or host lists such as "web1,web2" as Ansible takes them. `playbookDirectories` may
 * have group_vars/ and host_vars/ too; these win over those beside the inventory.
 */
export function loadInventory(
  from: readonly string[],
  playbookDirectories: readonly string[],
  sources: Sources,
  problems: Problem[],
): Inventory {
  const tree = emptyTree();
  const directories: string[] = [];
  for (const inventory of from) {
    if (inventory.includes(",")) readHostList(inventory, tree);
    else directories.push(readFile(inventory, tree, sources, problems));
  }
  placeUngrouped(tree);
  const folders = [directories, playbookDirectories].map((list) => [...new Set(list)]);
  const resolved = resolveHosts(tree, folders, sources, problems);
  return {
    hosts: resolved.hosts,
    implicit: resolved.implicit,
    groups: resolveGroups(tree),
    file: resolve(from.find((inventory) => !inventory.includes(",")) ?? ""),
    directory: directories[0] ?? resolve("."),
  };
}

function readFile(inventory: string, tree: GroupTree, sources: Sources, problems: Problem[]): string {
  const path = resolve(inventory);
  const shown = sources.shownAs(path);
  if (existsSync(path) && statSync(path).isDirectory()) {
    problems.push({
      code: "inventory-form",
      message: `${shown} is a directory; name the inventory's YAML file`,
    });
    return path;
  }
  const found: Problem[] = [];
  const root = sources.parse(path, found);
  if (/^\s*\[/.test(sources.textOf(shown) ?? "")) {
    problems.push({
      code: "inventory-form",
      message: "this looks like an INI inventory, which is not supported",
      hint: "write it as YAML: all: {hosts: {NAME: {VARIABLE: VALUE}}}",
      at: sources.startOf(path),
    });
    return dirname(path);
  }
  problems.push(...found);
  if (root) readTree(root, tree, problems);
  return dirname(path);
}

function readHostList(list: string, tree: GroupTree): void {
  const at = { file: "--inventory", line: 1, column: 1 };
  for (const name of list.split(",").filter(Boolean)) addHost(tree, name.trim(), at, groupNamed(tree, "all"));
}

/** Every group without parents is a child of `all`; a host in no other group is in `ungrouped`. */
function placeUngrouped(tree: GroupTree): void {
  const all = groupNamed(tree, "all");
  const ungrouped = groupNamed(tree, "ungrouped");
  all.children = new Set(["ungrouped", ...all.children]);
  ungrouped.parents.add("all");
  for (const group of tree.groups.values()) {
    if (group !== all && group.parents.size === 0) {
      all.children.add(group.name);
      group.parents.add("all");
    }
  }
  const grouped = new Set<string>();
  for (const group of tree.groups.values()) {
    if (group.name !== "all" && group.name !== "ungrouped") for (const host of group.hosts) grouped.add(host);
  }
  for (const name of tree.hosts.keys()) {
    if (grouped.has(name)) ungrouped.hosts.delete(name);
    else ungrouped.hosts.add(name);
  }
}

/** A group's own hosts come before those of its children, which come before those of their children. */
function resolveGroups(tree: GroupTree): Map<string, readonly string[]> {
  const members = (group: Group): Set<string> => {
    const groups = new Set([group]);
    for (const each of groups) for (const child of each.children) groups.add(groupNamed(tree, child));
    return new Set([...groups].flatMap(({ hosts }) => [...hosts]));
  };
  return new Map([...tree.groups.values()].map((group) => [group.name, [...members(group)]]));
}

/**
 * Precedence, lowest first, as Ansible has it: variables of all and of groups in the inventory itself, then
 * group_vars files (all, then groups; beside the inventory, then beside the playbook), then the host's own in
 * the same order. Among groups parents come before children; of equals the one with the higher
 * ansible_group_priority wins, or else the alphabetically later one.
 */
function resolveHosts(
  tree: GroupTree,
  folders: readonly (readonly string[])[],
  sources: Sources,
  problems: Problem[],
): Pick<Inventory, "hosts" | "implicit"> {
  const depths = new Map<string, number>([["all", 0]]);
  const depth = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const value = 1 + Math.max(0, ...[...groupNamed(tree, name).parents].map(depth));
    depths.set(name, value);
    return value;
  };
  const groups = resolveGroups(tree);
  const files = (folder: string, name: string): Layer[] =>
    folders.flatMap((list) =>
      list.flatMap((directory) => readVarsFolder(directory, folder, name, sources, problems)),
    );
  const groupFiles = new Map([...tree.groups.keys()].map((name) => [name, files("group_vars", name)]));
  const priorities = new Map([...tree.groups.values()].map((group) => [group.name, priorityOf(group)]));
  const priority = (name: string): number => priorities.get(name) ?? 1;
  const layersFor = (groupNames: readonly string[], host: string, own: readonly Layer[]): Layer[] => [
    ...groupNames.flatMap((name) => groupNamed(tree, name).layers),
    ...groupNames.flatMap((name) => groupFiles.get(name) ?? []),
    ...own,
    ...files("host_vars", host),
  ];
  const hosts = new Map<string, Host>();
  for (const host of tree.hosts.values()) {
    const names = [...groups.entries()]
      .filter(([name, members]) => name !== "all" && members.includes(host.name))
      .map(([name]) => name)
      .sort();
    const ordered = [...names].sort(
      (a, b) => depth(a) - depth(b) || priority(a) - priority(b) || (a < b ? -1 : 1),
    );
    const layers = layersFor(["all", ...ordered], host.name, host.layers);
    hosts.set(host.name, { name: host.name, at: host.at, groups: names, layers });
  }
  const implicit = new Map(
    LOCALHOST.filter((name) => !hosts.has(name)).map((name) => [
      name,
      implicitHost(name, (own) => layersFor(["all"], name, own)),
    ]),
  );
  return { hosts, implicit };
}

/** A number in the variables of the group itself; 1 where there is none. */
function priorityOf({ layers }: Group): number {
  const given = layers.findLast(({ values }) => values.has(PRIORITY))?.entries.get(PRIORITY)?.node.value;
  return typeof given === "number" ? given : 1;
}

const PRIORITY = "ansible_group_priority";
