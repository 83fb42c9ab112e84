// Tasks and handlers as JSON Schemas: their keywords, and the parameters of every module.

import { modules } from "../modules/index.ts";
import type { Module } from "../modules/module.ts";
import { INCLUDE_KEYWORDS } from "../playbook/keywords.ts";
import type { Schema } from "../source/schema.ts";
import { KEYWORDS } from "./keywords.ts";
import { chosenBy, described, listOf, widened } from "./words.ts";

type Properties = Readonly<Record<string, Schema>>;

/** What playbooks and files of tasks refer to. */
export function taskDefinitions(): Properties {
  return {
    steps: { anyOf: [listOf({ $ref: "#/definitions/step" }), { type: "null" }] },
    step: choice({
      block: strict(KEYWORDS.block, ["block"]),
      ...specials(),
    }),
    task: named(KEYWORDS.task),
    handlers: { anyOf: [listOf(choice(specialHandlers(), "handler")), { type: "null" }] },
    handler: named(KEYWORDS.handler),
    ...Object.fromEntries(modules.map((module) => [`module ${module.name}`, moduleSchema(module)])),
  };
}

/** By the key that says what it is; what has none of them is a task, or a handler. */
function choice(kinds: Properties, otherwise: "task" | "handler" = "task"): Schema {
  return Object.entries(kinds).reduceRight<Schema>((rest, [key, schema]) => chosenBy(key, schema, rest), {
    $ref: `#/definitions/${otherwise}`,
  });
}

function strict(properties: Properties, required: readonly string[]): Schema {
  return { type: "object", properties, required, additionalProperties: false };
}

/** The keywords and one module. */
function named(keywords: Properties): Schema {
  const names = moduleKeys();
  return {
    type: "object",
    properties: { ...keywords, ...Object.fromEntries(names) },
    additionalProperties: false,
    // Twice not: an editor then tells of the wrong parameter, and not of every module that it is not.
    not: { not: { oneOf: names.map(([name]) => ({ required: [name] })) } },
    errorMessage: "a task names one module",
  };
}

function moduleKeys(): [string, Schema][] {
  return modules.flatMap((module) =>
    [module.name, ...(module.aliases ?? [])]
      .flatMap((name) => [name, `ansible.builtin.${name}`])
      .map((name): [string, Schema] => [name, { $ref: `#/definitions/module ${module.name}` }]),
  );
}

function moduleSchema({ doc, params, parameterAliases = {}, freeForm }: Module): Schema {
  const own = params.properties as Properties;
  const aliases = Object.entries(parameterAliases).map(([alias, name]): [string, Schema] => [
    alias,
    own[name] ?? {},
  ]);
  const required = (params.required ?? []).map((name) => ({
    anyOf: [name, ...Object.keys(parameterAliases).filter((alias) => parameterAliases[alias] === name)].map(
      (each) => ({ required: [each] }),
    ),
    errorMessage: `"${name}" is missing`,
  }));
  const mapping: Schema = {
    type: required.length > 0 ? "object" : ["object", "null"],
    properties: Object.fromEntries(
      [...Object.entries(own), ...aliases].map(([name, schema]) => [name, widened(schema)]),
    ),
    additionalProperties: params.additionalProperties,
  };
  // Parameters may also stand below args.
  if (freeForm !== undefined) return described({ anyOf: [{ type: "string" }, mapping] }, doc);
  return described(required.length > 0 ? { ...mapping, allOf: required } : mapping, doc);
}

const PATH: Schema = { type: "string", description: "A file of tasks, beside this one." };
const ROLE: Schema = { type: "string", description: "The name of a role." };
const FROM: Schema = { type: "string", description: "Another file of the role's tasks than main.yaml." };
const APPLY: Schema = {
  type: "object",
  properties: KEYWORDS.inherited,
  additionalProperties: false,
  description: "Keywords for the tasks that are included.",
};

const INCLUDED_FILE: Schema = { anyOf: [PATH, strict({ file: PATH, apply: APPLY }, ["file"])] };

/** What a handler may be beside a task. */
function specialHandlers(): Properties {
  const { handler } = KEYWORDS;
  const included = Object.fromEntries(
    ([...INCLUDE_KEYWORDS, "listen"] as const).map((keyword) => [keyword, handler[keyword]]),
  );
  return {
    import_tasks: importTasks(),
    include_tasks: strict({ ...included, include_tasks: INCLUDED_FILE }, ["include_tasks"]),
  };
}

function specials(): Properties {
  const { inherited, task } = KEYWORDS;
  const imported = { name: task.name, ...inherited };
  const included = Object.fromEntries(INCLUDE_KEYWORDS.map((keyword) => [keyword, task[keyword]]));
  const from = { name: ROLE, tasks_from: FROM, vars_from: FROM, defaults_from: FROM };
  const role = strict(from, ["name"]);
  return {
    import_tasks: importTasks(),
    import_role: strict({ ...imported, import_role: role }, ["import_role"]),
    include_tasks: strict({ ...included, include_tasks: INCLUDED_FILE }, ["include_tasks"]),
    include_role: strict(
      { ...included, include_role: strict({ ...from, apply: APPLY, public: { type: "boolean" } }, ["name"]) },
      ["include_role"],
    ),
    meta: strict({ ...imported, meta: { enum: ["flush_handlers", "end_host", "end_play", "noop"] } }, [
      "meta",
    ]),
  };
}

function importTasks(): Schema {
  const { inherited, task } = KEYWORDS;
  const file = { anyOf: [PATH, strict({ file: PATH }, ["file"])] };
  return strict({ name: task.name, ...inherited, import_tasks: file }, ["import_tasks"]);
}
