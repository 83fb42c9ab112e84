// What a host knows from then on by the outcome of a task: variables that it has set or included, and facts.

import type { Task } from "../playbook/playbook.ts";
import { literal } from "../template/index.ts";
import type { SecretVariables } from "../variables/secret-variables.ts";
import type { HostState } from "./on-host.ts";
import type { Outcome } from "./outcome.ts";

/** The variable in which facts stand by their names without ansible_. */
const FACTS = "ansible_facts";

/** False when it brings nothing new. */
export function learn(
  { module, at }: Pick<Task, "module" | "at">,
  { result, status, variables }: Outcome,
  { host, secrets }: { readonly host: HostState; readonly secrets: SecretVariables },
): boolean {
  const learnt = result.ansible_facts;
  if (status === "failed" || !learnt || typeof learnt !== "object") return false;
  if (variables) {
    for (const [name, value] of variables) host.included.set(name, value);
    return true;
  }
  const into = module.name === "set_fact" ? host.set : host.facts;
  for (const [name, value] of Object.entries(learnt)) {
    secrets.note(name, value);
    into.set(name, literal(value, at));
  }
  if (into === host.facts) host.facts.set(FACTS, literal(withoutPrefix(learnt), at));
  return true;
}

function withoutPrefix(facts: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name.replace(/^ansible_/, ""), value]),
  );
}
