// Everything between a request and the first connection: playbooks, inventory and variables are loaded and
// checked as a whole, so that all mistakes are told at once.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { chosenSteps } from "../engine/steps.ts";
import { type Host, hostNamed, type Inventory } from "../inventory/inventory.ts";
import { loadInventory } from "../inventory/load.ts";
import { selectHosts } from "../inventory/pattern.ts";
import { strayVars } from "../inventory/vars-folder.ts";
import { checkPlays } from "../playbook/check.ts";
import { unknownTags } from "../playbook/check-tags.ts";
import { loadPlaybook } from "../playbook/load.ts";
import { type Play, tasksStanding } from "../playbook/playbook.ts";
import { NO_SETTINGS } from "../playbook/settings.ts";
import { namesOf, stepsFrom } from "../playbook/start-at.ts";
import type { TagFilter } from "../playbook/tags.ts";
import { typedExtra } from "../playbook/typed-extra.ts";
import type { Secrets } from "../secrets/secrets.ts";
import { type Problem, Problems } from "../source/problem.ts";
import type { Sources } from "../source/sources.ts";
import { didYouMean } from "../source/suggest.ts";
import { EMPTY_LAYER, joinLayers, type Layer, readLayer } from "../variables/layer.ts";
import { SecretVariables } from "../variables/secret-variables.ts";
import type { ExtraVars, Request } from "./options.ts";

export interface Loaded {
  readonly plays: readonly { readonly play: Play; readonly hosts: readonly Host[] }[];
  readonly inventory: Inventory;
  readonly extra: Layer;
  readonly secrets: SecretVariables;
  /** Patterns that match nothing: the play is empty, which is no error. */
  readonly warnings: readonly Problem[];
}

/** Throws Problems. */
export function load(request: Request, directory: string, sources: Sources, hidden: Secrets): Loaded {
  const problems: Problem[] = [];
  const files = request.playbooks.flatMap((name) => findPlaybook(name, directory, problems));
  const given = joinLayers(request.extraVars.map(({ node, origin }) => readLayer(node, origin, []))).values;
  const outer = { settings: NO_SETTINGS, vars: EMPTY_LAYER, given };
  const plays = files.flatMap((file) => loadPlaybook(file, sources, problems, [], outer));
  const inventory = loadInventory(
    request.inventories.map((path) => (path.includes(",") ? path : resolve(directory, path))),
    files.map(dirname),
    sources,
    problems,
  );
  const extra = mergeExtraVars(request.extraVars, plays, problems);
  const limited = request.limit === undefined ? undefined : patternsOf(request.limit, directory, problems);
  const limit = limitTo(limited, inventory, problems);
  const warnings: Problem[] = [];
  const chosen = plays.map((play) => {
    const { hosts, unknown } = selectHosts(play.hosts, inventory);
    for (const name of unknown) warnings.push(noSuchHosts(name, play, inventory));
    return {
      play,
      hosts: hosts
        .filter((name) => !limit || limit.has(name))
        .flatMap((name) => hostNamed(inventory, name) ?? []),
    };
  });
  const secrets = new SecretVariables(plays, hidden);
  // What cannot be read at all would only be told a second time, as names that nobody defines.
  if (problems.every(({ code }) => !UNREADABLE.has(code))) {
    checkPlays({ plays: chosen, inventory, extra, sources, secrets, problems });
  }
  const { tags, skipTags, startAtTask } = request;
  const beside = request.inventories
    .filter((path) => !path.includes(","))
    .map((path) => dirname(resolve(directory, path)));
  warnings.push(...strayVars([...beside, ...files.map(dirname)], inventory, sources));
  warnings.push(...unknownTags(plays, { tags, skipTags }), ...unknownInLimit(limited, inventory));
  const started =
    startAtTask === undefined ? chosen : startingAt(startAtTask, chosen, { tags, skipTags }, problems);
  // A pattern that matches nothing may be what has led to them.
  if (problems.length > 0) throw new Problems([...problems, ...warnings]);
  return { plays: started, inventory, extra, secrets, warnings };
}

