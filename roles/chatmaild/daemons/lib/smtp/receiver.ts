// The incoming side of an SMTP connection, in place of smtp-server's SMTPStream. That one takes a bare LF for a
// line's end, so that framing cannot be seen any more; it turns a line ".x", which others unstuff to "x", into
// "..x" on its way on; and it emits one chunk and waits one turn of the event loop per dot-stuffed line. Here a
// command must end with CRLF (RFC 5321 section 2.3.8), and DATA is handed on byte by byte as it came.

import { Writable } from "node:stream";
import { DataLines, type LineSink } from "../mail/lines.ts";
import { MessageStore } from "./store.ts";
import type { Turns } from "./turns.ts";

/** A message as it was received. */
export interface ReceivedData {
  /** The bytes as they stood in DATA, dot-stuffed; none if the message was too large, or there was no room for it. */
  readonly chunks: readonly Buffer[];
  /** There was room for it. */
  readonly kept: boolean;
  readonly size: number;
  /** Every line of it ended with CRLF, and no CR or LF stood alone; there was at least one line. */
  readonly wellFramed: boolean;
}

export interface ExpectedData {
  /** Gets the message's lines while they arrive. */
  readonly sink: LineSink;
  /** A larger message is read to its end, but not kept. */
  readonly maxSize: number;
  /** Whether there is room for so many bytes more; a message for which there is none is not kept either. */
  readonly hasRoom: (bytes: number) => boolean;
  /** The connection goes on once the promise is settled. */
  readonly done: (data: ReceivedData) => Promise<void>;
}

const LONGEST_COMMAND = 4096;
const EMPTY = Buffer.alloc(0);

type Next = (error?: Error | null) => void;

/** Has the members that smtp-server's connection uses of its own parser. */
export class Receiver extends Writable {
  /** Set by the connection: one command without its CRLF, and what to call when it has been answered. */
  oncommand: (command: Buffer, next: () => void) => void = (_, next) => next();
  /** Set by the connection when it is gone. */
  isClosed = false;
  _remainder = "";
  #rest = EMPTY;
  #data:
    | { readonly expected: ExpectedData; readonly lines: DataLines; readonly store: MessageStore }
    | undefined;
  #kept = true;
  #message = 0;
  /** Bytes of the message that is being received or decided on. */
  held = 0;

  readonly #turns: Turns;

  constructor(turns: Turns) {
    super();
    this.#turns = turns;
  }

  /** From the next byte on this is a message. To be called by the handler of the command DATA. */
  expectData(expected: ExpectedData): void {
    this.#data = { expected, lines: new DataLines(expected.sink), store: new MessageStore() };
    this.#kept = true;
    this.#message = this.#turns.begin();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, next: Next): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = EMPTY;
    this.#turns.take(this.#message, bytes.length, () => this.#take(bytes, next));
  }

  /** What goes wrong here ends this connection and no other. */
  #take(bytes: Buffer, next: Next): void {
    try {
      if (this.isClosed || bytes.length === 0) next();
      else if (this.#data) this.#takeData(bytes, next);
      else this.#takeCommand(bytes, next);
    } catch (error) {
      next(error as Error);
    }
  }

  #takeCommand(bytes: Buffer, next: Next): void {
    const lf = bytes.indexOf(0x0a);
    if (lf < 0) {
      this.#rest = Buffer.from(bytes);
      next(bytes.length > LONGEST_COMMAND ? new Error("command too long") : null);
      return;
    }
    const cr = bytes.indexOf(0x0d);
    if (lf > LONGEST_COMMAND || cr < 0 || cr !== lf - 1) {
      next(new Error("command must end with CRLF"));
      return;
    }
    let returned = false;
    const go = (): void => {
      // Handlers that answer at once would otherwise deepen the stack with every pipelined command.
      if (returned) this.#take(bytes.subarray(lf + 1), next);
      else setImmediate(go);
    };
    this.oncommand(bytes.subarray(0, cr), go);
    returned = true;
  }

  #takeData(bytes: Buffer, next: Next): void {
    const { expected, lines, store } = this.#data!;
    const end = lines.push(bytes);
    if (this.#kept && !expected.hasRoom(bytes.length)) this.#kept = false;
    if (lines.size > expected.maxSize || !this.#kept) store.clear();
    else if (!end) store.append(bytes);
    else if (end.used > 0) store.append(bytes.subarray(0, end.used));
    else store.drop(-end.used);
    this.held = store.size;
    if (!end) {
      next();
      return;
    }
    this.#data = undefined;
    const received: ReceivedData = {
      chunks: store.chunks,
      kept: this.#kept,
      size: lines.size,
      wellFramed: lines.complete && lines.size > 0 && !lines.broken,
    };
    const go = (): void => {
      this.held = 0;
      this.#take(bytes.subarray(end.next), next);
    };
    expected.done(received).then(go, next);
  }
}
