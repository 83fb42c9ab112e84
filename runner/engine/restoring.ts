// That what a failed play had changed was put back, as the task that reports tell of: each thing is an item of it.

import type { Module } from "../modules/module.ts";
import type { Play, Task } from "../playbook/playbook.ts";
import { literal } from "../template/index.ts";
import type { Reply } from "../transport/transport.ts";
import { bareTask } from "./bare-task.ts";
import type { Restoration } from "./journal.ts";
import { done, failed, type ItemOutcome, type Outcome } from "./outcome.ts";

/** At the place of the task that failed, and in its role. */
export function restoringTask({ settings }: Play, { at, role, directory }: Task, why: string): Task {
  return bareTask({
    name: literal(`Put back what was there before, since ${why}`, at),
    at,
    module: { name: "rollback" } as Module,
    settings: { ...settings, when: [], noLog: undefined },
    role,
    directory,
  });
}

export interface RestoredOutcome extends Outcome {
  readonly status: "changed" | "failed";
  readonly items: readonly ItemOutcome[];
  /** All was as it had been: what failed was the only change. */
  readonly idle: boolean;
}

export function restoredOutcome(
  { read, stays }: Restoration,
  replies: readonly Reply[],
  why: string,
): RestoredOutcome {
  const last = replies.at(-1);
  const things = last ? read(last) : [];
  const items = things.map(({ what, how, failed: wrong }): ItemOutcome => {
    const outcome = wrong ? failed(how) : done(true, { msg: how }, []);
    return { ...outcome, label: what, item: what };
  });
  const others = stays.map((task): ItemOutcome => {
    const label = `${task} (stays: packages, accounts and commands are not undone)`;
    return { ...done(false, {}, []), label, item: task };
  });
  const all = [...items, ...others];
  const result = { msg: `since ${why}`, restored: things, stays };
  const wrong = last?.status !== 0 || things.some((thing) => thing.failed);
  return wrong
    ? {
        ...failed("not everything could be put back", { ...result, msg: "not everything could be put back" }),
        status: "failed",
        items: all,
        idle: false,
      }
    : { ...done(true, result, []), status: "changed", items: all, idle: things.length === 0 };
}
