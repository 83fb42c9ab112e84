// pause: waits. A run asks nobody anything, so there is no prompt.

import { defineModule } from "./module.ts";

export default defineModule({
  name: "pause",
  doc: "Waits for a time. For something that can be seen, wait_for is better: it goes on as soon as it is there.",
  readOnly: true,
  onceForAll: true,
  params: {
    type: "object",
    properties: {
      seconds: { type: "integer", minimum: 0, description: "How long." },
      minutes: { type: "integer", minimum: 0, description: "How long, in minutes." },
    },
    additionalProperties: false,
    not: { not: { oneOf: [{ required: ["seconds"] }, { required: ["minutes"] }] } },
    errorMessage: "give exactly one of seconds, minutes: a question to the operator is not possible",
  },
  probe: () => [],
  plan({ seconds, minutes = 0 }) {
    const time = seconds ?? minutes * 60;
    return {
      kind: "wait",
      seconds: time,
      result: { delta: time, rc: 0, stdout: `Paused for ${time} seconds` },
    };
  },
});
