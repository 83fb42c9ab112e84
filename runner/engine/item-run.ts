// One item of a task on its host, with all that goes along: what is kept before it changes something, the
// notifications, and the facts and changes of what follows it. Tried again where its task says so, and judged.

import type { Change } from "../modules/module.ts";
import type { Handler, Step, Task } from "../playbook/playbook.ts";
import { truthy } from "../template/index.ts";
import { NulInWord } from "../transport/quote.ts";
import { type Follower, followers, standsAlone } from "./followers.ts";
import { type Around, carryOut, type Following, type Ready } from "./item.ts";
import type { Author } from "./journal.ts";
import type { LookAhead } from "./look-ahead.ts";
import { type Notifications, roleName } from "./notifications.ts";
import type { HostState, PlayOnHost } from "./on-host.ts";
import { failed, judge, type Outcome, skipped } from "./outcome.ts";
import { explain, isTemplateMistake, type PreparedItem } from "./prepare.ts";
import { CannotBecome, CannotDelegate, type Session } from "./session.ts";
import { shownParams } from "./shown-params.ts";
import { tryUntil } from "./until.ts";

/** Where in its play an item has its turn. */
export interface Turn {
  readonly task: Task;
  /** One of the play's handlers, which stands written down until it has run. */
  readonly handler: boolean;
  /** The first item of its task. */
  readonly first: boolean;
  /** The items of the task that come after this one. */
  readonly others: readonly PreparedItem[];
  /** What probably comes after the task. */
  readonly after: readonly Step[];
}

export interface InPlay {
  readonly on: PlayOnHost;
  readonly lookAhead: LookAhead;
  readonly notifications: Notifications;
  /** Whom the play becomes: what is kept and notified is written down as this user. */
  readonly playUser: () => string;
  /** The name of a task as it is shown. */
  readonly nameOf: (task: Task) => string;
}

export class ItemRun {
  private readonly play: InPlay;
  /** What came of items whose change went with that of a task before them. */
  private readonly made = new Map<PreparedItem, { readonly outcome: Outcome; readonly ms: number }>();
  /** The item in hand has run a command that says it has changed something. */
  private hasRun = false;
  /** Milliseconds that were spent for the task in hand in the turns of others, less those for others in its own. */
  private elsewhere = 0;

  constructor(play: InPlay) {
    this.play = play;
  }

  /** Items whose turn has not come but whose change has been made. */
  hasMade(): boolean {
    return this.made.size > 0;
  }

  /** What is to be added to the time of the task whose turn ends. */
  takeElsewhere(): number {
    const taken = this.elsewhere;
    this.elsewhere = 0;
    return taken;
  }

  async outcomeOf(item: PreparedItem, turn: Turn): Promise<Outcome> {
    const { task } = turn;
    this.hasRun = false;
    try {
      const outcome = await tryUntil(task, item, {
        once: async () => judge(task, await this.once(item, turn), item.layers),
        forget: () => this.sessionFor(task, item).knowledge.forget("everything"),
        signal: this.play.on.signal,
      });
      if (item.kind !== "ready") return outcome;
      // A command that has changed nothing, as its task says, is none that stays.
      if (this.hasRun && outcome.result.changed === true) this.play.on.journal?.ran(this.authorOf(task));
      if (outcome.status === "ok") this.noteAnswer(turn, item.params);
      if (outcome.status !== "failed") return outcome;
      return { ...outcome, params: shownParams(task, item.params) };
    } catch (error) {
      if (error instanceof CannotBecome || error instanceof CannotDelegate) return failed(error.message);
      if (isTemplateMistake(error) || error instanceof NulInWord) return failed(explain(error).message);
      throw error;
    }
  }

  /** What a health check has asked, for the day on which a later run fails and this is what comes back. */
  private noteAnswer({ task, handler }: Turn, params: Ready["params"]): void {
    const { on } = this.play;
    const { noLog, delegateTo } = task.settings;
    const evaluated = [...task.params.values()].some(({ expression }) => expression);
    if (!handler || !isCheck(task) || evaluated || noLog || delegateTo || on.check) return;
    const text = JSON.stringify(params);
    if (on.secrets.mask(text) === text) on.journal?.answered(this.authorOf(task), params);
  }

  private async once(item: PreparedItem, turn: Turn): Promise<Outcome> {
    if (item.kind === "skipped") return skipped(item.message);
    if (item.kind === "failed") return failed(item.message);
    const { on, notifications } = this.play;
    const { task } = turn;
    on.secrets.noteParams(task.module.params, item.params);
    const made = this.made.get(item);
    this.made.delete(item);
    if (made) {
      this.elsewhere += made.ms;
      return made.outcome;
    }
    const unknown = item.notify.find((name) => notifications.handlersNamed([name]).length === 0);
    if (unknown !== undefined) return failed(`there is no handler "${unknown}" to notify`);
    const session = this.sessionFor(task, item);
    return session.inTurn(() => carryOut(task.module, item, this.around(item, turn, session)));
  }

