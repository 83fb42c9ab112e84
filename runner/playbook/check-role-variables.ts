// Role variables must fit the schemas of role.yaml, whoever sets them: inventory, group_vars, the play or
// the command line. The problem is told at the place that set the value.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CONNECTION_VARIABLES } from "../inventory/connection.ts";
import type { Host } from "../inventory/inventory.ts";
import { didYouMean } from "../source/suggest.ts";
import { layeredScope } from "../template/index.ts";
import { TemplateError, UndefinedVariable } from "../template/value.ts";
import type { Layer } from "../variables/layer.ts";
import { magicVariables, unasked } from "../variables/magic.ts";
import { layersOf, NOTHING_LEARNT } from "../variables/precedence.ts";
import { insteadOfVariable } from "./check-connection.ts";
import { namesMentioned } from "./check-undefined.ts";
import { checkVariable } from "./check-variable.ts";
import type { Checked } from "./checked.ts";
import { fixedVarsFiles, type Play, type RoleUse, type RoleVariable, rolePathsOf } from "./playbook.ts";
import { definitionFile, variableEntries } from "./role-definition.ts";

export function checkRoleVariables(play: Play, host: Host, checked: Checked): void {
  for (const use of allRoles(play)) {
    const { definition } = use.role;
    if (!definition) continue;
    const layers = layersForRole(play, host, use, checked);
    const scope = layeredScope(layers.map(({ values }) => values));
    for (const variable of definition.variables.values()) {
      const value = valueNow(variable.name, scope);
      if (value === UNKNOWN_YET) continue;
      if (value === MISSING) checked.problems.push(missing(variable, use));
      else checkVariable(variable, value, layers, checked);
    }
  }
}

function allRoles({ roles, rolesIncluded }: Play): RoleUse[] {
  return [...new Set([...roles, ...rolesIncluded])];
}

const UNKNOWN_YET = Symbol("depends on what is learnt from the host");
const MISSING = Symbol("set by nobody");

function layersForRole(
  play: Play,
  host: Host,
  use: RoleUse | undefined,
  { inventory, extra, sources, secrets }: Checked,
): readonly Layer[] {
  const magic = magicVariables({ host, inventory, play, ...unasked(host), sources, secrets });
  return layersOf({
    host,
    play,
    task: { role: use, settings: play.settings },
    learnt: NOTHING_LEARNT,
    extra,
    magic,
    secrets,
  });
}

function valueNow(name: string, scope: ReturnType<typeof layeredScope>): unknown {
  if (!scope.has(name)) return MISSING;
  try {
    return scope.get(name);
  } catch (error) {
    // Undefined names are told where they are mentioned (check-undefined.ts), facts are known later.
    if (error instanceof UndefinedVariable || error instanceof TemplateError) return UNKNOWN_YET;
    throw error;
  }
}

function missing({ name, schema }: RoleVariable, use: RoleUse) {
  const what = typeof schema.description === "string" ? `: ${schema.description}` : "";
  return {
    code: "missing-variable",
    message: `role ${use.role.name} needs the variable "${name}"${what}`,
    at: use.at,
    hint: "set it in the inventory",
  };
}

/**
 * A variable that no role defines and nothing mentions is most likely a misspelt one. Only told where typed
 * roles are used: Ansible's own playbooks may carry variables for other tools.
 */
export function checkUnknownVariables(checked: Checked): void {
  const { inventory, extra, problems, sources } = checked;
  const plays = checked.plays.map(({ play }) => play);
  if (!plays.some((play) => allRoles(play).some(({ role }) => role.definition))) return;
  const defined = new Set(CONNECTION_VARIABLES);
  for (const path of new Set(plays.flatMap(({ directory }) => rolePathsOf(directory)))) {
    for (const name of existsSync(path) ? readdirSync(path) : []) {
      const file = definitionFile(join(path, name));
      if (file) for (const { key } of variableEntries(sources.parse(file, problems))) defined.add(key);
    }
  }
  const mentioned = namesMentioned(checked);
  const layers = new Set([
    ...[...inventory.hosts.values()].flatMap((host) => host.layers),
    ...plays.flatMap((play) => [
      play.vars,
      ...fixedVarsFiles(play),
      ...allRoles(play).flatMap(({ params, vars }) => [params, vars]),
    ]),
    extra,
  ]);
  for (const { entries } of layers) {
    for (const { key, keyAt } of entries.values()) {
      if (defined.has(key) || mentioned.has(key) || insteadOfVariable(key) !== undefined) continue;
      const hint =
        didYouMean(key, [...defined, ...mentioned]) ?? "no role defines it, and nothing mentions it";
      problems.push({ code: "unknown-variable", message: `unknown variable "${key}"`, at: keyAt, hint });
    }
  }
}
