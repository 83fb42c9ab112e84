// What will be known of a host when changes that are about to go in one batch have been made one after the other: what
// they say of themselves, and for the rest what is known now. None of it is taken for granted: before something that is
// planned on it is done, the host confirms it.

import type { Fact, FactKind, Known, State } from "../facts/fact.ts";
import type { Change } from "../modules/module.ts";
import type { Frame } from "../transport/transport.ts";
import { type Knowledge, mayAlter, type Touched } from "./knowledge.ts";

export class Foresight {
  readonly state: State;
  private readonly knowledge: Knowledge;
  private readonly user: string;
  private readonly foreseen = new Map<string, unknown>();
  private readonly touched: Touched[] = [];

  constructor(knowledge: Knowledge, user: string) {
    this.knowledge = knowledge;
    this.user = user;
    const probed = knowledge.stateFor(user, "probed");
    this.state = {
      ...probed,
      get: <Answer>(fact: Fact<Answer>) =>
        this.foreseen.has(fact.key)
          ? (onlyWhatIsKnown(this.foreseen.get(fact.key)) as Answer)
          : probed.get(fact),
    };
  }

  /** Some changes go before all that is asked from now on. */
  add(changes: readonly Pick<Change, "touches" | "after">[]): void {
    for (const { touches, after } of changes) {
      this.touched.push(touches);
      for (const { fact, answer } of after) this.foreseen.set(fact.key, answer);
    }
  }

  /** What fails on the host when some facts are not as foreseen; undefined when they are not known, or only a look would tell. */
  guard(facts: readonly Fact<unknown>[]): readonly Frame[] | undefined {
    const asked = facts.filter(({ key }) => !this.foreseen.has(key));
    if (this.knowledge.unknown(asked, this.user, [], "probed").length > 0) return undefined;
    const scripts = [...this.inDoubt(facts)].map(([kind, known]) => kind.confirm?.([...known.values()]));
    if (scripts.includes(undefined)) return undefined;
    return scripts.length > 0 ? [{ script: `cd /\n${scripts.join("\n")}` }] : [];
  }

  private inDoubt(facts: readonly Fact<unknown>[]) {
    const byKind = new Map<FactKind<unknown, unknown>, Map<string, Known<unknown, unknown>>>();
    for (const { kind, key, ask, subject } of facts) {
      const foreseen = this.foreseen.has(key);
      if (!foreseen && !this.touched.some((each) => mayAlter(each, subject))) continue;
      const answer = foreseen ? this.foreseen.get(key) : this.state.get({ kind, key, ask, subject });
      const same = byKind.get(kind) ?? new Map<string, Known<unknown, unknown>>();
      byKind.set(kind, same.set(key, { ask, answer }));
    }
    return byKind;
  }
}

/** What a plan must not go by: the number of a user yet to be made. */
class Unknown extends Error {}

/** Whoever looks at what is unknown of an answer has to wait until it is known. */
function onlyWhatIsKnown(answer: unknown): unknown {
  if (typeof answer !== "object" || answer === null || ArrayBuffer.isView(answer) || Array.isArray(answer))
    return answer;
  const known = {};
  for (const [name, value] of Object.entries(answer)) {
    const get = (): unknown => {
      if (value === undefined) throw new Unknown(`${name} is not known yet`);
      return onlyWhatIsKnown(value);
    };
    Object.defineProperty(known, name, { enumerable: true, get });
  }
  return known;
}
