// include_vars: variables out of files of the runner's own machine, which may depend on the host. They stand above those
// of the task and below set_fact, for the rest of the run, and are rendered where they are used.

import { posix } from "node:path";
import { pythonRegex } from "../template/index.ts";
import type { Value } from "../template/value.ts";
import { defineModule, type Files, type VarsFile } from "./module.ts";
import { exactlyOne } from "./shared/schema.ts";

/** As os.path.splitext: the dot of a hidden file begins no extension. */
const EXTENSION = /[^.].*?\.([^.]*)$/;

export default defineModule({
  name: "include_vars",
  doc: "Reads variables of the host out of a file, or out of all files below a directory: later ones win. What they hold is rendered where it is used.",
  readOnly: true,
  freeForm: "file",
  params: {
    type: "object",
    properties: {
      file: {
        type: "string",
        minLength: 1,
        description: "The file, looked up in the role's vars/ and beside the playbook.",
      },
      dir: {
        type: "string",
        minLength: 1,
        description: "The directory, looked up likewise; the files below it are read in the order of names.",
      },
      name: {
        type: "string",
        pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
        errorMessage: "the name of a variable is expected: letters, digits and _",
        description: "The one variable that gets them all, as a mapping.",
      },
      depth: {
        type: "integer",
        minimum: 0,
        default: 0,
        description: "How far below dir to look: 1 is itself only, 0 all that is there.",
      },
      files_matching: {
        type: "string",
        description: "A regular expression: of dir only files with such names are read.",
      },
      ignore_files: {
        type: "array",
        items: { type: "string" },
        default: [],
        description: "Regular expressions for the ends of names of dir's files that are left out.",
      },
      extensions: {
        type: "array",
        items: { type: "string" },
        default: ["yaml", "yml", "json"],
        description: "The endings that files of dir may have.",
      },
      ignore_unknown_extensions: {
        type: "boolean",
        default: false,
        description: "Files with other endings are left out; else they make the task fail.",
      },
    },
    additionalProperties: false,
    ...exactlyOne("file", "dir"),
  },
  local: async ({ file, dir, ...choice }, files) => {
    const paths = file === undefined ? await below(String(dir), choice, files) : [files.find(file, "vars")];
    return { paths, found: paths.map((path) => files.variables(path)) };
  },
  probe: () => [],
  plan({ name }, _state, { paths, found }) {
    const written = Object.assign({}, ...found.map((each) => each.written));
    return {
      kind: "changes",
      changes: [],
      variables: name === undefined ? together(found) : new Map([[name, asMapping(found)]]),
      result: {
        ansible_facts: name === undefined ? written : { [name]: written },
        ansible_included_var_files: paths,
      },
    };
  },
});

interface Choice {
  readonly depth: number;
  readonly files_matching?: string | undefined;
  readonly ignore_files: readonly string[];
  readonly extensions: readonly string[];
  readonly ignore_unknown_extensions: boolean;
}

async function below(dir: string, choice: Choice, files: Files): Promise<string[]> {
  const root = files.find(dir, "vars");
  const [self, ...entries] = await files.list(root);
  if (self?.type !== "directory") throw new Error(`${dir} is no directory`);
  const matching = choice.files_matching === undefined ? undefined : pythonRegex(choice.files_matching);
  const ignored = choice.ignore_files.map((each) => pythonRegex(`${each}$`));
  const chosen = entries.filter(({ path, type }) => {
    const name = posix.basename(path);
    const deep = choice.depth > 0 && path.split("/").length > choice.depth;
    if (type === "directory" || deep || ignored.some((each) => each.test(name))) return false;
    return matching?.test(name) ?? true;
  });
  const isKnown = ({ path }: { path: string }): boolean =>
    choice.extensions.includes(EXTENSION.exec(posix.basename(path))?.[1] ?? "");
  const other = choice.ignore_unknown_extensions ? undefined : chosen.find((each) => !isKnown(each));
  if (other)
    throw new Error(`${posix.join(dir, other.path)} has none of the endings ${choice.extensions.join(", ")}`);
  return chosen
    .filter(isKnown)
    .sort((a, b) => compare(posix.dirname(a.path), posix.dirname(b.path)) || compare(a.path, b.path))
    .map(({ path }) => posix.join(root, path));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function together(found: readonly VarsFile[]): ReadonlyMap<string, Value> {
  return new Map(found.flatMap((each) => [...each.values()]));
}

function asMapping(found: readonly VarsFile[]): Value {
  const all = found.map(({ mapping }) => mapping);
  return {
    uses: all.flatMap(({ uses }) => uses),
    at: (all[0] as Value).at,
    render: (scope) => Object.assign({}, ...all.map((each) => each.render(scope))),
  };
}
