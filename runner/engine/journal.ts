// The journal of a run on one host: what its tasks are about to change is kept there, so that it can be put back
// when the play fails, or later by `chatmail-play rollback`. For plays with `on_failure: restore`.

import { basename } from "node:path";
import { keepFrame } from "../journal/keep.ts";
import type { Answered, Entry, Kept, RunNote } from "../journal/kept.ts";
import { type Restored, readRestored, restoreFrame } from "../journal/restore.ts";
import { finishFrame, type KeptRun } from "../journal/runs.ts";
import type { Change } from "../modules/module.ts";
import type { Frame, Reply } from "../transport/transport.ts";

/** A task as the journal names it. */
export interface Author {
  /** "" outside of roles. */
  readonly role: string;
  readonly task: string;
}

export interface Mark {
  readonly entries: number;
  readonly late: readonly Entry[];
  readonly begun: boolean;
  readonly open: boolean;
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
  /** The host has it among the runs that have not come to their end. */
  private open = false;
  /** Runs of the same playbook that were cut off. */
  private cutOff: readonly KeptRun[] = [];
  /** Roles that this run has come through. */
  private readonly passed = new Set<string>();

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

  /** Where it stands, to go back to when it does not come to what has been kept for. */
  mark(): Mark {
    const { entries, late, begun, open } = this;
    return { entries: entries.length, late: [...late], begun, open };
  }

  backTo({ entries, late, begun, open }: Mark): void {
    for (const key of [...this.known].slice(entries)) this.known.delete(key);
    this.entries.length = entries;
    this.late = [...late];
    this.begun = begun;
    this.open = open;
  }

  /** A task has changed what cannot be put back. */
  ran(author: Author): void {
    this.late.push(...this.add(author, { kind: "other" }));
  }

  /** A service has answered; told of only where something has been changed. */
  answered(author: Author, params: Answered["params"]): void {
    if (this.entries.length > 0) this.late.push(...this.add(author, { kind: "answered", params }));
  }

  /** What writes down the rest. */
  async rest(): Promise<Frame[]> {
    return this.late.length > 0 ? this.write([]) : [];
  }

  /** Takes up the runs that have not come to their end. */
  async recall(runs: readonly KeptRun[]): Promise<void> {
    if (runs.length === 0) return;
    const { playbook } = await this.note();
    // From another directory it may have been called by another path.
    const names = (text: string) =>
      text
        .split(" ")
        .map((path) => basename(path))
        .join(" ");
    const same = (other: KeptRun) => names(other.playbook) === names(playbook);
    this.cutOff = runs.filter((each) => each.run !== this.run && same(each));
  }

  /** A task of the role has gone well. */
  comeTo(role: string): void {
    this.passed.add(role);
  }

  /**
   * What writes down the rest, and how the run has ended: well, and then it has made up for those that were cut off in what
   * it came through; or so that nothing is left to be put back.
   */
  async end(how: "well" | "failed" | "cut off"): Promise<Frame[]> {
    const rest = await this.rest();
    if (how === "cut off") return rest;
    if (how === "failed") return [...rest, ...this.close(this.cutOff)];
    const made = this.cutOff.filter(({ entries }) => entries.every(({ role }) => this.passed.has(role)));
    return [...rest, ...this.close(made)];
  }

  /**
   * What puts back the changes of some roles, and what runs that were cut off have left in those that this one has not come
   * through; undefined when there is nothing.
   */
  restore(roles: ReadonlySet<string>, why: string): Restoration | undefined {
    const left = (role: string) => roles.has(role) || !this.passed.has(role);
    const runs = [
      { run: this.run, entries: this.entries.filter(({ role }) => roles.has(role)) },
      ...this.cutOff.map(({ run, entries }) => ({ run, entries: entries.filter(({ role }) => left(role)) })),
    ].filter(({ entries }) => entries.length > 0);
    if (runs.length === 0) return undefined;
    const stays = runs.flatMap(({ entries }) =>
      entries.flatMap(({ kind, task }) => (kind === "other" ? [task] : [])),
    );
    return {
      frame: restoreFrame({ directory: this.directory, runs, why }),
      read: (reply) => readRestored(reply, runs),
      stays: [...new Set(stays)],
      ofCutOff: runs.some(({ run }) => run !== this.run),
      serving: new Set(runs.flatMap(({ entries }) => entries.flatMap(servingRole))),
    };
  }

  private close(others: readonly KeptRun[]): Frame[] {
    const runs = [...(this.open ? [this.run] : []), ...others.map(({ run }) => run)];
    this.open = false;
    this.cutOff = this.cutOff.filter((each) => !others.includes(each));
    return runs.length > 0 ? [finishFrame(this.directory, runs)] : [];
  }

  /** Each role keeps a thing once: as it was before the role's first change. */
  private add(author: Author, kept: Kept | Answered | { readonly kind: "other" }): Entry[] {
    const key = JSON.stringify([author.role, kept.kind === "other" ? author.task : kept]);
    if (this.known.has(key)) return [];
    this.known.add(key);
    const entry = { n: this.known.size, ...author, ...kept };
    this.entries.push(entry);
    return [entry];
  }

  private async write(entries: readonly Entry[]): Promise<Frame[]> {
    const note = this.begun ? undefined : await this.note();
    const opens = !this.open;
    this.begun = true;
    this.open = true;
    const all = [...this.late, ...entries];
    this.late = [];
    return [keepFrame({ directory: this.directory, run: this.run, note, opens, entries: all })];
  }
}

export interface Restoration {
  readonly frame: Frame;
  readonly read: (reply: Reply) => Restored[];
  /** Tasks whose changes stay: packages, accounts, commands. */
  readonly stays: readonly string[];
  /** Runs that were cut off are undone with it. */
  readonly ofCutOff: boolean;
  /** Roles whose services are brought back to run. */
  readonly serving: ReadonlySet<string>;
}

function servingRole(entry: Entry): string[] {
  return entry.kind === "unit" && entry.active ? [entry.role] : [];
}
