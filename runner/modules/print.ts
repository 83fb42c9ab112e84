// print: shows a text as it is, so that it can be copied from the terminal: no indent, no name of the host.

import { defineModule } from "./module.ts";

export default defineModule({
  name: "print",
  doc: "Shows a text of several lines as it is, below the name of the task. For what a playbook is run to tell: unlike debug it adds nothing to the lines, so they can be copied.",
  readOnly: true,
  params: {
    type: "object",
    properties: { msg: { type: "string", description: "The text." } },
    required: ["msg"],
    additionalProperties: false,
  },
  probe: () => [],
  plan: ({ msg }) => ({ kind: "changes", changes: [], result: { msg }, message: msg }),
});
