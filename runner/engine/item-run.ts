// One item of a task on its host, with all that goes along: what is kept before it changes something, the
// notifications, and the facts and changes of what follows it. Tried again where its task says so, and judged.

import type { Step, Task } from "../playbook/playbook.ts";
import { truthy } from "../template/index.ts";
import { NulInWord } from "../transport/quote.ts";
import { isPlain, type Looking, type Neighbour, neighbours } from "./beside.ts";
import { type Around, carryOut, type Ready } from "./item.ts";
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
  /** The task's, as it is shown. */
  readonly name: string;
  readonly handler: boolean;
  /** In an include, after whose end tasks see other variables. */
  readonly included: boolean;
  /** The items of the task that come after this one. */
  readonly others: readonly PreparedItem[];
  /** What probably comes after the task. */
  readonly after: readonly Step[];
}

export interface InPlay {
  readonly on: PlayOnHost;
  readonly lookAhead: LookAhead;
  readonly notifications: Notifications;
  /** Whom the play becomes: notifications are written down as this user. */
  readonly playUser: () => string;
}

export class ItemRun {
  private readonly play: InPlay;
  /** What came of items whose change went with that of a task before them. */
  private readonly made = new Map<PreparedItem, Outcome>();

  constructor(play: InPlay) {
    this.play = play;
  }

  /** Items whose turn has not come but whose change has been made. */
  hasMade(): boolean {
    return this.made.size > 0;
  }

  async outcomeOf(item: PreparedItem, turn: Turn): Promise<Outcome> {
    const { task } = turn;
    try {
      const outcome = await tryUntil(task, item, {
        once: async () => judge(task, await this.once(item, turn), item.layers),
        forget: () => this.sessionFor(task, item).knowledge.forget("everything"),
        signal: this.play.on.signal,
      });
      if (outcome.status !== "failed" || item.kind !== "ready") return outcome;
      return { ...outcome, params: shownParams(task, item.params) };
    } catch (error) {
      if (error instanceof CannotBecome || error instanceof CannotDelegate) return failed(error.message);
      if (isTemplateMistake(error) || error instanceof NulInWord) return failed(explain(error).message);
      throw error;
    }
  }

  private async once(item: PreparedItem, turn: Turn): Promise<Outcome> {
    if (item.kind === "skipped") return skipped(item.message);
    if (item.kind === "failed") return failed(item.message);
    const { on, notifications } = this.play;
    const { task } = turn;
    on.secrets.noteParams(task.module.params, item.params);
    const made = this.made.get(item);
    this.made.delete(item);
    if (made) return made;
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
    const { journal } = on;
    const author = { role: roleName(task), task: turn.name };
    let beside: readonly Neighbour[] = [];
    return {
      session,
      check: on.check,
      before: async (changes) => ({
        frames: own
          ? [
              ...((await journal?.keep(author, changes)) ?? []),
              ...notifications.note([handlers, ...beside.map((each) => each.handlers)].flat()),
            ]
          : [],
        user: playUser(),
      }),
      after: (user) =>
        own && user === playUser() && hasRunWithItsChange(turn) ? notifications.strike(task) : [],
      beside: async (changes) => {
        if (own && this.mayGoAhead(turn))
          beside = await neighbours({ task, item, changes, others, after }, this.lookingFrom(session));
        return beside;
      },
      ran: () => {
        if (own) journal?.ran(author);
      },
      ahead: async (user, changing) => {
        const most = changing ? lookAhead.reach() : Number.POSITIVE_INFINITY;
        const near = others.slice(0, most);
        return [
          ...near.flatMap((each) => (each.kind === "ready" && each.user === user ? each.facts : [])),
          ...(own ? await lookAhead.facts(after, user, most - near.length) : []),
          ...(own && changing ? await lookAhead.facts(handlers, user, most) : []),
        ];
      },
    };
  }

  /** Not where it hangs on each change what is kept, or whether the play goes on. */
  private mayGoAhead({ task, handler, included }: Turn): boolean {
    const { journal, batch, check } = this.play.on;
    return !handler && isPlain(task) && !journal && !batch.inStep && !check && !included;
  }

  private lookingFrom({ knowledge }: Session): Looking {
    const { lookAhead, notifications } = this.play;
    return {
      knowledge,
      prepare: (task) => lookAhead.prepare(task),
      handlersNamed: (names) => notifications.handlersNamed(names),
      made: this.made,
    };
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

/** A handler that is done when its change is made: nothing can make it fail afterwards. */
function hasRunWithItsChange({ task, handler }: Turn): boolean {
  return handler && !task.loop && !task.failedWhen && !task.retry;
}
