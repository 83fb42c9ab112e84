// bundle: a TypeScript or JavaScript program of the runner's machine, with all that it imports, as one file
// on the host. The same sources give the same bytes on every machine.

import { dirname } from "node:path";
import { cleanPath } from "../facts/index.ts";
import { defineModule } from "./module.ts";
import { destination, destinationFacts } from "./shared/destination.ts";
import { planFile } from "./shared/file-content.ts";
import { GROUP, MODE, OWNER, PATH_FORM, VALIDATE } from "./shared/schema.ts";
import { encode } from "./shared/text.ts";

/** CommonJS packages inside an ES module call `require` for Node's own modules. */
const REQUIRE =
  'import { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);';

export default defineModule({
  name: "bundle",
  doc: "Bundles a program written in TypeScript or JavaScript with all its imports to one ES module, and writes that to the host.",
  params: {
    type: "object",
    properties: {
      src: {
        type: "string",
        minLength: 1,
        format: "local-file",
        description:
          "The program's main file, looked up in the role's files/, the role and beside the playbook.",
      },
      dest: { ...PATH_FORM, description: "Where it goes; Node takes an ES module by the ending .mjs." },
      target: {
        type: "string",
        pattern: "^node\\d+(\\.\\d+)*$",
        default: "node18",
        description: "The oldest Node.js that must run it.",
      },
      owner: OWNER,
      group: GROUP,
      mode: MODE,
      validate: VALIDATE,
    },
    required: ["src", "dest"],
    additionalProperties: false,
  },
  async local({ src, target }, files) {
    const name = cleanPath(src).replace(/\.[cm]?[jt]sx?$/, ".mjs");
    return { name, content: encode(await bundled(files.find(src, "files"), target)) };
  },
  probe: ({ dest }, { name }, context) => destinationFacts(dest, name, context),
  plan({ dest, owner, group, mode, validate }, state, { name, content }, context) {
    const path = destination(dest, name, state);
    return planFile({ path, content, owner, group, mode, validate }, state, context);
  },
});

/** Several hosts ask for the same program: it is made once for a run of the process. */
const made = new Map<string, Promise<string>>();

function bundled(entry: string, target: string): Promise<string> {
  const key = `${target} ${entry}`;
  const known = made.get(key);
  if (known) return known;
  const making = build(entry, target);
  made.set(key, making);
  return making;
}

async function build(entry: string, target: string): Promise<string> {
  const esbuild = await import("esbuild");
  try {
    const { outputFiles } = await esbuild.build({
      entryPoints: [entry],
      // Comments name sources relative to this, so they are the same wherever the checkout lies.
      absWorkingDir: dirname(entry),
      bundle: true,
      write: false,
      platform: "node",
      format: "esm",
      target,
      charset: "utf8",
      banner: { js: REQUIRE },
      legalComments: "inline",
      logLevel: "silent",
      tsconfigRaw: {},
    });
    return outputFiles[0]?.text ?? "";
  } catch (error) {
    throw new Error(`${entry} cannot be bundled: ${explain(error)}`);
  }
}

interface BuildMessage {
  readonly text: string;
  readonly location: { readonly file: string; readonly line: number; readonly column: number } | null;
}

function explain(error: unknown): string {
  const { errors } = error as { errors?: readonly BuildMessage[] };
  if (!errors) return error instanceof Error ? error.message : String(error);
  return errors
    .map(({ text, location }) =>
      location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text,
    )
    .join("; ");
}
