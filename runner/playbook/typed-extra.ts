// name=value of the command line is text. Where a role's schema wants a number or a truth value, the text becomes one:
// a text "false" would otherwise hold wherever it is a condition.

import { schemaErrors } from "../source/schema.ts";
import type { MapEntry, MapNode } from "../source/yaml.ts";
import type { Play } from "./playbook.ts";

export function typedExtra(extra: MapNode, plays: readonly Play[]): MapNode {
  const roles = plays.flatMap((play) => play.roles.map(({ role }) => role));
  const typed = (entry: MapEntry): MapEntry => {
    const { key, node } = entry;
    const schema = roles.map(({ definition }) => definition?.variables.get(key)?.schema).find(Boolean);
    if (!schema || node.kind !== "scalar" || typeof node.value !== "string") return entry;
    const subject: { value: unknown } = { value: node.value };
    // What does not fit stays as it is, and is told by check-role-variables.ts.
    const fits =
      schemaErrors({ type: "object", properties: { value: schema } }, subject, "coercing").length === 0;
    return fits ? { ...entry, node: { ...node, value: subject.value as typeof node.value } } : entry;
  };
  return { ...extra, entries: new Map([...extra.entries].map(([key, entry]) => [key, typed(entry)])) };
}
