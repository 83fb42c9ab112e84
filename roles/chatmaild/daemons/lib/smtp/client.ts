// Hands a message to the next hop, Postfix, over SMTP (RFC 5321), and returns the next hop's answer. A positive one
// is given only when the next hop has taken the whole message; whatever goes wrong on the way is a 451, so that the
// sender keeps it.

import { connect, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { isPositive, type Reply, ReplyReader, reply } from "./reply.ts";
import type { Envelope } from "./server.ts";

export interface NextHop {
  readonly port: number;
  readonly host?: string;
  /** The name for EHLO. */
  readonly name: string;
  /** For the whole delivery; shorter than what Postfix waits for its proxy (smtpd_proxy_timeout, 100 s). */
  readonly timeoutMs?: number;
}

/** Sends the chunks as they are: they are DATA already, dot-stuffed and ended with CRLF. */
export type Deliver = (envelope: Envelope, chunks: readonly Buffer[]) => Promise<Reply>;

interface Delivery {
  readonly envelope: Envelope;
  readonly chunks: readonly Buffer[];
  /** When the time for all attempts together is over. */
  readonly until: number;
}

const TIMEOUT = 90_000;
const SMALL = 16 * 1024;
/** How long the next hop may take to say goodbye. */
const LINGER = 1000;
/** A connection is kept for the next message so long: Postfix has a process waiting at its end. */
const REST = 1000;
const MOST_RESTING = 20;

export function deliverTo(hop: NextHop): Deliver {
  const { port, host = "127.0.0.1", timeoutMs = TIMEOUT } = hop;
  const resting: Conversation[] = [];

  const attempt = async (next: Conversation, { envelope, chunks, until }: Delivery) => {
    const timer = setTimeout(() => next.destroy("timeout"), until - performance.now());
    try {
      const answer = await converse(next, hop.name, envelope, chunks);
      if (isPositive(answer) && resting.length < MOST_RESTING) rest(next);
      else next.end();
      return answer;
    } catch {
      next.end();
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  };

  const rest = (next: Conversation): void => {
    resting.push(next);
    next.rest(REST, () => {
      const place = resting.indexOf(next);
      if (place >= 0) resting.splice(place, 1);
    });
  };

  return async (envelope, chunks) => {
    const delivery = { envelope, chunks, until: performance.now() + timeoutMs };
    const rested = resting.pop();
    rested?.wake();
    let answer = rested && (await attempt(rested, delivery));
    // A connection that has rested may have ended meanwhile: another one, unless Postfix has got some of the message.
    if (!answer && !rested?.hasData)
      answer = await attempt(new Conversation(connect({ port, host, noDelay: true })), delivery);
    return answer ?? reply(451, "4.3.0 The mail server behind the filter did not answer, try again later");
  };
}

async function converse(
  next: Conversation,
  name: string,
  { mailFrom, recipients, eightBit }: Envelope,
  chunks: readonly Buffer[],
): Promise<Reply> {
  const refused = await next.greet(name);
  if (refused) return refusal(refused);
  const { offers } = next;
  const body = eightBit && offers.has("8BITMIME") ? " BODY=8BITMIME" : "";
  const commands = [`MAIL FROM:<${mailFrom}>${body}`, ...recipients.map((address) => `RCPT TO:<${address}>`)];
  const replies = await next.commands(commands, offers.has("PIPELINING"));
  // The client gets one answer for the message. If one recipient is refused, "accepted" would lose the message for
  // that one; so nobody gets it and the client is told why. A lasting refusal first: trying again would not help.
  const [sender, ...rest] = replies;
  const refusals = rest.filter((one) => !isPositive(one));
  // Of a refused sender the recipients are refused too, for the lack of one: a full disk's 452 would become a 503.
  const worst =
    sender && !isPositive(sender) ? sender : (refusals.find(({ code }) => code >= 500) ?? refusals[0]);
  if (worst) return refusal(worst, next);
  const go = await next.command("DATA");
  if (go.code !== 354) return refusal(go, next);
  next.hasData = true;
  for (const chunk of chunks) {
    await next.write(chunk);
    // The kernel takes megabytes at once; everybody else has a turn in between.
    if (chunk.length > SMALL) await setImmediate();
  }
  const answer = await next.command(".");
  return isPositive(answer) ? answer : refusal(answer);
}

/** A reply that makes no sense at its place must not be passed on as a success. */
function refusal(answer: Reply, next?: Conversation): Reply {
  // With 421 a connection that has rested is closed: no word on this message.
  if (answer.code < 400 || (answer.code === 421 && next?.hasRested)) throw new Error(`reply ${answer.code}`);
  return answer;
}

class Conversation {
  readonly #socket: Socket;
  readonly #reader = new ReplyReader();
  readonly #replies: Reply[] = [];
  #failure: Error | undefined;
  #wake: (() => void) | undefined;
  #resting: NodeJS.Timeout | undefined;
  /** What the next hop has announced, in upper case. */
  offers: ReadonlySet<string> = new Set();
  hasRested = false;
  /** It has begun to get the current message. */
  hasData = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes) => {
      try {
        this.#replies.push(...this.#reader.push(bytes));
      } catch (error) {
        socket.destroy(error as Error);
      }
      this.#wake?.();
    });
    socket.on("drain", () => this.#wake?.());
    socket.on("error", (error) => this.#fail(error));
    socket.on("end", () => this.#fail(new Error("connection closed")));
    socket.on("close", () => this.#fail(new Error("connection closed")));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  /** Waits until something has happened on the connection. */
  #event(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Greeting and EHLO, unless that has been done; a refusal, or undefined. */
  async greet(name: string): Promise<Reply | undefined> {
    if (this.hasRested) return undefined;
    const greeting = await this.reply();
    if (greeting.code !== 220) return greeting;
    const hello = await this.command(`EHLO ${name}`);
    if (hello.code !== 250) return hello;
    this.offers = new Set(hello.lines.slice(1).map((line) => line.toUpperCase()));
    return undefined;
  }

  async reply(): Promise<Reply> {
    for (;;) {
      const reply = this.#replies.shift();
      if (reply) return reply;
      if (this.#failure) throw this.#failure;
      await this.#event();
    }
  }

  async command(line: string): Promise<Reply> {
    // An answer given before the question could be taken for the next hop's word that it has the message.
    if (this.#replies.length > 0) throw new Error("reply out of turn");
    await this.write(`${line}\r\n`);
    return this.reply();
  }

  async commands(lines: readonly string[], pipelined: boolean): Promise<Reply[]> {
    const replies: Reply[] = [];
    if (pipelined) await this.write(lines.map((line) => `${line}\r\n`).join(""));
    for (const line of lines) replies.push(pipelined ? await this.reply() : await this.command(line));
    return replies;
  }

  async write(data: string | Buffer): Promise<void> {
    if (this.#failure) throw this.#failure;
    this.#socket.write(data);
    while (this.#socket.writableNeedDrain && !this.#failure) await this.#event();
  }

  /** Waits for another message; `ended` is called when it has waited too long, or the next hop has gone. */
  rest(forMs: number, ended: () => void): void {
    this.hasRested = true;
    this.hasData = false;
    const end = (): void => {
      ended();
      this.end();
    };
    this.#resting = setTimeout(end, forMs).unref();
    this.#wake = end;
  }

  /** It has something to do again. */
  wake(): void {
    clearTimeout(this.#resting);
    this.#wake = undefined;
  }

  destroy(why: string): void {
    this.#socket.destroy(new Error(why));
  }

  end(): void {
    if (!this.#failure) this.#socket.end("QUIT\r\n");
    const linger = setTimeout(() => this.#socket.destroy(), LINGER).unref();
    this.#socket.once("close", () => clearTimeout(linger));
  }
}
