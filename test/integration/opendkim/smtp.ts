// Hands messages over by SMTP, without TLS, one session for many.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";

export class Smtp {
  readonly #socket: Socket;
  readonly #lines: AsyncIterableIterator<string>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  static async open(address: string, port: number): Promise<Smtp> {
    const socket = connect(port, address);
    await once(socket, "connect");
    const smtp = new Smtp(socket);
    await smtp.#reply();
    await smtp.#command("EHLO client.example.org");
    return smtp;
  }

  /** The first reply that refuses, or the one to the end of the message. */
  async send(
    message: string,
    { from = "someone@other.example", to = "user@relay.example" } = {},
  ): Promise<string> {
    for (const command of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, "DATA"]) {
      const reply = await this.#command(command);
      if (reply >= "4") return reply;
    }
    return this.#command(`${message.replace(/^\./gm, "..")}\r\n.`);
  }

  close(): void {
    this.#socket.end();
  }

  #command(line: string): Promise<string> {
    this.#socket.write(`${line}\r\n`, "latin1");
    return this.#reply();
  }

  async #reply(): Promise<string> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error("the connection has been closed");
      if (/^\d{3} /.test(value)) return value;
    }
  }
}
