// Turns the chunks of a stream into what a protocol wants to read: so many bytes, or a line.
// Keeps all that has come and was not asked for yet; there is no limit but memory.

interface Waiting {
  /** Looks whether there is enough now; `undefined` if not. */
  readonly attempt: () => Buffer | undefined;
  readonly resolve: (bytes: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/** One reader at a time: a second call has to wait for the first one's answer. */
export class Bytes {
  #chunks: Buffer[] = [];
  #length = 0;
  #waiting: Waiting | undefined;
  #failure: Error | undefined;

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    const waiting = this.#waiting;
    const bytes = waiting?.attempt();
    if (bytes === undefined) return;
    this.#waiting = undefined;
    waiting?.resolve(bytes);
  }

  /** No more will come: what is being waited for, and all that is asked for later, fails with this. */
  fail(error: Error): void {
    this.#failure ??= error;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(this.#failure);
  }

  take(count: number): Promise<Buffer> {
    return this.#wait(() => (this.#length >= count ? this.#remove(count) : undefined));
  }

  /** The next line without its end; fails when there is none in `limit` bytes. */
  async line(limit: number): Promise<string> {
    const bytes = await this.#wait(() => {
      const end = this.#find(0x0a);
      if (end >= 0 && end < limit) return this.#remove(end + 1);
      return this.#length >= limit ? Buffer.alloc(0) : undefined;
    });
    if (bytes.length === 0) throw new Error(`no line end within ${limit} bytes`);
    return bytes.toString("utf8", 0, bytes.length - 1);
  }

  /** Everything that is there, as text, for messages. It stays. */
  peek(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }

  #wait(attempt: () => Buffer | undefined): Promise<Buffer> {
    const bytes = attempt();
    if (bytes !== undefined) return Promise.resolve(bytes);
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting = { attempt, resolve, reject };
    });
  }

  #find(byte: number): number {
    let before = 0;
    for (const chunk of this.#chunks) {
      const at = chunk.indexOf(byte);
      if (at >= 0) return before + at;
      before += chunk.length;
    }
    return -1;
  }

  #remove(count: number): Buffer {
    const parts: Buffer[] = [];
    let missing = count;
    let used = 0;
    while (missing > 0) {
      const chunk = this.#chunks[used] as Buffer;
      if (chunk.length > missing) {
        parts.push(chunk.subarray(0, missing));
        this.#chunks[used] = chunk.subarray(missing);
        break;
      }
      parts.push(chunk);
      missing -= chunk.length;
      used += 1;
    }
    this.#chunks.splice(0, used);
    this.#length -= count;
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  }
}
