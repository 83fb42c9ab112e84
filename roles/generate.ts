// `npm run generate`: writes what is made from the roles' schemas, so that each thing is described in one place
// only: the daemons' types, and the reference of all variables. Unit tests compare both with what this writes.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { readCatalogue, type Setting } from "../runner/cli/catalogue.ts";
import { Sources } from "../runner/source/sources.ts";
import { generateSchema } from "./chatmaild/generate.ts";

const here = new URL(".", import.meta.url);

/** The text that docs/variables.md must have for the roles as they are. */
export function generateReference(): string {
  const directory = fileURLToPath(here);
  const { sections } = readCatalogue(directory, new Sources(directory));
  const parts = sections.map(({ title, settings }) =>
    [`## ${title}`, "", ...settings.flatMap((setting) => [...entry(setting), ""])].join("\n"),
  );
  return [
    "<!-- Made from the schemas of the roles by `npm run generate`. Do not edit. -->",
    "",
    "# All variables of the inventory",
    "",
    "Each can be set for one host, for a group of hosts, or on the command line by `-e`; [language.md](language.md) says",
    "who wins. A misspelt name or a value of the wrong type stops a run before anything is touched.",
    "`chatmail-play init DOMAIN` writes an inventory that has them as comments.",
    "",
    ...parts,
  ].join("\n");
}

function entry({ name, schema, description, written, roles }: Setting): string[] {
  const facts = [typeOf(schema), ...bounds(schema), ...byDefault(written)];
  const used = roles.length > 0 ? [` (${roles.join(", ")})`] : [];
  return [`### \`${name}\``, "", description, "", `${facts.join("; ")}${used}`];
}

const types: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "true or false",
  array: "list",
  object: "mapping",
  null: "nothing",
};

function typeOf({ type, enum: values }: Setting["schema"]): string {
  if (Array.isArray(values)) return `one of ${values.map((value) => `\`${value}\``).join(", ")}`;
  return [type]
    .flat()
    .map((each) => types[String(each)] ?? String(each))
    .join(" or ");
}

function bounds({ minimum, maximum }: Setting["schema"]): string[] {
  if (minimum === undefined) return maximum === undefined ? [] : [`at most ${maximum}`];
  return [maximum === undefined ? `at least ${minimum}` : `from ${minimum} to ${maximum}`];
}

/** Longer expressions than this are for machines; descriptions say what they mean. */
const MAX_EXPRESSION = 60;

function byDefault(written: unknown): string[] {
  if (written === undefined) return [];
  if (written === null || written === "") return ["default: none"];
  const text = typeof written === "string" ? written.trim() : JSON.stringify(written);
  if (text.includes("{{") && text.length > MAX_EXPRESSION) return [];
  return [`default: \`${text.replace(/\s+/g, " ")}\``];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const daemons = new URL("chatmaild/", here);
  const schema = generateSchema(readFileSync(new URL("role.yaml", daemons), "utf8"));
  writeFileSync(new URL("daemons/lib/schema.generated.ts", daemons), schema);
  writeFileSync(new URL("../docs/variables.md", here), generateReference());
}
