// Tags that --tags and --skip-tags name and that no task has: most likely misspelt. Only a warning, as tasks of
// includes that are chosen in the run may have them.

import type { Problem } from "../source/problem.ts";
import { didYouMean } from "../source/suggest.ts";
import { type Play, type Step, stepsKnown } from "./playbook.ts";
import type { TagFilter } from "./tags.ts";

const SPECIAL = ["all", "always", "never", "tagged", "untagged"];

export function unknownTags(plays: readonly Play[], { tags, skipTags }: TagFilter): Problem[] {
  const known = new Set(plays.flatMap(({ steps }) => tagsIn(steps)));
  const isUnknown = (tag: string): boolean => !known.has(tag) && !SPECIAL.includes(tag);
  const problem = (option: string, tag: string): Problem => {
    const hint = didYouMean(tag, [...known, ...SPECIAL]);
    const message = `${option}: no task has the tag "${tag}"`;
    return { code: "unknown-tag", message, ...(hint ? { hint } : {}) };
  };
  return [
    ...tags.filter(isUnknown).map((tag) => problem("--tags", tag)),
    ...skipTags.filter(isUnknown).map((tag) => problem("--skip-tags", tag)),
  ];
}

function tagsIn(steps: readonly Step[]): string[] {
  return steps.flatMap(tagsOf);
}

function tagsOf(step: Step): readonly string[] {
  switch (step.kind) {
    case "task":
      return step.settings.tags;
    case "block":
      return tagsIn([...step.body, ...step.rescue, ...step.always]);
    case "include":
      return [...step.settings.tags, ...tagsIn(stepsKnown(step))];
    case "flush":
    case "end":
      return [];
  }
}
