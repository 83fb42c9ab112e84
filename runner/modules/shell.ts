// shell: runs a text through the host's shell, with all that a shell does to it.

import { quote } from "../transport/quote.ts";
import { defineModule } from "./module.ts";
import { planRun, RUNNING, runningFacts } from "./shared/running.ts";
import { PATH_FORM } from "./shared/schema.ts";

export default defineModule({
  name: "shell",
  aliases: ["raw"],
  doc: "Runs a command line through the host's /bin/sh: pipes, redirections, variables and patterns work.",
  params: {
    type: "object",
    properties: {
      cmd: { type: "string", minLength: 1, pattern: "^[^\\u0000]*$", description: "The command line." },
      executable: { ...PATH_FORM, default: "/bin/sh", description: "Another shell: /bin/bash." },
      ...RUNNING,
    },
    required: ["cmd"],
    additionalProperties: false,
  },
  freeForm: "cmd",
  probe: runningFacts,
  plan(params, state) {
    const { cmd, executable } = params;
    return planRun(params, { cmd, script: `exec ${quote(executable)} -c ${quote(cmd)}` }, state);
  },
});
