// state: touch of the module file: an empty file where there is none, and the time of one that is there.

import { followed, identity, pathState, type State } from "../../facts/index.ts";
import { quote } from "../../transport/quote.ts";
import type { FileParams } from "../file.ts";
import type { ModuleContext, Plan } from "../module.ts";
import { adjustAttributes } from "./attributes.ts";
import { type Done, planFile } from "./file-content.ts";
import { pathSubjects } from "./foresee.ts";

export function touchPlan(wish: FileParams, state: State, context: ModuleContext): Plan {
  const { path, owner, group, mode, modification_time, access_time } = wish;
  const place = followed(path, state.get(pathState(path)));
  const found = place.state;
  const result = { dest: path, state: "file" };
  if (found.type === "absent" || found.type === "denied") {
    const created: Done = planFile(
      { path, content: new Uint8Array(), follow: true, owner, group, mode },
      state,
      {
        ...context,
        diff: false,
      },
    );
    return created.kind === "fail" ? created : { ...created, result };
  }
  const change = adjustAttributes({ path: place.path, state: found, wish, identity: state.get(identity()) });
  const times = `${access_time === "now" ? "a" : ""}${modification_time === "now" ? "m" : ""}`;
  const touched = {
    summary: `touch ${path}`,
    script: `touch -c -${times} -- ${quote(place.path)}`,
    keeps: [{ kind: "path", path: place.path } as const],
    touches: pathSubjects(path),
    after: [],
  };
  return {
    kind: "changes",
    changes: [...(change ? [change] : []), ...(times === "" ? [] : [touched])],
    result,
  };
}