/** The plays from the one on that has the task. */
function startingAt(
  name: string,
  plays: Loaded["plays"],
  tags: TagFilter,
  problems: Problem[],
): Loaded["plays"] {
  const steps = ({ play }: Loaded["plays"][number]) => chosenSteps(play.steps, tags);
  const first = plays.findIndex((each) => each.hosts.length > 0 && stepsFrom(steps(each), name));
  if (first !== -1 || problems.length > 0) return plays.slice(Math.max(first, 0));
  const names = plays.flatMap(steps).flatMap((step) => tasksStanding([step]).flatMap(namesOf));
  const hint = didYouMean(name, names);
  const message = `--start-at-task: no task that would run is called "${name}"`;
  problems.push({ code: "no-such-task", message, ...(hint ? { hint } : {}) });
  return plays;
}

const UNREADABLE: ReadonlySet<string> = new Set([
  "yaml-syntax",
  "unreadable-file",
  "inventory-form",
  "no-playbook",
]);

/** As given, else below playbooks/; the two endings of YAML files are the same. */
function findPlaybook(name: string, directory: string, problems: Problem[]): string[] {
  const names = [name, name.replace(/\.yml$/, ".yaml"), name.replace(/\.yaml$/, ".yml")];
  const candidates = [...names, ...names.map((each) => join("playbooks", each))];
  const found = candidates.find((candidate) => existsSync(resolve(directory, candidate)));
  if (found) return [resolve(directory, found)];
  const hint = `looked for ${[name, join("playbooks", name)].join(" and ")}`;
  problems.push({ code: "no-playbook", message: `there is no playbook ${name}`, hint });
  return [];
}

function mergeExtraVars(given: readonly ExtraVars[], plays: readonly Play[], problems: Problem[]): Layer {
  const layers = given.map(({ node, origin }) => readLayer(typedExtra(node, plays), origin, problems));
  return joinLayers(layers);
}

/** The parts of --limit; in the place of `@FILE` the lines of the file. */
function patternsOf(limit: string, directory: string, problems: Problem[]): string[] {
  return limit.split(",").flatMap((part) => {
    if (!part.startsWith("@")) return [part];
    const file = resolve(directory, part.slice(1));
    if (existsSync(file))
      return readFileSync(file, "utf8")
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean);
    problems.push({ code: "missing-file", message: `--limit: there is no file ${part.slice(1)}` });
    return [];
  });
}

function limitTo(
  limit: readonly string[] | undefined,
  inventory: Inventory,
  problems: Problem[],
): Set<string> | undefined {
  if (!limit) return undefined;
  const { hosts, unknown } = selectHosts(limit, inventory);
  if (hosts.length === 0) {
    const named = unknown.length > 0 ? `: ${unknown.join(", ")}` : "";
    const hint = didYouMean(unknown[0] ?? String(limit), [
      ...inventory.hosts.keys(),
      ...inventory.groups.keys(),
    ]);
    problems.push({
      code: "empty-limit",
      message: `--limit matches no host${named}`,
      ...(hint ? { hint } : {}),
    });
  }
  return new Set(hosts);
}

/** Names beside others that do match. */
function unknownInLimit(limit: readonly string[] | undefined, inventory: Inventory): Problem[] {
  if (!limit) return [];
  const { hosts, unknown } = selectHosts(limit, inventory);
  if (hosts.length === 0) return [];
  return unknown.map((name) => {
    const hint = didYouMean(name, [...inventory.hosts.keys(), ...inventory.groups.keys()]);
    const message = `--limit: no host and no group is named "${name}"`;
    return { code: "no-such-hosts", message, ...(hint ? { hint } : {}) };
  });
}

function noSuchHosts(name: string, play: Play, inventory: Inventory): Problem {
  const hint = didYouMean(name, [...inventory.hosts.keys(), ...inventory.groups.keys()]);
  const message = `no host and no group is named "${name}"`;
  return { code: "no-such-hosts", message, at: play.hostsAt, ...(hint ? { hint } : {}) };
}
