// Lets large messages pass in small pieces, a few for each turn of the event loop. Without it libuv reads from one
// socket up to 32 times before it looks at the next: with 50 messages of 30 MB under way, a small one waited
// seconds for each of its commands.

/** Smaller pieces are taken at once: a small message is never held up. */
const LARGE = 16 * 1024;
/** Four reads of 64 KB: about a millisecond's work. */
const PIECES_PER_TURN = 4;

interface Piece {
  readonly message: number;
  readonly take: () => void;
}

export class Turns {
  #messages = 0;
  #waiting: Piece[] = [];
  #scheduled = false;

  /** A number for a message that begins now. */
  begin(): number {
    return this.#messages++;
  }

  /** Calls `take` now for a small piece, else when it is this piece's turn. */
  take(message: number, bytes: number, take: () => void): void {
    if (bytes < LARGE) take();
    else {
      this.#waiting.push({ message, take });
      this.#schedule();
    }
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      for (let n = 0; n < PIECES_PER_TURN; n++) this.#oldest()?.take();
      this.#schedule();
    });
  }

  /** Of the messages that have sent something the oldest comes first: so that few are in memory at the same time. */
  #oldest(): Piece | undefined {
    const waiting = this.#waiting;
    let oldest = 0;
    for (let i = 1; i < waiting.length; i++) if (waiting[i]!.message < waiting[oldest]!.message) oldest = i;
    return waiting.splice(oldest, 1)[0];
  }
}
