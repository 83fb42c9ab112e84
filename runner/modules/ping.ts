// ping: sees that the host can be worked with.

import { identity } from "../facts/index.ts";
import { defineModule } from "./module.ts";

export default defineModule({
  name: "ping",
  doc: "Connects to the host, and says pong when it answers.",
  readOnly: true,
  params: {
    type: "object",
    properties: {
      data: { type: "string", default: "pong", description: "What to say; crash makes the task fail." },
    },
    additionalProperties: false,
  },
  probe: () => [identity()],
  plan: ({ data }) =>
    data === "crash"
      ? { kind: "fail", message: "crash, as asked for" }
      : { kind: "changes", changes: [], result: { ping: data } },
});
