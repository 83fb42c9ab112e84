// As much of IMAP as it takes to log in, to read a message, and to be told of a new one. RFC 3501, RFC 2177.

import type { ConnectionOptions } from "node:tls";
import type { Account } from "./account.ts";
import { Connection } from "./connection.ts";
import { type Relay, SERVICES, type Service } from "./relay.ts";

export class Imap {
  readonly connection: Connection;
  readonly greeting: string;
  #count = 0;
  /** How many messages the server has told of. */
  exists = 0;

  private constructor(connection: Connection, greeting: string) {
    this.connection = connection;
    this.greeting = greeting;
  }

  /** Up to the greeting; with STARTTLS, if the service has that. */
  static async open(relay: Relay, service: Service, tls: ConnectionOptions = {}): Promise<Imap> {
    const imap = await Imap.plain(relay, service, tls);
    if (service.starts === "with STARTTLS") {
      await imap.command("STARTTLS");
      await imap.connection.secure(tls);
    }
    return imap;
  }

  static async plain(relay: Relay, service: Service, tls: ConnectionOptions = {}): Promise<Imap> {
    const { port, starts, alpn } = service;
    const from = starts === "with TLS" ? { ...tls, ...(alpn ? { ALPNProtocols: [alpn] } : {}) } : undefined;
    const connection = await Connection.open({ address: relay.address, port, name: relay.domain }, from);
    const greeting = await connection.line();
    if (greeting.startsWith("* OK")) return new Imap(connection, greeting);
    connection.close();
    throw new Error(`no IMAP greeting: ${greeting}`);
  }

  static async login(relay: Relay, account: Account, service: Service = SERVICES.imap993): Promise<Imap> {
    const imap = await Imap.open(relay, service);
    await imap.authenticate(account);
    return imap;
  }

  /** Throws with the server's words if the login is refused. */
  async authenticate({ address, password }: Account): Promise<string> {
    const quoted = [address, password].map((text) => `"${text.replace(/(["\\])/g, "\\$1")}"`);
    return (await this.command(`LOGIN ${quoted.join(" ")}`)).done;
  }

  async inbox(): Promise<void> {
    await this.command("SELECT INBOX");
  }

  /** Waits in IDLE until there are so many messages. */
  async idleUntil(wanted: number, patience: number): Promise<void> {
    const idle = await this.idle();
    await idle.until(wanted, patience);
    await idle.done();
  }

  /** Begins to idle; the server has confirmed it when this returns. */
  async idle(): Promise<{ until(wanted: number, patience: number): Promise<void>; done(): Promise<void> }> {
    const tag = this.#send("IDLE");
    for (let line = ""; !line.startsWith("+"); ) {
      line = await this.connection.line();
      this.#notice(line);
      if (line.startsWith(tag)) throw new Error(`IDLE: ${line}`);
    }
    return {
      until: async (wanted, patience) => {
        const end = performance.now() + patience;
        while (this.exists < wanted) {
          const left = end - performance.now();
          const line = await this.connection.line(Math.max(0, left)).catch((error: Error) => {
            throw performance.now() < end ? error : new Error(`nothing arrived within ${patience / 1000} s`);
          });
          this.#notice(line);
        }
      },
      done: async () => {
        this.connection.write("DONE\r\n");
        await this.#answer(tag);
      },
    };
  }

  /** A message as the server has it. */
  async fetch(number: number): Promise<string> {
    const { literals } = await this.command(`FETCH ${number} BODY.PEEK[]`);
    const [message] = literals;
    if (message === undefined) throw new Error("the server did not give the message");
    return message.toString("latin1");
  }

  command(text: string): Promise<Answer> {
    return this.#answer(this.#send(text));
  }

  close(): void {
    this.connection.write("z LOGOUT\r\n");
    this.connection.close();
  }

  #send(text: string): string {
    const tag = `a${++this.#count}`;
    this.connection.write(`${tag} ${text}\r\n`);
    return `${tag} `;
  }

  async #answer(tag: string): Promise<Answer> {
    const lines: string[] = [];
    const literals: Buffer[] = [];
    for (;;) {
      const line = await this.connection.line();
      if (line.startsWith(tag)) {
        const done = line.slice(tag.length);
        if (!done.startsWith("OK")) throw new Error(done);
        return { lines, literals, done };
      }
      lines.push(line);
      this.#notice(line);
      const [, size] = /\{(\d+)\}$/.exec(line) ?? [];
      if (size !== undefined) literals.push(await this.connection.bytes(Number(size)));
    }
  }

  #notice(line: string): void {
    const [, count] = /^\* (\d+) EXISTS/.exec(line) ?? [];
    if (count !== undefined) this.exists = Number(count);
  }
}

export interface Answer {
  readonly lines: readonly string[];
  readonly literals: readonly Buffer[];
  /** The last line, without its tag. */
  readonly done: string;
}
