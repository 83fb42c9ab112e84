// Asks a host for facts: all of one kind in one script, all kinds in one batch.

import type { Fact, FactKind } from "../facts/fact.ts";
import { type Frame, type Reply, Unreachable } from "../transport/transport.ts";

export interface Probe {
  readonly frames: readonly Frame[];
  /** Gives each fact with its answer. Throws Unreachable when a script failed or printed what cannot be read. */
  read(replies: readonly Reply[]): readonly { readonly fact: Fact<unknown>; readonly answer: unknown }[];
}

export function probeFor(facts: readonly Fact<unknown>[]): Probe {
  const byKind = new Map<FactKind<unknown, unknown>, Map<string, Fact<unknown>>>();
  for (const fact of facts) {
    const same = byKind.get(fact.kind) ?? new Map<string, Fact<unknown>>();
    byKind.set(fact.kind, same.set(fact.key, fact));
  }
  const groups = [...byKind].map(([kind, same]) => ({ kind, facts: [...same.values()] }));
  return {
    frames: groups.map(({ kind, facts: of }) => ({ script: kind.script(of.map(({ ask }) => ask)) })),
    read: (replies) =>
      groups.flatMap(({ kind, facts: of }, index) => {
        const reply = replies[index];
        if (reply?.status !== 0) throw new Unreachable(unreadable(kind.name, reply));
        const answers = parsed(
          kind,
          reply.stdout,
          of.map(({ ask }) => ask),
        );
        return of.map((fact, position) => ({ fact, answer: answers[position] }));
      }),
  };
}

/** What a host prints that is not as it should be is its own trouble, and keeps no other host from going on. */
function parsed(
  kind: FactKind<unknown, unknown>,
  stdout: Uint8Array,
  asks: readonly unknown[],
): readonly unknown[] {
  try {
    return kind.parse(stdout, asks);
  } catch (error) {
    throw new Unreachable(
      `what the host answers for ${kind.name} cannot be read: ${(error as Error).message}`,
    );
  }
}

function unreadable(kind: string, reply: Reply | undefined): string {
  const said = reply ? Buffer.from(reply.stderr).toString().trim() : "";
  return `the host could not be asked for facts of the kind ${kind}${said ? `: ${said}` : ""}`;
}
