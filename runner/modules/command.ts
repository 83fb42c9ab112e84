// command: runs a program with arguments; no shell reads them.

import { quote } from "../transport/quote.ts";
import { defineModule } from "./module.ts";
import { planRun, RUNNING, runningFacts } from "./shared/running.ts";
import { exactlyOne } from "./shared/schema.ts";
import { splitWords } from "./shared/words.ts";

export default defineModule({
  name: "command",
  doc: "Runs a program. Its arguments are taken as they are: no variables, pipes or patterns of a shell.",
  params: {
    type: "object",
    properties: {
      cmd: { type: "string", description: "The program and its arguments; quotes keep words together." },
      argv: {
        type: "array",
        items: { type: ["string", "number", "boolean"] },
        minItems: 1,
        description: "The same as a list, in which nothing needs quotes.",
      },
      ...RUNNING,
    },
    additionalProperties: false,
    allOf: [exactlyOne("cmd", "argv")],
  },
  freeForm: "cmd",
  probe: runningFacts,
  plan(params, state) {
    let argv: readonly string[];
    try {
      argv = params.argv?.map(String) ?? splitWords(params.cmd ?? "");
    } catch (error) {
      return { kind: "fail", message: (error as Error).message };
    }
    const [program] = argv;
    if (!program) return { kind: "fail", message: "no command given" };
    const script = `exec ${argv.map(quote).join(" ")}`;
    return planRun(params, { cmd: argv, script, program }, state);
  },
});
