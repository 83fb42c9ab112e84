// history: the runs that a host has kept, of plays with on_failure: restore. For `chatmail-play history`.

import { type KeptRun, keptRuns } from "../journal/runs.ts";
import { defineModule } from "./module.ts";
import { STATE_DIRECTORY } from "./shared/schema.ts";

export default defineModule({
  name: "history",
  doc: "Lists the runs whose changes the host has kept: when, by whom, from which commit, what they changed and whether that has been put back. The result has `runs`, and `text` for people.",
  readOnly: true,
  params: {
    type: "object",
    properties: { state_directory: STATE_DIRECTORY },
    additionalProperties: false,
  },
  probe: ({ state_directory }) => [keptRuns(state_directory)],
  plan({ state_directory }, state) {
    const runs = state.get(keptRuns(state_directory));
    const told = runs.map(({ entries: _, answered: __, ...run }) => run);
    const text = runs.length === 0 ? "no run has changed anything here" : runs.map(runText).join("\n");
    return { kind: "changes", changes: [], result: { runs: told, text } };
  },
});

function runText({ run, at, operator, commit, playbook, tasks, restored, unfinished }: KeptRun): string {
  const time = at.replace(/T(.*)\..*/, " $1 UTC");
  const from = `${playbook}${commit ? ` of ${commit}` : ""}`;
  return [
    `${run}  ${time}  ${operator}  ${from}`,
    ...tasks.map((task) => `    ${task}`),
    ...(unfinished ? ["    not finished: it was cut off, or is still at work"] : []),
    ...restored.map((why) => `    put back, since ${why}`),
  ].join("\n");
}
