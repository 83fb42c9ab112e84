// `chatmail-play init`: writes the inventory of a new host, or of one that an INI file describes already. Knows
// the variables by their schemas only (catalogue.ts).

import { existsSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type Place, type Problem, Problems } from "../source/problem.ts";
import { type Schema, schemaErrors } from "../source/schema.ts";
import { type Sources, unreadableFile } from "../source/sources.ts";
import { type Catalogue, readCatalogue, type Setting } from "./catalogue.ts";
import { type Ini, parseIni } from "./ini.ts";
import { inventoryText } from "./inventory-text.ts";

export interface InitRequest {
  /** Undefined: the one that the INI file is of. */
  readonly domain: string | undefined;
  readonly force: boolean;
  readonly from: string | undefined;
  readonly output: string;
}

export interface InitPlaces {
  /** Where relative names of files begin. */
  readonly directory: string;
  /** Where this program is: its roles serve where the directory has none. */
  readonly home: string | undefined;
}

/** Writes the file and gives the text to print. Throws Problems, and has then written nothing. */
export function init(request: InitRequest, { directory, home }: InitPlaces, sources: Sources): string {
  const { force, from, output } = request;
  const roles = rolesIn([directory, ...(home ? [home] : [])]);
  const catalogue = readCatalogue(roles, sources);
  const problems: Problem[] = [];
  const target = resolve(directory, output);
  if (existsSync(target) && !force) {
    const hint = "--force writes over it, --output FILE takes another one";
    problems.push({ code: "file-exists", message: `${output} is there already`, hint });
  }
  const ini = from === undefined ? undefined : readIni(resolve(directory, from), sources, problems);
  const taken = takeOver(ini, catalogue, problems);
  const domain = domainOf(request, taken, catalogue, problems);
  if (problems.length > 0) throw new Problems(problems);
  const values = new Map(taken.values);
  values.delete(catalogue.host);
  const text = inventoryText({ host: domain, catalogue, values });
  writeFileSync(target, schemaLine(target, join(roles, "..", "schema", "inventory.schema.json")) + text);
  return told({ output, domain, from, count: values.size, unknown: taken.unknown }, catalogue);
}

/** By this line an editor knows what to check the file by. */
function schemaLine(target: string, schema: string): string {
  if (!existsSync(schema)) return "";
  return `# yaml-language-server: $schema=${relative(dirname(target), schema).replaceAll("\\", "/")}\n`;
}

function rolesIn(directories: readonly string[]): string {
  const found = directories.find((each) => existsSync(join(each, "roles", "sections.yaml")));
  if (found !== undefined) return join(found, "roles");
  throw new Problems([
    { code: "no-roles", message: "there are no roles here", hint: "start this in the clone" },
  ]);
}

function readIni(path: string, sources: Sources, problems: Problem[]): Ini | undefined {
  const shown = sources.shownAs(path);
  try {
    const ini = parseIni(sources.read(path).text, shown);
    for (const at of ini.strange)
      problems.push({ code: "ini-line", message: "this is no setting: name = value is expected", at });
    return ini;
  } catch (error) {
    problems.push(...unreadableFile(shown, error));
    return undefined;
  }
}

interface Taken {
  readonly values: ReadonlyMap<string, unknown>;
  readonly places: ReadonlyMap<string, Place>;
  /** Names that no role knows. */
  readonly unknown: readonly string[];
}

/** An empty value stands for the default, as it does where the file comes from. */
function takeOver(ini: Ini | undefined, { sections }: Catalogue, problems: Problem[]): Taken {
  const known = new Map(
    sections.flatMap(({ settings }) => settings.map((each): [string, Setting] => [each.name, each])),
  );
  const values = new Map<string, unknown>();
  const places = new Map<string, Place>();
  const unknown: string[] = [];
  for (const { name, value, at } of ini?.settings ?? []) {
    const setting = known.get(name);
    if (!setting || setting.roles.length === 0) unknown.push(name);
    else if (value !== "") {
      const typed = typedAs(setting.schema, value);
      for (const { message, hint } of schemaErrors(setting.schema, typed))
        problems.push({ code: "wrong-value", message: `${name}: ${message}`, at, ...(hint ? { hint } : {}) });
      values.set(name, typed);
      places.set(name, at);
    }
  }
  return { values, places, unknown: [...new Set(unknown)] };
}

/** The text as the schema's type, where it has the form of one; else as it is, for the schema to refuse. */
function typedAs({ type }: Schema, text: string): unknown {
  const types = [type].flat();
  if (types.includes("boolean") && /^(true|yes|on|1)$/i.test(text)) return true;
  if (types.includes("boolean") && /^(false|no|off|0)$/i.test(text)) return false;
  if (types.includes("integer") && /^[+-]?\d+$/.test(text)) return Number(text);
  if (types.includes("number") && /^[+-]?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (types.includes("array")) return text.split(/[\s,]+/);
  return text;
}

function domainOf(
  { domain, from }: InitRequest,
  taken: Taken,
  { host, sections }: Catalogue,
  problems: Problem[],
): string {
  const own = taken.values.get(host);
  if (domain === undefined && own === undefined && problems.length === 0) {
    const hint = "chatmail-play init chat.example.org";
    problems.push({ code: "missing-domain", message: "name the domain of the relay", hint });
  }
  if (domain === undefined) return String(own ?? "");
  const at = taken.places.get(host);
  if (own !== undefined && own !== domain)
    problems.push({
      code: "other-domain",
      message: `${from} is of ${own}, not of ${domain}`,
      ...(at ? { at } : {}),
    });
  const schema = sections.flatMap(({ settings }) => settings).find(({ name }) => name === host)?.schema ?? {};
  if (schemaErrors(schema, domain).length > 0) {
    const lower = domain.toLowerCase();
    const hint =
      lower !== domain && schemaErrors(schema, lower).length === 0
        ? `did you mean "${lower}"?`
        : "such as chat.example.org, in lower case, or an IPv4 address";
    problems.push({ code: "wrong-domain", message: `"${domain}" is no domain`, hint });
  }
  return domain;
}

interface Told {
  readonly output: string;
  readonly domain: string;
  readonly from: string | undefined;
  readonly count: number;
  readonly unknown: readonly string[];
}

function told({ output, domain, from, count, unknown }: Told, { next }: Catalogue): string {
  const taken =
    from === undefined ? "" : `, with ${count} ${count === 1 ? "setting" : "settings"} of ${from}`;
  const left = unknown.length > 0 ? `Left out, since no role has a use for it: ${unknown.join(", ")}.\n` : "";
  return `${output} describes ${domain}${taken}.\n${left}${next.trim().replaceAll("FILE", output)}\n`;
}
