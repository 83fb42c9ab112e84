// What stands where a module's name does, but is no module: imports, includes, blocks and meta.

import { show } from "../source/schema.ts";
import type { MapEntry, MapNode } from "../source/yaml.ts";
import { importRole, importTasks } from "./imports.ts";
import { includeRole, includeTasks } from "./includes.ts";
import { BLOCK_KEYWORDS, INHERITED } from "./keywords.ts";
import { directoryOf, type Loading, type Surroundings } from "./loading.ts";
import { refuse, refuseOthers } from "./parts.ts";
import type { Block, Handler, Step } from "./playbook.ts";
import { readSettings } from "./settings.ts";
import { readHandlers, readTasks } from "./tasks.ts";

type Read<Kind> = (entry: MapEntry, map: MapNode, around: Surroundings, loading: Loading) => Kind[];

const SPECIAL: ReadonlyMap<string, Read<Step>> = new Map<string, Read<Step>>([
  ["import_tasks", (entry, map, around, loading) => importTasks(entry, map, around, loading, readTasks)],
  ["import_role", importRole],
  ["include_tasks", includeTasks],
  ["include_role", includeRole],
  ["block", readBlock],
  ["meta", readMeta],
]);

/** Those of them that a handler may be. */
const OF_HANDLERS: ReadonlyMap<string, Read<Handler>> = new Map<string, Read<Handler>>([
  ["import_tasks", (entry, map, around, loading) => importTasks(entry, map, around, loading, readHandlers)],
  ["include_tasks", includeTasks],
]);

export function specialNamed(key: string): Read<Step> | undefined {
  return SPECIAL.get(withoutCollection(key));
}

export function specialHandlerNamed(key: string): Read<Handler> | undefined {
  return OF_HANDLERS.get(withoutCollection(key));
}

function withoutCollection(key: string): string {
  return key.replace(/^ansible\.(builtin|legacy)\./, "");
}

export function specialNames(): Iterable<string> {
  return SPECIAL.keys();
}

function readBlock(entry: MapEntry, map: MapNode, around: Surroundings, loading: Loading): Block[] {
  refuseOthers(map, BLOCK_KEYWORDS, "keyword of a block", loading.problems);
  const inner = { ...around, settings: readSettings(map, around.settings, "the block", loading.problems) };
  const part = (key: string): Step[] => readTasks(map.entries.get(key)?.node, inner, loading);
  return [
    { kind: "block", at: entry.keyAt, body: part("block"), rescue: part("rescue"), always: part("always") },
  ];
}

function readMeta(entry: MapEntry, map: MapNode, around: Surroundings, loading: Loading): Step[] {
  const { value } = entry.node;
  const at = entry.keyAt;
  refuseOthers(map, [entry.key, "name", ...INHERITED], "keyword of meta", loading.problems);
  const settings = readSettings(map, around.settings, "meta", loading.problems);
  const meta = { settings, role: around.role, directory: directoryOf(around) };
  if (value === "flush_handlers" && around.notified)
    return refuse(loading, entry.node, "meta: flush_handlers cannot stand among what handlers do");
  if (value === "flush_handlers") return [{ kind: "flush", at, meta }];
  if (value === "end_host" || value === "end_play")
    return [{ kind: "end", at, scope: value === "end_host" ? "host" : "play", ...meta }];
  if (value === "noop") return [];
  const known = "flush_handlers, end_host, end_play and noop are";
  return refuse(loading, entry.node, `meta: ${show(value)} is not supported; ${known}`);
}
