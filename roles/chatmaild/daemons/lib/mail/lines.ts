// Cuts the bytes of SMTP DATA (RFC 5321 section 4.5.2) into lines and finds their end, in chunks as they come. On
// the way it checks the framing: every CR belongs to a CR LF and every LF too. It never repairs anything: a lone
// CR or LF is what one server takes for a line's end and the next one does not, and so a message smuggled in.

/** Gets each line without its CRLF, as bytes [start, end) of a buffer that is only lent. Dot-stuffing is still there. */
export type LineSink = (bytes: Buffer, start: number, end: number) => void;

const CR = 13;
const LF = 10;
const DOT = 46;
const NOTHING = Buffer.alloc(0);

/** A longer line is not kept: the sink gets a lone NUL in its place, which no line that a rule allows can be. */
export const LONGEST_LINE = 64 * 1024;
const TOO_LONG = Buffer.of(0);

export class DataLines {
  /** Bytes of the message so far, without the final dot. */
  size = 0;
  /** A CR or LF stood alone. */
  broken = false;
  readonly #sink: LineSink;
  #carry: Buffer = NOTHING;
  /** Length of the line begun so far, which may be more than what is kept in #carry. */
  #begun = 0;
  #lastByte = LF;
  #afterCrlf = true;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  /** True when the message so far ends where a line ends. */
  get complete(): boolean {
    return this.#begun === 0 && this.#afterCrlf;
  }

  /**
   * Takes the next bytes. Returns undefined while the message goes on; where it ends, how many bytes of the
   * chunk belong to it (without the dot) and where the next command starts. The dot's line may have begun in an
   * earlier chunk: then `used` is negative by the bytes that were too many.
   */
  push(chunk: Buffer): { readonly used: number; readonly next: number } | undefined {
    let position = 0;
    while (position < chunk.length) {
      const lf = chunk.indexOf(LF, position);
      const end = lf < 0 ? chunk.length : lf + 1;
      this.#checkCr(chunk, position, end);
      const length = this.#begun + end - position;
      if (lf < 0) {
        this.#keep(chunk, position, end);
        this.#begun = length;
        break;
      }
      const crlf = (lf > position ? chunk[lf - 1] : this.#lastByte) === CR && length > 1;
      if (!crlf) this.broken = true;
      if (crlf && this.#afterCrlf && length === 3 && this.#firstByte(chunk, position) === DOT) {
        const used = position - this.#begun;
        this.size -= this.#begun;
        this.#begun = 0;
        return { used, next: end };
      }
      this.size += end - position;
      this.#line(chunk, position, end, crlf ? 2 : 1);
      this.#afterCrlf = crlf;
      this.#begun = 0;
      this.#lastByte = LF;
      position = end;
    }
    return undefined;
  }

  #firstByte(chunk: Buffer, position: number): number | undefined {
    return this.#begun > 0 ? this.#carry[0] : chunk[position];
  }

  #checkCr(chunk: Buffer, start: number, end: number): void {
    if (this.#begun > 0 && this.#lastByte === CR && chunk[start] !== LF) this.broken = true;
    const cr = chunk.indexOf(CR, start);
    if (cr < 0 || cr >= end - 1) return;
    if (cr + 1 !== end - 1 || chunk[cr + 1] !== LF) this.broken = true;
  }

  #keep(chunk: Buffer, start: number, end: number): void {
    this.size += end - start;
    this.#lastByte = chunk[end - 1] ?? this.#lastByte;
    const room = LONGEST_LINE - this.#carry.length;
    // Copied, so that the sender's chunk is not held for the sake of a few bytes.
    if (room > 0)
      this.#carry = Buffer.concat([this.#carry, chunk.subarray(start, Math.min(end, start + room))]);
  }

  #line(chunk: Buffer, start: number, end: number, terminator: number): void {
    if (this.#begun + end - start > LONGEST_LINE) {
      this.#sink(TOO_LONG, 0, 1);
    } else if (this.#begun === 0) {
      this.#sink(chunk, start, end - terminator);
    } else {
      const line = Buffer.concat([this.#carry, chunk.subarray(start, end)]);
      this.#sink(line, 0, line.length - terminator);
    }
    this.#carry = NOTHING;
  }
}

/** Reads a whole message as it stands in DATA; false when its framing is not right or it is not one message. */
export function readDataLines(data: Buffer, sink: LineSink): boolean {
  const lines = new DataLines(sink);
  return lines.push(data) === undefined && lines.complete && lines.size > 0 && !lines.broken;
}
