// The text of an inventory for one host: what is set, and as comments all that could be, with what holds otherwise.

import { stringify } from "yaml";
import { layeredScope, literal } from "../template/index.ts";
import type { Value } from "../template/value.ts";
import type { Catalogue, Setting } from "./catalogue.ts";

export interface InventoryOf {
  readonly host: string;
  readonly catalogue: Catalogue;
  /** What the inventory sets. */
  readonly values: ReadonlyMap<string, unknown>;
}

/** How far comments go. */
const WIDTH = 100;
const INDENT = "          ";

export function inventoryText({ host, catalogue, values }: InventoryOf): string {
  const { group, header, sections } = catalogue;
  const defaults = defaultsFor(host, catalogue, values);
  const told = sections.flatMap(({ title, inventory, settings }) => {
    const own = settings.filter(({ name }) => inventory || values.has(name));
    if (own.length === 0) return [];
    const lines = own.flatMap((setting) => settingLines(setting, values, defaults));
    return ["", `${INDENT}# --- ${title} ---`, ...lines];
  });
  return [
    ...header.trim().replaceAll("DOMAIN", host).split("\n").map(comment),
    "all:",
    "  children:",
    `    ${group}:`,
    "      hosts:",
    `        ${yaml(host)}:`,
    ...told,
    "",
  ].join("\n");
}

function settingLines(
  { name, description, example }: Setting,
  values: ReadonlyMap<string, unknown>,
  defaults: (name: string) => unknown,
): string[] {
  const told = wrap(description, WIDTH - INDENT.length - 2).map((line) => `${INDENT}${comment(line)}`);
  const fallback = example ?? defaults(name);
  const set = values.has(name) ? [entry(name, values.get(name))] : [];
  const otherwise = values.has(name) || fallback === undefined ? [] : [`#${entry(name, fallback)}`];
  return ["", ...told, ...[...set, ...otherwise].map((line) => INDENT + line)];
}

/** What holds for this host when nothing is set; undefined where that is not known before the run. */
function defaultsFor(
  host: string,
  { sections }: Catalogue,
  values: ReadonlyMap<string, unknown>,
): (name: string) => unknown {
  const at = { file: "init", line: 1, column: 1 };
  const all = sections.flatMap(({ settings }) => settings);
  const fallbacks = all.flatMap(({ name, fallback }): [string, Value][] =>
    fallback ? [[name, fallback]] : [],
  );
  const own = [...values, ["inventory_hostname", host] as const];
  const scope = layeredScope([
    new Map(fallbacks),
    new Map(own.map(([name, value]) => [name, literal(value, at)])),
  ]);
  return (name) => {
    try {
      return scope.has(name) ? scope.get(name) : undefined;
    } catch {
      return undefined;
    }
  };
}

/** On one line, so that one # is all that makes it a comment. */
function entry(name: string, value: unknown): string {
  return `${name}: ${yaml(value)}`;
}

function yaml(value: unknown): string {
  const quoted = typeof value === "string" && /[\n\r]/.test(value);
  if (quoted) return JSON.stringify(value);
  const options = {
    collectionStyle: "flow",
    lineWidth: 0,
    flowCollectionPadding: false,
    version: "1.1",
  } as const;
  return stringify(value, options).trimEnd();
}

function comment(line: string): string {
  return line === "" ? "#" : `# ${line}`;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
