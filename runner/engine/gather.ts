// The task that a play begins with, unless gather_facts is false.

import type { Module } from "../modules/module.ts";
import setup from "../modules/setup.ts";
import type { Play, Task } from "../playbook/playbook.ts";
import { literal } from "../template/index.ts";
import { bareTask } from "./bare-task.ts";

export function gatherFactsTask(play: Play): Task {
  return bareTask({
    name: literal("Gathering Facts", play.at),
    at: play.at,
    module: setup as unknown as Module,
    settings: { ...play.settings, when: [], tags: ["always"] },
    role: undefined,
    directory: play.directory,
  });
}
