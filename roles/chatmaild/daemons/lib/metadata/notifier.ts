// Wakes devices: hands each token to the notification server, tries again after growing pauses, and gives up after
// some hours. A device needs to be told once however many messages there are, so for each there is at most one
// notification that waits.

import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Notification, Pending, PendingFiles } from "./pending.ts";
import type { Post } from "./post.ts";

/** Seconds from one try to the next; after the last one there is none. */
const PAUSES = [0, 8, 64, 512, 4096];
/** How many are tried at once, for the first time and for each later one: what fails is in nobody's way. */
const PLACES = [4, 2, 2, 2, 2];
/** A message is not worth waking somebody for later than this. */
const TOO_LATE = 5 * 60 * 60;

export interface NotifierOptions {
  readonly files: PendingFiles;
  readonly post: Post;
  /** Called for a token that the notification server says is gone. */
  readonly gone: (notification: Notification) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Waiting {
  readonly pending: Pending;
  readonly attempt: number;
  readonly cancel: () => void;
}

export class Notifier {
  readonly #options: NotifierOptions;
  /** By device: those whose pause has not ended, and those that wait for a place. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #due: Waiting[][] = PAUSES.map(() => []);
  readonly #busy: number[] = PAUSES.map(() => 0);
  readonly #underWay = new Set<Promise<void>>();
  #closed = false;

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** Goes on with what an earlier process has left; each is tried at once. */
  async resume(): Promise<void> {
    for (const pending of await this.#options.files.load()) await this.#replace(pending);
  }

  /** Returns when it is safe on the disk. */
  async notify(notification: Notification): Promise<void> {
    await this.#replace(await this.#options.files.add(notification));
  }

  /** Starts no more tries, and waits for those under way; what they leave is for the next process. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { cancel } of this.#waiting.values()) cancel();
    await Promise.all(this.#underWay);
  }

  async #replace(pending: Pending): Promise<void> {
    const device = deviceOf(pending);
    const earlier = this.#waiting.get(device);
    earlier?.cancel();
    this.#wait(pending, 0);
    if (earlier) await this.#options.files.remove(earlier.pending.id);
  }

  #wait(pending: Pending, attempt: number): void {
    if (this.#closed) return;
    const { clock } = this.#options;
    const due = this.#due[attempt]!;
    const enter = (): void => {
      due.push(waiting);
      this.#next(attempt);
    };
    const pause = PAUSES[attempt]! * 1000;
    const endPause = pause === 0 ? undefined : clock.after(pause, enter);
    const waiting: Waiting = {
      pending,
      attempt,
      cancel: () => {
        endPause?.();
        const place = due.indexOf(waiting);
        if (place >= 0) due.splice(place, 1);
      },
    };
    this.#waiting.set(deviceOf(pending), waiting);
    if (!endPause) enter();
  }

  #next(attempt: number): void {
    const due = this.#due[attempt]!;
    while (!this.#closed && this.#busy[attempt]! < PLACES[attempt]!) {
      const waiting = due.shift();
      if (!waiting) return;
      this.#waiting.delete(deviceOf(waiting.pending));
      this.#busy[attempt]!++;
      const work = this.#try(waiting).catch((error: Error) =>
        this.#options.log(`notifier: ${error.message}`),
      );
      this.#underWay.add(work);
      work.then(() => {
        this.#underWay.delete(work);
        this.#busy[attempt]!--;
        this.#next(attempt);
      });
    }
  }

  async #try({ pending, attempt }: Waiting): Promise<void> {
    const { post, gone, files, clock, log } = this.#options;
    const outcome = await post(pending.token);
    if (outcome === "failed") {
      const pause = PAUSES[attempt + 1];
      const inTime = pause !== undefined && clock.now() / 1000 + pause <= pending.start + TOO_LATE;
      // Another message came meanwhile: its notification is on its way.
      const isOutdated = this.#waiting.has(deviceOf(pending));
      if (inTime && !isOutdated) {
        this.#wait(pending, attempt + 1);
        return;
      }
      if (!inTime) log("error: notification dropped, the notification server did not take it in time");
    }
    if (outcome === "gone") await gone(pending);
    await files.remove(pending.id);
  }
}

const deviceOf = ({ address, token }: Notification): string => `${address}\n${token}`;
