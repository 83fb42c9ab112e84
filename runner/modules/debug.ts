// debug: shows a text or the value of an expression.

import { jsonOf } from "../template/index.ts";
import { defineModule, EXPRESSION_FORMAT, type Expression } from "./module.ts";

export default defineModule({
  name: "debug",
  doc: "Shows a text, or the value of an expression.",
  readOnly: true,
  params: {
    type: "object",
    properties: {
      msg: {
        type: ["string", "number", "boolean", "array", "object", "null"],
        keepsFloats: true,
        description: "What to show.",
      },
      var: {
        type: "string",
        format: EXPRESSION_FORMAT,
        whenUndefined: "VARIABLE IS NOT DEFINED!",
        description: "An expression, without braces, to show the value of.",
      },
      verbosity: {
        type: "integer",
        minimum: 0,
        default: 0,
        description: "Say it only when -v is given so many times; else the task is skipped.",
      },
    },
    additionalProperties: false,
  },
  probe: () => [],
  plan({ msg, var: shown, verbosity }, _state, _local, context) {
    if (verbosity > context.verbosity) return { kind: "skip", message: "Verbosity threshold not met." };
    const variable = shown as Expression | undefined;
    const said = variable ? `${variable.expression} = ${text(variable.value)}` : text(msg ?? "Hello world!");
    const result = variable ? { [variable.expression]: variable.value } : { msg: msg ?? "Hello world!" };
    return { kind: "changes", changes: [], result, message: said };
  },
});

function text(value: unknown): string {
  return typeof value === "string" ? value : jsonOf(value, true);
}
