// What is known of a host, and what is foreseen. A fact that was gathered before a change which may alter
// it is never used after that change; in check mode planned changes are laid over what was probed.

import { type Fact, type State, type Subject, touches } from "../facts/fact.ts";
import { packagesMayBring } from "../facts/package.ts";
import type { Change } from "../modules/module.ts";

/** Check mode goes on with what is foreseen; a task that changes the host in spite of it needs what is there. */
export type Kind = "foreseen" | "probed";

/** What a change may alter. */
export type Touched = readonly Subject[] | "everything";

export class Knowledge {
  /** By user and fact: another user may see less of a path. */
  private readonly probed = new Map<string, { fact: Fact<unknown>; answer: unknown }>();
  private readonly foreseen = new Map<string, { answer: unknown; moment: number }>();
  private readonly planned: (Pick<Change, "touches" | "brings"> & { readonly moment: number })[] = [];

  /** Those of some facts that have to be asked of the host, also after a change that is about to be made. */
  unknown(
    facts: readonly Fact<unknown>[],
    user: string,
    about: Touched = [],
    kind: Kind = "foreseen",
  ): Fact<unknown>[] {
    return facts.filter((fact) => {
      if (kind === "foreseen" && this.foreseen.has(fact.key)) return false;
      return !this.probed.has(keyOf(fact, user)) || mayAlter(about, fact.subject);
    });
  }

  /** What was probed of a fact, if it was. */
  answer<Answer>(fact: Fact<Answer>, user: string): Answer | undefined {
    return this.probed.get(keyOf(fact, user))?.answer as Answer | undefined;
  }

  learn(fact: Fact<unknown>, user: string, answer: unknown): void {
    this.probed.set(keyOf(fact, user), { fact, answer });
  }

  /** A change was made: what it may have altered has to be asked again, and what was foreseen of it is outdated. */
  forget(touched: Touched): void {
    for (const [key, { fact }] of this.probed) {
      if (mayAlter(touched, fact.subject)) this.probed.delete(key);
    }
  }

  /** A change was planned and not made. */
  foresee({ touches, brings, after }: Pick<Change, "touches" | "brings" | "after">): void {
    const moment = this.planned.length;
    this.planned.push({ touches, ...(brings ? { brings } : {}), moment });
    for (const { fact, answer } of after) this.foreseen.set(fact.key, { answer, moment });
  }

  stateFor(user: string, kind: Kind = "foreseen"): State {
    return {
      get: <Answer>(fact: Fact<Answer>): Answer => {
        const foreseen = kind === "foreseen" ? this.foreseen.get(fact.key) : undefined;
        if (foreseen) return foreseen.answer as Answer;
        const probed = this.probed.get(keyOf(fact, user));
        if (!probed) throw new Error(`the fact ${fact.key} is used without having been named in probe`);
        return probed.answer as Answer;
      },
      certain: (fact) =>
        kind === "probed" ||
        !this.plannedSince(fact).some(({ touches: touched }) => alters(touched, fact.subject)),
      brought: (fact) =>
        kind === "foreseen" &&
        packagesMayBring(fact.subject) &&
        this.plannedSince(fact).some(({ brings }) => brings === "packages"),
      mayGo: (fact) =>
        kind === "foreseen" &&
        this.plannedSince(fact).some((each) => !each.brings && alters(each.touches, fact.subject)),
    };
  }

  /** What has been planned since a fact was foreseen, or asked. */
  private plannedSince({ key }: Fact<unknown>) {
    const since = this.foreseen.get(key)?.moment ?? -1;
    return this.planned.filter(({ moment }) => moment > since);
  }
}

function keyOf(fact: Fact<unknown>, user: string): string {
  return `${user}\n${fact.key}`;
}

function alters(touched: Touched, subject: Subject): boolean {
  if (subject.kind === "machine") return false;
  return touched === "everything" || touched.some((each) => touches(each, subject));
}

/** Stricter than `alters`: by way of links a change to one path may alter any other. */
export function mayAlter(touched: Touched, subject: Subject): boolean {
  if (subject.kind === "path" && touched !== "everything") return touched.some(({ kind }) => kind === "path");
  return alters(touched, subject);
}
