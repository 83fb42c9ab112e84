// Keeps the bytes of one message exactly as they arrive, without ever copying them into one piece.

/** Smaller chunks are gathered: each chunk costs some 100 bytes on top, which a sender of single bytes could exploit. */
const SMALL = 8 * 1024;
const BLOCK = 64 * 1024;

export class MessageStore {
  readonly #chunks: Buffer[] = [];
  #block: Buffer | undefined;
  #used = 0;
  /** Bytes that are kept. */
  size = 0;

  append(chunk: Buffer): void {
    this.size += chunk.length;
    if (chunk.length >= SMALL) {
      this.#flush();
      this.#chunks.push(chunk);
      return;
    }
    for (let from = 0; from < chunk.length; ) {
      this.#block ??= Buffer.allocUnsafe(this.#chunks.length === 0 ? SMALL : BLOCK);
      const copied = chunk.copy(this.#block, this.#used, from);
      from += copied;
      this.#used += copied;
      if (this.#used === this.#block.length) this.#flush();
    }
  }

  #flush(): void {
    if (this.#block && this.#used > 0) this.#chunks.push(this.#block.subarray(0, this.#used));
    this.#block = undefined;
    this.#used = 0;
  }

  /** Takes the last bytes away again. */
  drop(bytes: number): void {
    this.#flush();
    this.size -= bytes;
    for (let left = bytes; left > 0; ) {
      const last = this.#chunks.pop();
      if (!last) return;
      if (last.length > left) this.#chunks.push(last.subarray(0, last.length - left));
      left -= last.length;
    }
  }

  get chunks(): readonly Buffer[] {
    this.#flush();
    return this.#chunks;
  }

  clear(): void {
    this.size = 0;
    this.#chunks.length = 0;
    this.#block = undefined;
    this.#used = 0;
  }
}
