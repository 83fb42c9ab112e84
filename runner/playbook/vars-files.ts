// The files of variables that a play names: by a name, by one that depends on variables and is told for each host in the
// run, or by a list of names, of which the first file that is there is taken.

import { dirname, resolve } from "node:path";
import { type Problem, Problems } from "../source/problem.ts";
import { show } from "../source/schema.ts";
import { firstExisting, type Sources } from "../source/sources.ts";
import type { SourceNode } from "../source/yaml.ts";
import { compileValue } from "../template/index.ts";
import { type Scope, TemplateError, UndefinedVariable } from "../template/value.ts";
import type { Layer } from "../variables/layer.ts";
import type { VarsFile } from "./playbook.ts";
import { isTemplate } from "./settings.ts";
import { partsKnown } from "./unknown-parts.ts";
import { readVars } from "./vars.ts";

interface Beside {
  /** Of the playbook, from which the names are. */
  readonly directory: string;
  readonly sources: Sources;
  readonly problems: Problem[];
}

export function readVarsFiles(node: SourceNode | undefined, beside: Beside): VarsFile[] {
  if (!node || node.value === null) return [];
  return (node.kind === "list" ? node.items : [node]).flatMap((item) => {
    const names = item.kind === "list" ? item.items : [item];
    const wrong = names.find(({ value }) => typeof value !== "string");
    if (wrong || names.length === 0) {
      const message = `vars_files: the name of a file is expected, not ${show((wrong ?? item).value)}`;
      beside.problems.push({ code: "missing-file", message, at: (wrong ?? item).at });
      return [];
    }
    return names.some(isTemplate) ? [chosenFile(names, beside)] : fixedFile(names, beside);
  });
}

function fixedFile(names: readonly SourceNode[], { directory, sources, problems }: Beside): Layer[] {
  const file = firstExisting(names.map(({ value }) => resolve(directory, String(value))));
  if (file) return [readVars(sources.parse(file, problems), sources.shownAs(file), problems)];
  const message = `vars_files: there is no file ${names.map(({ value }) => value).join(", and no file ")}`;
  problems.push({ code: "missing-file", message, at: (names[0] as SourceNode).at });
  return [];
}

function chosenFile(nodes: readonly SourceNode[], { directory, sources, problems }: Beside): VarsFile {
  const names = nodes.map((node) => compileValue(node, problems));
  const read = new Map<string, Layer>();
  const layerOf = (file: string): Layer => {
    const known = read.get(file);
    if (known) return known;
    const found: Problem[] = [];
    const layer = readVars(sources.parseAgain(file, found), sources.shownAs(file), found);
    if (found.length > 0) throw new Problems(found);
    read.set(file, layer);
    return layer;
  };
  const chosen = (scope: Scope): Layer | undefined => {
    let known: string[];
    try {
      known = names.map((name) => resolve(directory, String(name.render(scope))));
    } catch (error) {
      // What it depends on may come later: facts.
      if (error instanceof UndefinedVariable || error instanceof TemplateError) return undefined;
      throw error;
    }
    const file = firstExisting(known);
    if (file) return layerOf(file);
    const tried = known.map((path) => sources.shownAs(path)).join(", and no file ");
    throw new TemplateError(`vars_files: there is no file ${tried}`, (nodes[0] as SourceNode).at);
  };
  const directories = (scope: Scope): string[] =>
    names.flatMap((name) => {
      const [fixed] = partsKnown(name, scope) ?? [];
      return fixed ? [dirname(resolve(directory, `${fixed}x`))] : [directory];
    });
  return { chosen, directories };
}
