// `npm run generate`: writes what is made from schemas and tables, so that each thing is described in one place
// only: the daemons' types, the reference of variables, modules and filters, the schemas for editors. Unit tests compare all with what this
// writes.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { readCatalogue, type Setting } from "../runner/cli/catalogue.ts";
import { schemaFiles } from "../runner/cli/schema.ts";
import { filtersPage } from "../runner/reference/filters.ts";
import { markdownDocument, markdownPage, markdownParts } from "../runner/reference/markdown.ts";
import { modulePages } from "../runner/reference/modules.ts";
import { boundWords, defaultWords, typeWords } from "../runner/reference/words.ts";
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
  const facts = [typeWords(schema), ...boundWords(schema), ...defaultWords(written)];
  const used = roles.length > 0 ? [` (${roles.join(", ")})`] : [];
  return [`### \`${name}\``, "", description, "", `${facts.join("; ")}${used}`];
}

/** The text that docs/modules.md must have for the modules as they are. */
export function generateModules(): string {
  const text =
    "What a task can name. The runner tells the same by `chatmail-play doc module NAME`; keywords of tasks, plays and " +
    "roles are in [language.md](language.md).";
  return markdownDocument("Modules", text, modulePages().flatMap(markdownPage));
}

/** The text that docs/filters.md must have for the tables of filters and tests as they are. */
export function generateFilters(): string {
  const page = filtersPage();
  const text = `${page.text} The runner tells the same by \`chatmail-play doc filters\`. Values are shown as Python prints them.`;
  return markdownDocument(page.title, text, markdownParts(page));
}

/** The files that schema/ must have for the roles and modules as they are. */
export function generateSchemas(): ReadonlyMap<string, string> {
  const directory = fileURLToPath(here);
  return schemaFiles(directory, new Sources(directory));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const daemons = new URL("chatmaild/", here);
  const schema = generateSchema(readFileSync(new URL("role.yaml", daemons), "utf8"));
  writeFileSync(new URL("daemons/lib/schema.generated.ts", daemons), schema);
  writeFileSync(new URL("../docs/variables.md", here), generateReference());
  writeFileSync(new URL("../docs/modules.md", here), generateModules());
  writeFileSync(new URL("../docs/filters.md", here), generateFilters());
  mkdirSync(new URL("../schema/", here), { recursive: true });
  for (const [name, text] of generateSchemas()) writeFileSync(new URL(`../schema/${name}`, here), text);
}
