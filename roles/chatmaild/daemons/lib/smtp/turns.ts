// Lets large messages pass in small pieces, a few for each turn of the event loop and each message in its turn. Without
// it libuv reads from one socket up to 32 times before it looks at the next: with 50 messages of 30 MB under
// way, a small one waited seconds for each of its commands.

/** Smaller pieces are taken at once: a small message is never held up. */
const LARGE = 16 * 1024;
/** Four reads of 64 KB: about a millisecond's work. */
const PIECES_PER_TURN = 4;

export class Turns {
  readonly #waiting: (() => void)[] = [];
  #scheduled = false;

  /** Calls `take` now for a small piece, else when it is this piece's turn. */
  take(bytes: number, take: () => void): void {
    if (bytes < LARGE) take();
    else {
      this.#waiting.push(take);
      this.#schedule();
    }
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      for (const take of this.#waiting.splice(0, PIECES_PER_TURN)) take();
      this.#schedule();
    });
  }
}
