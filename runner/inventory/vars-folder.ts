// group_vars/ and host_vars/: NAME.yaml (or .yml, .json, or without an ending), or a directory NAME whose
// files are read in alphabetical order.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../source/problem.ts";
import type { Sources } from "../source/sources.ts";
import { didYouMean } from "../source/suggest.ts";
import { type Layer, readLayer } from "../variables/layer.ts";
import type { Inventory } from "./inventory.ts";

const ENDINGS = ["", ".yaml", ".yml", ".json"];

export function readVarsFolder(
  directory: string,
  folder: string,
  name: string,
  sources: Sources,
  problems: Problem[],
): Layer[] {
  if (name.includes("/") || !existsSync(join(directory, folder))) return [];
  return ENDINGS.map((ending) => join(directory, folder, name + ending))
    .filter((path) => existsSync(path))
    .flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path) : [path]))
    .map((path) => readLayer(sources.parse(path, problems), sources.shownAs(path), problems));
}

/**
 * Files whose name is nearly that of a group or host: their variables would reach nobody. Files of other names may
 * belong to another inventory.
 */
export function strayVars(
  directories: readonly string[],
  { groups, hosts }: Pick<Inventory, "groups" | "hosts">,
  sources: Sources,
): Problem[] {
  const folders = [
    ["group_vars", "group", [...groups.keys()]],
    ["host_vars", "host", [...hosts.keys()]],
  ] as const;
  return [...new Set(directories)].flatMap((directory) =>
    folders.flatMap(([folder, kind, known]) => {
      const path = join(directory, folder);
      return (existsSync(path) ? readdirSync(path) : []).flatMap((file): Problem[] => {
        const name = file.replace(/\.(ya?ml|json)$/, "");
        const hint = known.includes(name) ? undefined : didYouMean(name, known);
        if (hint === undefined) return [];
        const message = `there is no ${kind} "${name}", so nobody gets these variables`;
        return [{ code: "stray-variables", message, at: sources.startOf(join(path, file)), hint }];
      });
    }),
  );
}

/** Of a directory that may not be there. */
export function filesOf(directory: string): string[] {
  return existsSync(directory) && statSync(directory).isDirectory() ? filesBelow(directory) : [];
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory)
    .sort()
    .filter((name) => !name.startsWith(".") && !name.endsWith("~"))
    .map((name) => join(directory, name))
    .flatMap((path) =>
      statSync(path).isDirectory() ? filesBelow(path) : /\.(ya?ml|json)$|\/[^.]+$/.test(path) ? [path] : [],
    );
}
