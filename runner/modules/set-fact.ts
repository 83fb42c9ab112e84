// set_fact: gives the host variables that last for the run. The engine takes `ansible_facts` of the result.

import { defineModule } from "./module.ts";

export default defineModule({
  name: "set_fact",
  doc: "Sets variables of the host for the rest of the run. Every parameter is a variable.",
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
    return { kind: "changes", changes: [], result: { ansible_facts: facts } };
  },
});
