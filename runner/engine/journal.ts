// The journal of a run on one host: what its tasks are about to change is kept there, so that it can be put back
// when the play fails, or later by `chatmail-play rollback`. For plays with `on_failure: restore`.

import { keepFrame } from "../journal/keep.ts";
import type { Entry, Kept, RunNote } from "../journal/kept.ts";
import { type Restored, readRestored, restoreFrame } from "../journal/restore.ts";
import type { Change } from "../modules/module.ts";
import type { Frame, Reply } from "../transport/transport.ts";

/** A task as the journal names it. */
export interface Author {
  /** "" outside of roles. */
  readonly role: string;
  readonly task: string;
}

export class Journal {
  private readonly directory: string;
  private readonly run: string;
  private readonly note: () => Promise<RunNote>;
  private readonly entries: Entry[] = [];
  private readonly known = new Set<string>();
  /** Entries that are not written down yet; nothing is kept for them. */
  private late: Entry[] = [];
  private begun = false;

  /** `note` is asked for at the first change. */
  constructor(of: {
    readonly directory: string;
    readonly run: string;
    readonly note: () => Promise<RunNote>;
  }) {
    this.directory = of.directory;
    this.run = of.run;
    this.note = of.note;
  }

  /** What keeps, before some changes of a task, what was there. */
  async keep(author: Author, changes: readonly Change[]): Promise<Frame[]> {
    const kept = changes.flatMap(({ keeps = [] }) => keeps);
    const fresh = kept.flatMap((each) => this.add(author, each));
    if (changes.length > 0 && kept.length === 0) this.ran(author);
    return fresh.length > 0 ? this.write(fresh) : [];
  }

  /** A task has changed what cannot be put back. */
  ran(author: Author): void {
    this.late.push(...this.add(author, { kind: "other" }));
  }

  /** What writes down the rest. */
  async rest(): Promise<Frame[]> {
    return this.late.length > 0 ? this.write([]) : [];
  }

  /** What puts back the changes of some roles; undefined when they have changed nothing. */
  restore(roles: ReadonlySet<string>, why: string): Restoration | undefined {
    const entries = this.entries.filter(({ role }) => roles.has(role));
    if (entries.length === 0) return undefined;
    const { directory, run } = this;
    return {
      frame: restoreFrame({ directory, run, entries, why }),
      read: (reply) => readRestored(reply, { run, entries }),
      stays: entries.flatMap(({ kind, task }) => (kind === "other" ? [task] : [])),
    };
  }

  /** Each role keeps a thing once: as it was before the role's first change. */
  private add(author: Author, kept: Kept | { readonly kind: "other" }): Entry[] {
    const key = JSON.stringify([author.role, kept.kind === "other" ? author.task : kept]);
    if (this.known.has(key)) return [];
    this.known.add(key);
    const entry = { n: this.known.size, ...author, ...kept };
    this.entries.push(entry);
    return [entry];
  }

  private async write(entries: readonly Entry[]): Promise<Frame[]> {
    const note = this.begun ? undefined : await this.note();
    this.begun = true;
    const all = [...this.late, ...entries];
    this.late = [];
    return [keepFrame({ directory: this.directory, run: this.run, note, entries: all })];
  }
}

export interface Restoration {
  readonly frame: Frame;
  readonly read: (reply: Reply) => Restored[];
  /** Tasks whose changes stay: packages, accounts, commands. */
  readonly stays: readonly string[];
}
