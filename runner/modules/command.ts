// command: runs a program with arguments; no shell reads them.

import { quote } from "../transport/quote.ts";
import { defineModule } from "./module.ts";
import { expandWord } from "./shared/expand-word.ts";
import { planRun, RUNNING, runningFacts } from "./shared/running.ts";
import { exactlyOne } from "./shared/schema.ts";
import { splitWords } from "./shared/words.ts";

export default defineModule({
  name: "command",
  doc: "Runs a program. No shell reads its arguments: no pipes, no patterns; but $NAME stands for a variable of the environment that is set, and a ~ at the beginning for a home.",
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
      argv = params.argv?.map(asWord) ?? splitWords(params.cmd ?? "");
    } catch (error) {
      return { kind: "fail", message: (error as Error).message };
    }
    const [program] = argv;
    if (!program) return { kind: "fail", message: "no command given" };
    const script = `exec ${argv.map(expandWord).join(" ")}`;
    // One that is spelt by a variable can be looked for by nobody but the shell.
    const plain = expandWord(program) === quote(program) ? { program } : {};
    return planRun(params, { cmd: argv, script, ...plain }, state);
  },
});

/** As Python writes it. */
function asWord(value: string | number | boolean): string {
  return typeof value === "boolean" ? (value ? "True" : "False") : String(value);
}
