// One variable against its schema. The problem is told at the place that set the value.

import type { Place } from "../source/problem.ts";
import { placeOf, type Schema, schemaErrors } from "../source/schema.ts";
import type { MapEntry } from "../source/yaml.ts";
import type { Layer } from "../variables/layer.ts";
import type { Checked } from "./checked.ts";

export function checkVariable(
  { name, schema }: { readonly name: string; readonly schema: Schema },
  value: unknown,
  layers: readonly Layer[],
  checked: Checked,
): void {
  const entry = whoSet(name, layers);
  // name=value of the command line is always text: there it may stand for a number.
  const fromCommandLine = entry?.keyAt.file === "--extra-vars";
  const subject = fromCommandLine ? { value: structuredClone(value) } : value;
  const errors = fromCommandLine
    ? schemaErrors({ type: "object", properties: { value: schema } }, subject, "coercing").map((error) => ({
        ...error,
        path: error.path.slice(1),
      }))
    : schemaErrors(schema, value);
  for (const error of errors) {
    const at: Place | undefined =
      entry &&
      (entry.node.value === value || error.path.length > 0 ? placeOf(entry.node, error) : entry.node.at);
    checked.problems.push({
      code: "wrong-variable",
      message: `${[name, ...error.path].join(".")}: ${error.message}`,
      ...(at ? { at } : {}),
      ...(error.hint ? { hint: error.hint } : {}),
    });
  }
}

function whoSet(name: string, layers: readonly Layer[]): MapEntry | undefined {
  return layers.findLast(({ values }) => values.has(name))?.entries.get(name);
}
