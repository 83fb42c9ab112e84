// assert: goes on only when every condition holds.

import { defineModule, EXPRESSION_FORMAT, type Expression } from "./module.ts";

const CONDITION = { type: ["string", "boolean"], format: EXPRESSION_FORMAT } as const;

export default defineModule({
  name: "assert",
  doc: "Fails unless every one of the conditions holds.",
  readOnly: true,
  params: {
    type: "object",
    properties: {
      that: {
        type: ["string", "boolean", "array"],
        format: EXPRESSION_FORMAT,
        items: CONDITION,
        description: "A condition, or a list of them, written as in `when`.",
      },
      fail_msg: {
        type: ["string", "array"],
        items: { type: "string" },
        default: "Assertion failed",
        description: "What to say when one does not hold.",
      },
      success_msg: {
        type: ["string", "array"],
        items: { type: "string" },
        default: "All assertions passed",
        description: "What to say when all hold.",
      },
      quiet: { type: "boolean", default: false, description: "Accepted as in Ansible." },
    },
    required: ["that"],
    additionalProperties: false,
  },
  parameterAliases: { msg: "fail_msg" },
  probe: () => [],
  plan({ that, fail_msg, success_msg }) {
    const conditions = [that].flat() as unknown as readonly Expression[];
    const broken = conditions.find(({ value }) => !isTrue(value));
    if (!broken) return { kind: "changes", changes: [], result: { msg: success_msg } };
    const msg = [fail_msg].flat().join("\n");
    return {
      kind: "fail",
      message: `${msg}: ${broken.expression}`,
      result: { msg: fail_msg, assertion: broken.expression, evaluated_to: false },
    };
  },
});

/** The engine gives conditions as booleans; anything else counts as in Python. */
function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
