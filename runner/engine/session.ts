// A host's connection for the length of a run, with what is known of the host. Opened when it is first
// needed; every exchange is one round trip.

import type { Fact } from "../facts/fact.ts";
import { type Connection, type Frame, type Reply, type Shell, Unreachable } from "../transport/transport.ts";
import { type Kind, Knowledge, type Touched } from "./knowledge.ts";
import type { Limit } from "./limit.ts";
import { HEARTBEAT, type HostLock } from "./lock.ts";
import { probeFor } from "./probe.ts";

export interface Exchange {
  /** Empty for the user who logged in. */
  readonly user: string;
  /** Changes and commands, in order; one that fails ends the exchange. */
  readonly frames: readonly Frame[];
  /** What the frames may alter. */
  readonly touches: Touched;
  /** Facts to know afterwards; only those that are not known are asked for. */
  readonly facts: readonly Fact<unknown>[];
  readonly kind?: Kind;
}

/** The host is there, but its user cannot become the one that a task wants: the task's failure, not the host's. */
export class CannotBecome extends Error {
  constructor({ message, hint }: Unreachable) {
    super(hint ? `${message} (${hint})` : message);
    this.name = "CannotBecome";
  }
}

/** The host that a task is to be delegated to cannot be had: the task's failure, too. */
export class CannotDelegate extends Error {}

export class Session {
  readonly knowledge = new Knowledge();
  /** Batches sent. */
  roundTrips = 0;
  private readonly connect: () => Promise<Connection>;
  private readonly limit: Limit;
  private connection: Promise<Connection> | undefined;
  private readonly postponed = new Map<string, Frame[]>();
  private turn: Promise<unknown> = Promise.resolve();
  /** What is to be taken before anything else is done. */
  private lock: HostLock | undefined;
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(connect: () => Promise<Connection>, limit: Limit) {
    this.connect = connect;
    this.limit = limit;
  }

  /** The next exchange, and all after it, are behind this lock. */
  lockFirst(lock: HostLock): void {
    if (!this.heartbeat) this.lock ??= lock;
  }

  /** Frames that can wait for the user's next exchange, and go before it. */
  postpone(user: string, frames: readonly Frame[]): void {
    if (frames.length > 0) this.postponed.set(user, [...(this.postponed.get(user) ?? []), ...frames]);
  }

  /** Sends what has been postponed and found no exchange to go with. */
  async sendPostponed(): Promise<void> {
    for (const user of [...this.postponed.keys()]) {
      await this.exchange({ user, frames: [], touches: [], facts: [] });
    }
  }

  /** One after the other: what is planned on facts is done before anybody else changes something. */
  inTurn<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    const outcome = this.turn.then(work);
    this.turn = outcome.catch(() => undefined);
    return outcome;
  }

  /** Begins to connect, for an exchange that is about to come; a failure is told there. */
  open(user: string): void {
    if (!this.connection) this.shell(user).catch(() => undefined);
  }

  /** The replies of the frames; fewer than there were frames when one failed. */
  async exchange({ user, frames, touches, facts, kind }: Exchange): Promise<readonly Reply[]> {
    const probe = probeFor(this.knowledge.unknown(facts, user, touches, kind));
    const earlier = this.postponed.get(user) ?? [];
    this.postponed.delete(user);
    const batch = [...earlier, ...frames, ...probe.frames];
    if (batch.length === 0) return [];
    if (this.lock && this.lock.user !== user) await this.takeLock(this.lock);
    const all = this.lock ? await this.behindLock(this.lock, batch) : await this.send(user, batch);
    const replies = all.slice(earlier.length);
    this.knowledge.forget(touches);
    const own = replies.slice(0, frames.length);
    const failed = own.length < frames.length || own.some(({ status }) => status !== 0);
    if (!failed) {
      for (const { fact, answer } of probe.read(replies.slice(frames.length)))
        this.knowledge.learn(fact, user, answer);
    }
    return own;
  }

  private connected(): Promise<Connection> {
    this.connection ??= this.connect();
    return this.connection;
  }

  private shell(user: string): Promise<Shell> {
    return this.limit.run(async () => shellOf(await this.connected(), user));
  }

  private async send(user: string, batch: readonly Frame[]): Promise<readonly Reply[]> {
    const shell = await this.shell(user);
    this.roundTrips += 1;
    return this.limit.run(() => shell.run(batch));
  }

  /** Sends a batch of the lock's own user with what takes the lock before it. */
  private async behindLock(lock: HostLock, batch: readonly Frame[]): Promise<readonly Reply[]> {
    const replies = await lock.take((first) => this.send(lock.user, [first, ...batch]));
    this.lock = undefined;
    // A beat that does not get through is told by the next exchange, which does not get through either.
    const beat = async () => (await shellOf(await this.connected(), lock.user)).run([lock.beat()]);
    this.heartbeat ??= setInterval(() => beat().catch(() => undefined), HEARTBEAT).unref();
    return replies;
  }

  /** Whom the play becomes may be needed for nothing else, and then it need not be possible. */
  private async takeLock(lock: HostLock): Promise<void> {
    try {
      await this.behindLock(lock, []);
    } catch (error) {
      if (!(error instanceof CannotBecome)) throw error;
      this.lock = undefined;
    }
  }

  /** After it was lost: the next exchange connects anew, to a host of which nothing is known. */
  reset(): void {
    this.connection = undefined;
    this.knowledge.forget("everything");
  }

  async close(): Promise<void> {
    clearInterval(this.heartbeat);
    const connection = await this.connection?.catch(() => undefined);
    await connection?.close();
  }
}

async function shellOf(connection: Connection, user: string): Promise<Shell> {
  if (user === "") return connection.shell();
  try {
    return await connection.shell(user);
  } catch (error) {
    throw error instanceof Unreachable ? new CannotBecome(error) : error;
  }
}
