// Writes daemons/lib/schema.generated.ts from role.yaml, so that the daemons' configuration is described
// in one place only. Run it with `npm run generate` after changing role.yaml; a unit test compares the two.

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";

const SOURCE = new URL("role.yaml", import.meta.url);
const TARGET = new URL("daemons/lib/schema.generated.ts", import.meta.url);

/** The text that schema.generated.ts must have for this role.yaml. */
export function generateSchema(roleYaml: string): string {
  const { variables } = parse(roleYaml) as { variables: Record<string, { default?: unknown }> };
  const schema = { type: "object", properties: variables, required: Object.keys(variables) };
  return [
    "// Made from roles/chatmaild/role.yaml by `npm run generate`. Do not edit.",
    "",
    "// biome-ignore format: generated, and compared with what the generator writes",
    `export default ${JSON.stringify(schema, null, 2)} as const;`,
    "",
  ].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  writeFileSync(TARGET, generateSchema(readFileSync(SOURCE, "utf8")));
}