  private around(item: Ready, turn: Turn, session: Session): Around {
    const { on, lookAhead, notifications, playUser } = this.play;
    const { task, others, after } = turn;
    const handlers = notifications.handlersNamed(item.notify);
    const own = session === on.host.session;
    let going: ReadonlySet<PreparedItem> = new Set();
    return {
      session,
      signal: on.signal,
      check: on.check,
      along: async (changes) => {
        const writer = playUser();
        if (!own) return { before: [], writer, after: [], following: [] };
        const found = await this.found(item, changes, turn, session);
        if (found.length > 0) this.tell(task, found.length);
        going = new Set(found.map((each) => each.item));
        const needed = [...handlers, ...notifications.noted(found.flatMap((each) => each.handlers))];
        const strikes = changes.length > 0 && item.user === writer && hasRunWithItsChange(task, turn.handler);
        return {
          before: [
            ...((await on.journal?.keep(this.authorOf(task), changes)) ?? []),
            ...notifications.note([...handlers, ...notifiedFrom(found)]),
          ],
          writer,
          after: strikes ? notifications.strike(task) : [],
          following: await this.followingAs(found, needed),
        };
      },
      ran: () => {
        this.hasRun = own;
      },
      ahead: async (user, changing) => {
        const most = changing ? lookAhead.reach() : Number.POSITIVE_INFINITY;
        const near = others.filter((each) => !going.has(each)).slice(0, most);
        return [
          ...near.flatMap((each) => (each.kind === "ready" && each.user === user ? each.facts : [])),
          ...(own ? await lookAhead.facts(after, user, most - near.length, going) : []),
          ...(own && changing ? await lookAhead.facts(handlers, user, most) : []),
        ];
      },
    };
  }

  private async found(
    item: Ready,
    changes: readonly Change[],
    { task, handler, first, others, after }: Turn,
    { knowledge }: Session,
  ): Promise<readonly Follower[]> {
    const { on, lookAhead, notifications, playUser } = this.play;
    if (changes.length === 0 || standsAlone(task) || on.batch.inStep || on.check) return [];
    // What is kept and struck out before and after each of them is so as the user whom the play becomes.
    const writes = item.user === playUser();
    if (!writes && (on.journal || handler)) return [];
    return followers(
      { task, item, changes, others, after },
      {
        knowledge,
        prepare: (task) => lookAhead.prepare(task),
        notifications,
        handlers: on.play.handlers,
        throughFlushes: writes && first,
      },
    );
  }

  /** With what is kept before each, and what is written down about handlers; `needed` are so whatever comes of them. */
  private async followingAs(found: readonly Follower[], needed: readonly Handler[]): Promise<Following[]> {
    const { on, notifications } = this.play;
    const all: Following[] = [];
    for (const [index, { task, item, plan, guard, handler }] of found.entries()) {
      const marks = [on.journal?.mark(), notifications.mark()] as const;
      const kept = await on.journal?.keep(this.authorOf(task), plan.changes);
      const noted = handler ? [] : notifications.note(notifiedFrom(found.slice(index)));
      all.push({
        item,
        plan,
        guard,
        before: [...(kept ?? []), ...noted],
        after: hasRunWithItsChange(task, handler) ? notifications.strike(task) : [],
        made: (outcome, ms) => {
          this.made.set(item, { outcome, ms });
          this.elsewhere -= ms;
        },
        notMade: () => {
          if (marks[0]) on.journal?.backTo(marks[0]);
          notifications.backTo(marks[1]);
          const rest = new Set([...needed, ...found.slice(0, index).flatMap(({ handlers }) => handlers)]);
          const vain = found
            .slice(index)
            .flatMap(({ handlers }) => handlers.filter((each) => !rest.has(each)));
          on.host.session.postpone(
            this.play.playUser(),
            vain.flatMap((each) => notifications.strike(each)),
          );
        },
      });
    }
    return all;
  }

  private tell(task: Task, others: number): void {
    const { on, nameOf } = this.play;
    const role = task.role ? { role: task.role.role.name } : {};
    on.watch({ host: on.host.name, task: `${nameOf(task)}, and ${others} more`, ...role });
  }

  private authorOf(task: Task): Author {
    return { role: roleName(task), task: this.play.nameOf(task) };
  }

  /** The host whose facts an item's are: its own, unless the task is delegated and says so. */
  learns(task: Task, item: PreparedItem): HostState {
    const { delegateFacts } = task.settings;
    const others = item.kind === "ready" && delegateFacts && truthy(delegateFacts.render(item.scope));
    return others ? this.hostFor(task, item) : this.play.on.host;
  }

  private sessionFor(task: Task, item: PreparedItem): Session {
    return this.hostFor(task, item).session;
  }

  private hostFor(task: Task, { scope }: PreparedItem): HostState {
    const { host, hostNamed } = this.play.on;
    const { delegateTo } = task.settings;
    const name = delegateTo ? String(delegateTo.render(scope)) : host.name;
    return name === host.name ? host : hostNamed(name);
  }
}

/** A handler that only looks: whether a service answers. */
export function isCheck({ module }: Task): boolean {
  return module.readOnly === true;
}

/** A handler that is done when its change is made: nothing can make it fail afterwards. */
function hasRunWithItsChange({ loop, failedWhen, retry }: Task, handler: boolean): boolean {
  return handler && !loop && !failedWhen && !retry;
}

/** What is written down at once: all that is notified until a handler runs, which is struck out then. */
function notifiedFrom(found: readonly Follower[]): Handler[] {
  const next = found.findIndex(({ handler }) => handler);
  return found.slice(0, next === -1 ? undefined : next).flatMap(({ handlers }) => handlers);
}
