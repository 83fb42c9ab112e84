// Neighbours in a batch that can be made in one go: packages of several tasks, or of the items of a loop, in one
// transaction of apt. The first makes them with its own, and leaves a mark on the host for each that is made; those
// find their mark when their turn comes, and are told as if they had been made then.

import type { Change } from "../modules/module.ts";
import type { Frame } from "../transport/transport.ts";
import type { Changing, Following, Ready } from "./item.ts";

interface Member {
  readonly item: Ready;
  readonly plan: Changing;
  readonly guard: readonly Frame[];
}

/** The same changes in the same order; where neighbours go together, their scripts see to that. */
export function inOneGo(
  first: Pick<Member, "item" | "plan">,
  following: readonly Following[],
): { readonly plan: Changing; readonly following: readonly Following[] } {
  const members = [{ ...first, guard: [] }, ...following];
  const [own, ...others] = neighbours(members).flatMap((group, n) => made(group, `"$T/made-${n}"`));
  return {
    plan: own?.plan ?? first.plan,
    following: following.map((each, n) => ({ ...each, ...others[n] })),
  };
}

/** Divides them where two do not go together. */
function neighbours(members: readonly Member[]): Member[][] {
  const groups: Member[][] = [];
  for (const member of members) {
    const group = groups.at(-1);
    if (group?.[0] && goTogether(group[0], member)) group.push(member);
    else groups.push([member]);
  }
  return groups;
}

function goTogether(first: Member, next: Member): boolean {
  const [one, other] = [jointOf(first), jointOf(next)];
  if (!one || !other) return false;
  const surroundings = ({ item }: Member): string => JSON.stringify([...item.environment]);
  return one.kind === other.kind && surroundings(first) === surroundings(next);
}

function jointOf({ plan }: Member): Change["joint"] {
  return plan.changes.length === 1 ? plan.changes[0]?.joint : undefined;
}

/** `place`: a word of the shell, where the marks are. */
function made([first, ...others]: readonly Member[], place: string): Pick<Member, "plan" | "guard">[] {
  const joint = first && jointOf(first);
  if (!joint || others.length === 0) return first ? [first] : [];
  const words = others.map((each) => jointOf(each)?.words ?? []);
  return [
    { guard: first.guard, plan: withScript(first.plan, () => joint.script(words, place)) },
    ...others.map(({ plan, guard }, n) => {
      const unlessMade = (script: string) => `if [ -e ${place}-${n + 1} ]; then exit 0; fi\n${script}`;
      return {
        guard: guard.map((frame) => ({ ...frame, script: unlessMade(frame.script) })),
        plan: withScript(plan, unlessMade),
      };
    }),
  ];
}

function withScript(plan: Changing, alter: (script: string) => string): Changing {
  return { ...plan, changes: plan.changes.map((each) => ({ ...each, script: alter(each.script) })) };
}
