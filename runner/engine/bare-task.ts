// A task with nothing but a module: what the runner itself adds to a play, or tells of.

import type { Task } from "../playbook/playbook.ts";

export function bareTask(of: Pick<Task, "name" | "at" | "module" | "settings" | "role" | "directory">): Task {
  return {
    kind: "task",
    ...of,
    params: new Map(),
    loop: undefined,
    register: undefined,
    notify: [],
    changedWhen: undefined,
    failedWhen: undefined,
    retry: undefined,
    listen: [],
  };
}
