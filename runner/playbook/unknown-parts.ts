// Texts that depend on variables which nobody knows before the run: what is known of them all the same.

import type { Scope, Value } from "../template/value.ts";
import { NO_VARIABLES } from "./playbook.ts";

/** Stands for what is not known. */
const UNKNOWN = "\uE000";

/** The text around what is not known; undefined when nothing is known of it. */
export function partsKnown(value: Value, known: Scope = NO_VARIABLES): string[] | undefined {
  const scope = {
    has: () => true,
    get: (name: string) => (known.has(name) ? known.get(name) : UNKNOWN),
    names: () => known.names(),
  };
  try {
    return String(value.render(scope)).split(UNKNOWN);
  } catch {
    return undefined;
  }
}

/** Matches every text that has these parts in this order, whatever stands between them. */
export function patternOf(parts: readonly string[]): RegExp {
  const between = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  return new RegExp(`^${between}$`, "s");
}
