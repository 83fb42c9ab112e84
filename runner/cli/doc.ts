// `chatmail-play doc`: prints what the modules, the roles and the tables of filters and tests say of themselves.
// The same pages are made into docs/ by `npm run generate`.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { findModule, moduleNames, modules } from "../modules/index.ts";
import { filtersPage } from "../reference/filters.ts";
import { modulePage } from "../reference/modules.ts";
import type { Entry, Page } from "../reference/page.ts";
import { rolePage } from "../reference/roles.ts";
import { type TextLook, textList, textPage } from "../reference/text.ts";
import { Problems } from "../source/problem.ts";
import type { Sources } from "../source/sources.ts";
import { didYouMean } from "../source/suggest.ts";

export interface DocRequest {
  /** What is asked for: nothing, `module NAME`, `role NAME`, `filters [NAME]`. */
  readonly words: readonly string[];
}

export interface DocPlaces {
  /** Where roles are looked for, in this order. */
  readonly directories: readonly string[];
  readonly look: TextLook;
}

const KINDS = ["module", "modules", "role", "roles", "filter", "filters", "test", "tests"];

/** Throws Problems. */
export function doc({ words }: DocRequest, { directories, look }: DocPlaces, sources: Sources): string {
  const [kind, name] = words;
  const roles = rolesIn(directories);
  if (words.length > 2) throw wrong(`doc takes a kind and a name, and got ${words.join(" ")}`);
  switch (kind?.replace(/s$/, "")) {
    case undefined:
      return overview(roles, look, sources);
    case "module":
      return name === undefined ? listModules(look) : textPage(modulePage(moduleNamed(name)), look);
    case "role":
      return name === undefined
        ? listRoles(roles, look, sources)
        : textPage(roleNamed(name, roles, sources), look);
    case "filter":
    case "test":
      return textPage(operations(name), look);
    default:
      return textPage(guessed(kind as string, roles, sources), look);
  }
}

function overview(roles: ReadonlyMap<string, string>, look: TextLook, sources: Sources): string {
  return `Modules: chatmail-play doc module NAME

${listModules(look)}
Roles: chatmail-play doc role NAME

${listRoles(roles, look, sources)}
Filters and tests of templates: chatmail-play doc filters [NAME]

${textList(
  filtersPage().parts.map(({ title, entries }) => [title, entries.map(({ name }) => name).join(", ")]),
  look,
)}
`;
}

function listModules(look: TextLook): string {
  const entries = modules.map(({ name, doc }) => [name, firstSentence(doc)] as const);
  return `${textList(entries, look)}\n`;
}

function listRoles(roles: ReadonlyMap<string, string>, look: TextLook, sources: Sources): string {
  if (roles.size === 0) return "  (there are none here)\n";
  const entries = [...roles].map(
    ([name, directory]) => [name, firstSentence(rolePage(name, directory, sources)?.text ?? "")] as const,
  );
  return `${textList(entries, look)}\n`;
}

function firstSentence(text: string): string {
  return /^.*?[.](?=\s|$)/s.exec(text)?.[0] ?? text;
}

function moduleNamed(name: string) {
  const module = findModule(name);
  if (module) return module;
  throw wrong(`there is no module "${name}"`, didYouMean(name, moduleNames()));
}

function roleNamed(name: string, roles: ReadonlyMap<string, string>, sources: Sources): Page {
  const directory = roles.get(name);
  if (directory === undefined) throw wrong(`there is no role "${name}"`, didYouMean(name, roles.keys()));
  const page = rolePage(name, directory, sources);
  if (page) return page;
  throw wrong(`the role ${name} has no role.yaml that could tell of it`);
}

/** All filters and tests, or those of a name. */
function operations(name: string | undefined): Page {
  const page = filtersPage();
  if (name === undefined) return page;
  const isMeant = (entry: Entry): boolean =>
    entry.name === name ||
    entry.facts.some((fact) => fact.startsWith("also") && fact.includes(`\`${name}\``));
  const parts = page.parts.map(({ title, entries }) => ({ title, entries: entries.filter(isMeant) }));
  if (parts.some(({ entries }) => entries.length > 0)) return { ...page, parts };
  const names = page.parts.flatMap(({ entries }) => entries.map((each) => each.name));
  throw wrong(`there is no filter and no test "${name}"`, didYouMean(name, names));
}

/** `doc copy` says enough. */
function guessed(word: string, roles: ReadonlyMap<string, string>, sources: Sources): Page {
  const module = findModule(word);
  if (module) return modulePage(module);
  if (roles.has(word)) return roleNamed(word, roles, sources);
  const hint = didYouMean(word, [...KINDS, ...moduleNames(), ...roles.keys()]);
  throw wrong(`doc knows nothing of "${word}"`, hint ?? "doc [module NAME | role NAME | filters]");
}

/** Roles by name: those that are nearest win. */
function rolesIn(directories: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const roles of directories.map((each) => join(each, "roles"))) {
    for (const name of existsSync(roles) ? readdirSync(roles).sort() : []) {
      if (existsSync(join(roles, name, "tasks")) && !found.has(name)) found.set(name, join(roles, name));
    }
  }
  return found;
}

function wrong(message: string, hint?: string): Problems {
  return new Problems([{ code: "doc", message, ...(hint ? { hint } : {}) }]);
}
