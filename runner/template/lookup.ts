// lookup('env', NAME), lookup('file', PATH) and lookup('pipe', COMMAND), all three answered by the caller, and
// lookup('vars', NAME).

import { strictText } from "./python/convert.ts";
import { truthy } from "./python/operators.ts";
import { bind, signatureOf } from "./python/signature.ts";
import { Callable, Fault, nowhere, Undefined } from "./python/values.ts";
import { literal, rawOf } from "./scope.ts";
import { type Scope, UndefinedVariable, type Value } from "./value.ts";

export interface LookupSources {
  env(name: string): string | undefined;
  /** The text of a file beside the playbook; undefined when there is none. */
  file(path: string): string | undefined;
  /** What a command prints; throws a sentence when it fails. */
  pipe(command: string): string;
}

/** The value of the variable `lookup`, for the lowest layer of a scope. */
export function lookupFunction(sources: LookupSources): Value {
  const lookup = (scope: Scope) =>
    new Callable("lookup", (given) => {
      const { args, rest, named } = bind("lookup()", signatureOf("name *terms **options"), given);
      for (const value of [...args, ...rest, ...named.values()])
        if (value instanceof Undefined) value.raise();
      const name = strictText(args[0]).replace(/^ansible\.builtin\./, "");
      const terms = rest.flat().map(strictText);
      if (name !== "vars") return terms.map((term) => one(name, term, named, sources)).join(",");
      const found = terms.map((term) => variable(term, named, scope));
      return found.length === 1 ? found[0] : found;
    });
  return { ...literal(undefined), render: lookup };
}

/** The value of a variable whose name is put together. */
function variable(name: string, options: ReadonlyMap<string, unknown>, scope: Scope): unknown {
  const other = [...options.keys()].find((option) => option !== "default");
  if (other) throw new Fault(`the lookup "vars" has no option "${other}"`);
  if (scope.has(name)) return rawOf(scope, name);
  if (options.has("default")) return options.get("default");
  throw new UndefinedVariable(name, nowhere());
}

const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  env: ["default"],
  file: ["rstrip", "lstrip"],
  pipe: [],
};

function one(
  name: string,
  term: string,
  options: ReadonlyMap<string, unknown>,
  sources: LookupSources,
): string {
  const known = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
  if (!known) throw new Fault(`the lookup "${name}" is not supported: env, file, pipe and vars are`);
  for (const option of options.keys()) {
    if (!known.includes(option)) throw new Fault(`the lookup "${name}" has no option "${option}"`);
  }
  if (name === "env") return sources.env(term) ?? String(options.get("default") ?? "");
  const text = name === "pipe" ? answered(() => sources.pipe(term)) : answered(() => sources.file(term));
  if (text === undefined) throw new Fault(`lookup('file', '${term}') finds no such file`);
  const right = truthy(options.has("rstrip") ? options.get("rstrip") : true) ? text.trimEnd() : text;
  return truthy(options.get("lstrip") ?? false) ? right.trimStart() : right;
}

function answered<Answer>(ask: () => Answer): Answer {
  try {
    return ask();
  } catch (error) {
    throw new Fault((error as Error).message);
  }
}
