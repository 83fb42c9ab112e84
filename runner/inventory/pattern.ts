// Host patterns of plays and of --limit: unions by comma or colon, `!` excludes, `&` intersects, globs, ~REGEXP.
// Unions come first, then intersections, then exclusions, wherever they stand.

import type { Inventory } from "./inventory.ts";

export interface Selection {
  /** In the order of the pattern, and of the inventory within its groups. */
  readonly hosts: readonly string[];
  /** Parts of the pattern that name no host and no group. */
  readonly unknown: readonly string[];
}

export function selectHosts(pattern: string | readonly string[], inventory: Inventory): Selection {
  const parts = [pattern].flat().flatMap(split);
  const unknown: string[] = [];
  const members = (name: string): Set<string> => {
    const found = lookUp(name, inventory);
    if (!found) unknown.push(name);
    return new Set(found);
  };
  const plain = parts.filter((part) => !/^[!&]/.test(part));
  let chosen = new Set((plain.length > 0 ? plain : ["all"]).flatMap((part) => [...members(part)]));
  for (const part of parts.filter((each) => each.startsWith("&"))) {
    const kept = members(part.slice(1));
    chosen = new Set([...chosen].filter((host) => kept.has(host)));
  }
  for (const part of parts.filter((each) => each.startsWith("!"))) {
    for (const host of members(part.slice(1))) chosen.delete(host);
  }
  return { hosts: [...chosen], unknown };
}

/** Commas split always; colons too, except inside [..] (ranges, IPv6 addresses). */
function split(pattern: string): string[] {
  return (pattern.match(/(?:\[[^\]]*\]|[^,:])+/g) ?? []).map((part) => part.trim()).filter(Boolean);
}

function lookUp(name: string, inventory: Inventory): readonly string[] | undefined {
  if (name === "*") return inventory.groups.get("all");
  const group = inventory.groups.get(name);
  if (group) return group;
  if (inventory.hosts.has(name)) return [name];
  if (inventory.implicit.has(name)) return [name];
  const subscript = /^([^~].*)\[(?:(-?\d+)|(\d+)[:-](\d*))\]$/.exec(name);
  if (subscript) return slice(lookUp(subscript[1] ?? "", inventory), subscript.slice(2));
  if (!/^~|[*?[]/.test(name)) return undefined;
  const glob = name.startsWith("~") ? regularExpression(`^(?:${name.slice(1)})`) : globToRegExp(name);
  const groups = [...inventory.groups].filter(([group]) => glob.test(group)).flatMap(([, hosts]) => hosts);
  const hosts = [...inventory.hosts.keys()].filter((host) => glob.test(host));
  return groups.length + hosts.length > 0 ? [...groups, ...hosts] : undefined;
}

/** `group[0]`, `group[-1]` and `group[0:2]` (both ends included) pick by position. */
function slice(
  hosts: readonly string[] | undefined,
  [one, first, last]: readonly (string | undefined)[],
): readonly string[] | undefined {
  if (!hosts) return undefined;
  if (one === undefined) return hosts.slice(Number(first), last ? Number(last) + 1 : undefined);
  const host = hosts.at(Number(one));
  return host === undefined ? undefined : [host];
}

export function globToRegExp(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".")
    .replace(/\[!/g, "[^");
  return regularExpression(`^${source}$`);
}

function regularExpression(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    return /^(?!)/;
  }
}
