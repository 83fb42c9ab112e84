// Modules that need root to be applied are tested by what they plan for given facts, as data. The hosts of
// the lab see them at work (test/integration/modules.test.ts).

import assert from "node:assert/strict";
import type { Fact, Foreseen } from "../../../runner/facts/fact.ts";
import type { ModuleContext, Plan } from "../../../runner/modules/module.ts";
import { checked, moduleNamed, plain, stateOf } from "./harness.ts";

export interface Planning {
  readonly module: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly facts: readonly Foreseen[];
  readonly uncertain?: readonly Fact<unknown>[];
  readonly context?: ModuleContext;
}

export function planned({ module: name, params, facts, uncertain = [], context = plain }: Planning): Plan {
  const module = moduleNamed(name);
  const given = checked(module, params);
  const known = new Set(facts.map(({ fact }) => fact.key));
  for (const { key } of module.probe(given, undefined, context))
    assert.ok(known.has(key), `the case lacks ${key}`);
  return module.plan(given, stateOf(facts, uncertain), undefined, context);
}

/** One line for each change, or the failure, or the command that would run. */
export function outcome(plan: Plan): readonly string[] {
  if (plan.kind === "changes") return plan.changes.map(({ summary }) => summary);
  if (plan.kind === "wait") return [`wait: ${plan.seconds} s`];
  return [
    plan.kind === "run" ? `run: ${plan.summary} (${plan.inCheckMode})` : `${plan.kind}: ${plan.message}`,
  ];
}

export const scriptOf = (plan: Plan) =>
  plan.kind === "changes"
    ? plan.changes.map(({ script }) => script).join("\n")
    : plan.kind === "run"
      ? plan.script
      : "";
