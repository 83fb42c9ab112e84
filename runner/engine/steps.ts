// What runs of a play: the steps that tags choose.

import type { Play, Step } from "../playbook/playbook.ts";
import { stepsFrom } from "../playbook/start-at.ts";
import { chosenByTags, type TagFilter } from "../playbook/tags.ts";
import { gatherFactsTask } from "./gather.ts";

/** Facts first, then the chosen steps. Handlers are not filtered by tags. */
export function stepsOf(play: Play, tags: TagFilter, startAt?: string): Step[] {
  const chosen = chosenSteps(play.steps, tags);
  const steps = startAt === undefined ? chosen : (stepsFrom(chosen, startAt) ?? []);
  const facts = gatherFactsTask(play);
  return play.gatherFacts && chosenByTags(facts.settings.tags, tags) ? [facts, ...steps] : steps;
}

/** A block stays with those of its steps that are chosen; whether an include is, is told by its own tags. */
export function chosenSteps(steps: readonly Step[], tags: TagFilter): Step[] {
  return steps.flatMap((step): Step[] => {
    if (step.kind === "flush") return !step.meta || chosenByTags(step.meta.settings.tags, tags) ? [step] : [];
    if (step.kind !== "block") return chosenByTags(step.settings.tags, tags) ? [step] : [];
    const [body, rescue, always] = [step.body, step.rescue, step.always].map((part) =>
      chosenSteps(part, tags),
    );
    const block = { ...step, body: body ?? [], rescue: rescue ?? [], always: always ?? [] };
    return block.body.length + block.always.length > 0 ? [block] : [];
  });
}
