// group_vars/ and host_vars/: NAME.yaml (or .yml, .json, or without an ending), or a directory NAME whose
// files are read in alphabetical order.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../source/problem.ts";
import type { Sources } from "../source/sources.ts";
import { type Layer, readLayer } from "../variables/layer.ts";

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

function filesBelow(directory: string): string[] {
  return readdirSync(directory)
    .sort()
    .filter((name) => !name.startsWith(".") && !name.endsWith("~"))
    .map((name) => join(directory, name))
    .flatMap((path) =>
      statSync(path).isDirectory() ? filesBelow(path) : /\.(ya?ml|json)$|\/[^.]+$/.test(path) ? [path] : [],
    );
}
