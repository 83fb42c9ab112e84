// Which handlers of a play have been notified on a host, and which of that is written down there.

import { basename } from "node:path";
import { namesOf } from "../playbook/check-notifications.ts";
import type { Handler, Play, Task } from "../playbook/playbook.ts";
import type { Frame } from "../transport/transport.ts";
import { noteFrame, strikeFrame } from "./pending.ts";

/** How a handler is called: as it is notified, and without secrets, as that is written down. */
export interface Named {
  readonly rendered: (handler: Handler) => string;
  readonly shown: (handler: Handler) => string;
}

export class Notifications {
  private readonly play: Play;
  private readonly rendered: Named["rendered"];
  private readonly shown: Named["shown"];
  private readonly directory: string;
  private readonly notified = new Set<Handler>();
  /** Names that stand in the file on the host. */
  private readonly names = new Set<string>();
  /** Those that this run has written into it, struck out or not. */
  private readonly written = new Set<string>();
  /** What an earlier run notified and did not come to run. */
  private readonly owed = new Set<Handler>();
  /** Roles whose tasks have notified a handler that has not run to its end since. */
  private readonly notifiers = new Map<Handler, Set<string>>();

  /** `directory`: where names are written down on the host; "" for the usual place. */
  constructor(play: Play, directory: string, { rendered, shown }: Named) {
    this.play = play;
    this.directory = directory;
    this.rendered = rendered;
    this.shown = shown;
  }

  /** Takes up what an earlier run has written down; names of other plays stay where they are. */
  recall(names: readonly string[]): void {
    for (const name of names) {
      const handler = this.play.handlers.findLast((each) => this.nameOf(each) === name);
      if (!handler) continue;
      this.owed.add(handler);
      this.names.add(name);
    }
  }

  /** Those of a task's handlers that are owed: the task notifies them although it changes nothing this time. */
  owedAmong(handlers: readonly Handler[]): Handler[] {
    return handlers.filter((each) => this.owed.has(each));
  }

  /** What a task notifies: of handlers with one name the last defined, and all that listen to a topic. */
  handlersNamed(names: readonly string[]): Handler[] {
    const { handlers } = this.play;
    return names.flatMap((name) => {
      const listening = handlers.filter(({ listen }) => listen.includes(name));
      const named = handlers.findLast((each) => this.isCalled(each, name) && !each.listen.includes(name));
      return named ? [...listening, named] : listening;
    });
  }

  notify(handlers: readonly Handler[], by: Pick<Task, "role">): void {
    for (const handler of handlers) {
      this.notified.add(handler);
      this.notifiers.set(handler, new Set(this.notifiers.get(handler)).add(roleName(by)));
      this.owed.delete(handler);
    }
  }

  /** Those of some handlers that stand written down. */
  noted(handlers: readonly Handler[]): Handler[] {
    return handlers.filter((each) => this.names.has(this.nameOf(each)));
  }

  /** Those that have been notified and have not run, in definition order. */
  waiting(): Handler[] {
    return this.among(this.play.handlers);
  }

  /** Notified ones among some handlers. */
  among(handlers: readonly Handler[]): Handler[] {
    return handlers.filter((each) => this.notified.has(each));
  }

  /** The first notified one from a position on, in definition order; it is notified no more. */
  take(from: number): { readonly handler: Handler; readonly index: number } | undefined {
    const index = this.play.handlers.findIndex(
      (each, position) => position >= from && this.notified.has(each),
    );
    const handler = this.play.handlers[index];
    if (!handler) return undefined;
    this.notified.delete(handler);
    return { handler, index };
  }

  /** What writes handlers down before a change that will notify them; nothing when they stand there already. */
  note(handlers: readonly Handler[]): Frame[] {
    const wanted = new Set(handlers.map((each) => this.nameOf(each)));
    const names = [...wanted].filter((name) => !this.names.has(name));
    for (const name of names) {
      this.names.add(name);
      this.written.add(name);
    }
    return names.length > 0 ? [noteFrame(this.directory, names)] : [];
  }

  /** What stands on the host, to go back to when it does not come to what has been noted or struck out. */
  mark(): ReadonlySet<string> {
    return new Set(this.names);
  }

  backTo(noted: ReadonlySet<string>): void {
    this.names.clear();
    for (const name of noted) this.names.add(name);
  }

  /** Roles whose changes are not in use yet: their handlers have not run to the end. */
  unsettled(): Set<string> {
    return new Set([...this.notifiers.values()].flatMap((roles) => [...roles]));
  }

  /** A handler has run well: the changes that notified it are in use. */
  settle(handler: Handler): void {
    this.notifiers.delete(handler);
  }

  /**
   * The changes that notified handlers have been put back: what strikes out all that this run has written down; with
   * those of runs that were cut off also what they have left.
   */
  withdraw(cutOffToo: boolean): Frame[] {
    this.notified.clear();
    this.notifiers.clear();
    const names = new Set([...this.written, ...(cutOffToo ? this.names : [])]);
    return names.size > 0 ? [strikeFrame(this.directory, [...names])] : [];
  }

  /** What strikes a handler out that has run. */
  strike(handler: Handler): Frame[] {
    return this.strikeNames([this.nameOf(handler)]);
  }

  /** What strikes out all that were written down for nothing: `all`, even those that are still notified. */
  strikeRest(all: boolean): Frame[] {
    const kept = [...this.owed, ...(all ? [] : this.notified)].map((each) => this.nameOf(each));
    return this.strikeNames([...this.names].filter((name) => !kept.includes(name)));
  }

  private strikeNames(struck: readonly string[]): Frame[] {
    const names = struck.filter((name) => this.names.has(name));
    for (const name of names) this.names.delete(name);
    return names.length > 0 ? [strikeFrame(this.directory, names)] : [];
  }

  private isCalled(handler: Handler, name: string): boolean {
    if (namesOf(handler).includes(name)) return true;
    if (!handler.name || handler.name.uses.length === 0) return false;
    const rendered = this.rendered(handler);
    return name === rendered || (handler.role && name === `${handler.role.role.name} : ${rendered}`) === true;
  }

  /** Handlers of one name, or without any, are told apart by their number. */
  private nameOf(handler: Handler): string {
    const own = this.plainName(handler);
    const earlier = this.play.handlers.slice(0, this.play.handlers.indexOf(handler));
    const same = earlier.filter((each) => this.plainName(each) === own).length;
    return same === 0 ? own : `${own} (${same + 1})`;
  }

  private plainName(handler: Handler): string {
    const { at, name } = this.play;
    const owner = handler.role ? `role ${handler.role.role.name}` : `${basename(at.file)}, play ${name}`;
    const own = handler.name ? this.shown(handler) : (handler.listen[0] ?? this.shown(handler));
    return `${owner} : ${own}`;
  }
}

/** "" outside of roles. */
export function roleName({ role }: Pick<Task, "role">): string {
  return role?.role.name ?? "";
}
