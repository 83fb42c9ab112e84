// What is known while a playbook is loaded, on which hosts it will run or not: names of imports and roles, and some keywords
// of plays, may depend on that.

import type { ScalarNode, SourceNode } from "../source/yaml.ts";
import { compileValue, layeredScope, literal } from "../template/index.ts";
import type { Scope, Value } from "../template/value.ts";
import type { Layer } from "../variables/layer.ts";
import type { Surroundings } from "./loading.ts";
import type { VarsFile } from "./playbook.ts";
import { isTemplate } from "./settings.ts";

/** The variables of a play that do not depend on hosts. */
export interface Known {
  readonly directory: string;
  readonly vars: Layer;
  readonly varsFiles: readonly VarsFile[];
  /** --extra-vars */
  readonly given: ReadonlyMap<string, Value>;
}

/** For what stands among the tasks or roles of a play: Ansible's order of what there is by then. */
export function knownIn({ directory, vars, varsFiles, given }: Known, around: Knowing): Scope {
  const { role, settings } = around;
  const uses = role ? [...role.dependents, role] : [];
  const own = layeredScope([vars.values, given]);
  return layeredScope([
    ...uses.map((use) => use.role.defaults.values),
    vars.values,
    ...varsFiles.flatMap((file) => fileNow(file, own)),
    ...uses.flatMap((use) => [use.vars.values, use.role.vars.values]),
    ...settings.vars.map(({ values }) => values),
    ...uses.map(({ params }) => params.values),
    ...settings.includeVars.map(({ values }) => values),
    given,
    new Map([["playbook_dir", literal(directory)]]),
  ]);
}

type Knowing = Pick<Surroundings, "role" | "settings">;

/** One that depends on the host, or is not there, is told of elsewhere. */
function fileNow(file: VarsFile, scope: Scope): ReadonlyMap<string, Value>[] {
  if (!("chosen" in file)) return [file.values];
  try {
    return [file.chosen(scope)?.values ?? new Map()];
  } catch {
    return [];
  }
}

/** A text that depends on variables is what they say, if all of them are known. */
export function decided<Node extends SourceNode | undefined>(node: Node, known: Scope): Node | SourceNode {
  if (node?.kind !== "scalar" || !isTemplate(node)) return node;
  try {
    const value = compileValue(node, []).render(known);
    const scalar = (each: unknown): SourceNode => ({ ...node, value: each as ScalarNode["value"] });
    if (!Array.isArray(value)) return typeof value === "object" ? node : scalar(value);
    return { kind: "list", items: value.map(scalar), value, at: node.at };
  } catch {
    return node;
  }
}
