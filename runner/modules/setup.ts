// setup: what is known of the machine as ansible_* variables. Plays run it by themselves unless
// gather_facts is false.

import { machineFacts } from "../facts/machine.ts";
import { defineModule } from "./module.ts";

export default defineModule({
  name: "setup",
  aliases: ["gather_facts"],
  doc: "Gathers facts about the host: the distribution, its name, its addresses, its processors and memory.",
  readOnly: true,
  params: { type: "object", properties: {}, additionalProperties: false },
  probe: () => [machineFacts()],
  plan: (_params, state) => ({
    kind: "changes",
    changes: [],
    result: { ansible_facts: state.get(machineFacts()) },
  }),
});
