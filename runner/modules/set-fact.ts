// set_fact: gives the host variables that last for the run. The engine takes `ansible_facts` of the result.

import { defineModule } from "./module.ts";

export default defineModule({
  name: "set_fact",
  doc: "Sets variables of the host for the rest of the run. Every parameter is a variable; the texts true, yes, false and no become truth values.",
  readOnly: true,
  params: {
    type: "object",
    properties: {
      cacheable: {
        type: "boolean",
        description: "Accepted from Ansible: facts are not kept between runs.",
      },
    },
    propertyNames: {
      pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
      errorMessage: "the name of a variable is expected: letters, digits and _",
    },
    additionalProperties: true,
    minProperties: 1,
  },
  probe: () => [],
  plan({ cacheable: _, ...facts }) {
    const values = Object.entries(facts).map(([name, value]) => [name, truthValue(value)]);
    return { kind: "changes", changes: [], result: { ansible_facts: Object.fromEntries(values) } };
  },
});

/** As in Ansible, these texts become truth values, in quotes too: `when: flag` would hold for the text "no". */
function truthValue(value: unknown): unknown {
  if (typeof value !== "string" || !/^(true|yes|false|no)$/i.test(value)) return value;
  return /^(true|yes)$/i.test(value);
}
