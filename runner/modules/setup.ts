// setup: what is known of the machine as ansible_* variables. Plays run it by themselves unless
// gather_facts is false.

import { machineFacts } from "../facts/machine.ts";
import { defineModule } from "./module.ts";
import { matchesAny } from "./shared/name-pattern.ts";

/** No fact has a longer one. */
const LONGEST_NAME = 200;

export default defineModule({
  name: "setup",
  aliases: ["gather_facts"],
  doc: "Gathers facts about the host: the distribution, its name, its addresses, its processors and memory.",
  readOnly: true,
  params: {
    type: "object",
    properties: {
      filter: {
        type: ["array", "string"],
        maxLength: LONGEST_NAME,
        items: { type: "string", maxLength: LONGEST_NAME },
        description: "Only facts with such a name, with or without ansible_ before it: distribution*.",
      },
      gather_subset: {
        type: ["array", "string"],
        items: { type: "string" },
        description: "Accepted as in Ansible: facts are few, and always gathered together.",
      },
      gather_timeout: { type: "integer", description: "Accepted as in Ansible." },
    },
    additionalProperties: false,
  },
  probe: () => [machineFacts()],
  plan({ filter }, state) {
    const patterns = filter === undefined ? [] : [filter].flat();
    const wanted = Object.entries(state.get(machineFacts())).filter(
      ([name]) =>
        patterns.length === 0 ||
        matchesAny(patterns, name) ||
        matchesAny(patterns, name.replace(/^ansible_/, "")),
    );
    return { kind: "changes", changes: [], result: { ansible_facts: Object.fromEntries(wanted) } };
  },
});
