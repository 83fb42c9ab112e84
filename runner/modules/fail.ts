// fail: makes the task fail, on purpose.

import { defineModule } from "./module.ts";

export default defineModule({
  name: "fail",
  doc: "Fails with a message.",
  readOnly: true,
  params: {
    type: "object",
    properties: {
      msg: { type: "string", default: "Failed as requested from task", description: "Why." },
      exit_code: {
        type: "integer",
        minimum: 1,
        maximum: 255,
        description:
          "Ours: what the run ends with in the place of 2, if nothing fails but tasks that say so. For playbooks that answer a question.",
      },
    },
    additionalProperties: false,
  },
  probe: () => [],
  plan: ({ msg, exit_code }) => ({
    kind: "fail",
    message: msg,
    result: { msg, ...(exit_code === undefined ? {} : { exit_code }) },
  }),
});
