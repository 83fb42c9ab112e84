// rollback: puts back what was there before a run of a play with on_failure: restore, and before all runs since,
// which stand on it. For `chatmail-play rollback`.

import { type Restored, readRestored, restoreFrame } from "../journal/restore.ts";
import { finishFrame, type KeptRun, keptRuns } from "../journal/runs.ts";
import { defineModule, type Plan } from "./module.ts";
import { STATE_DIRECTORY } from "./shared/schema.ts";

export default defineModule({
  name: "rollback",
  doc: "Puts back files, owners, modes and units as they were before a run whose changes the host has kept. Packages, accounts and commands are not undone.",
  params: {
    type: "object",
    properties: {
      run: {
        type: "string",
        default: "",
        description: "The run, as history names it; those after it are undone, too. Without it the last one.",
      },
      state_directory: STATE_DIRECTORY,
    },
    additionalProperties: false,
  },
  probe: ({ state_directory }) => [keptRuns(state_directory)],
  plan({ run, state_directory: directory }, state): Plan {
    const runs = state.get(keptRuns(directory));
    const left = runs.filter(({ entries }) => entries.length > 0);
    const target = run === "" ? left[0] : runs.find((each) => each.run === run);
    if (!target) {
      if (run === "") return { kind: "changes", changes: [], message: "there is nothing to put back" };
      return { kind: "fail", message: `the host has kept no run ${run}; chatmail-play history lists them` };
    }
    const since = runs.slice(0, runs.indexOf(target) + 1);
    const undone = left.filter((each) => since.includes(each));
    if (undone.length === 0)
      return { kind: "changes", changes: [], message: `the run ${run} has been put back already` };
    const why = "an operator asked for it";
    const names = undone.map((each) => each.run);
    const frames = [restoreFrame({ directory, runs: undone, why }), finishFrame(directory, names)];
    return {
      kind: "run",
      summary: undone.map(wouldRestore).join("\n"),
      script: frames.map(({ script }) => `(\n${script}\n)`).join("\n"),
      touches: "everything",
      inCheckMode: "changed",
      interpret(reply) {
        const things = readRestored(reply, undone);
        const failed = reply.status !== 0 || things.some((thing) => thing.failed);
        const said = Buffer.from(reply.stderr).toString().trim();
        const msg = [...things.map(line), ...undone.flatMap(stays), ...(failed && said ? [said] : [])].join(
          "\n",
        );
        const head = `before the run ${names.join(" and the run ")}`;
        return failed
          ? { failed, msg: `not everything could be put back as it was ${head}:\n${msg}`, restored: things }
          : { changed: true, msg: `as it was ${head}:\n${msg}`, restored: things };
      },
    };
  },
});

function wouldRestore({ run, entries }: KeptRun): string {
  const things = entries.flatMap((entry) =>
    entry.kind === "other" || entry.kind === "answered"
      ? []
      : [entry.kind === "unit" ? entry.unit : entry.path],
  );
  return `put back what was there before the run ${run}: ${[...new Set(things)].join(", ")}`;
}

function line({ what, how }: Restored): string {
  return `${what}: ${how}`;
}

function stays({ entries }: KeptRun): string[] {
  const tasks = entries.flatMap(({ kind, task }) => (kind === "other" ? [task] : []));
  return tasks.length > 0
    ? [`${tasks.join(", ")}: stays, since packages, accounts and commands are not undone`]
    : [];
}
