// script: runs a program of the runner's machine on the host, where it is for no longer than it runs.

import { quote } from "../transport/quote.ts";
import { defineModule } from "./module.ts";
import { planRun, RUNNING, runningFacts } from "./shared/running.ts";
import { PATH_FORM } from "./shared/schema.ts";
import { splitWords } from "./shared/words.ts";

const { chdir, creates, removes } = RUNNING;

export default defineModule({
  name: "script",
  doc: "Brings a program to the host, runs it there, and takes it away. A plain text stands for `cmd`.",
  params: {
    type: "object",
    properties: {
      cmd: {
        type: "string",
        minLength: 1,
        description:
          "The program, looked up in the role's files/ and beside the playbook, and its arguments.",
      },
      executable: { ...PATH_FORM, description: "What runs it, if it does not say so in its first line." },
      chdir,
      creates,
      removes,
    },
    required: ["cmd"],
    additionalProperties: false,
  },
  freeForm: "cmd",
  async local({ cmd }, files) {
    const [name = "", ...words] = splitWords(cmd);
    return { name, words, bytes: await files.read(files.find(name, "files")) };
  },
  probe: runningFacts,
  plan(params, state, { name, words, bytes }) {
    const shell = params.executable === undefined ? [] : [quote(params.executable)];
    const script = [...shell, '"$program"', ...words.map(quote), "</dev/null"].join(" ");
    const running = { ...params, stdin_add_newline: false, strip_empty_ends: false };
    const plan = planRun(running, { cmd: [name, ...words], script }, state);
    if (plan.kind === "changes") return { kind: "skip", message: String(plan.result?.stdout) };
    if (plan.kind !== "run") return plan;
    const lay = 'program=$(mktemp -- "$T/script.XXXXXXXXXX")\ncat >"$program"\nchmod 0700 -- "$program"';
    return { ...plan, script: `${lay}\n${plan.script}`, input: bytes };
  },
});
