// One SMTP dialogue, command by command, so that a test sees at which command a refusal comes. RFC 5321.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface, type Interface } from "node:readline";
import { connect as connectTls, type TLSSocket } from "node:tls";

export interface Reply {
  readonly code: number;
  readonly lines: readonly string[];
  /** All lines as one text, for matching. */
  readonly text: string;
}

export interface Server {
  readonly address: string;
  /** What the certificate must be valid for. */
  readonly name: string;
  /** The one certificate that is trusted. */
  readonly certificate: string;
}

export class SmtpSession {
  readonly #server: Server;
  #socket: Socket;
  #lines!: AsyncIterableIterator<string>;
  #reader!: Interface;

  private constructor(server: Server, socket: Socket) {
    this.#server = server;
    this.#socket = socket;
    this.#read();
  }

  /** Connects and reads the greeting; ports with TLS from the start are known by their number. */
  static async open(server: Server, port: number): Promise<SmtpSession> {
    const socket =
      port === 465 ? secure(server, { host: server.address, port }) : connect(port, server.address);
    await once(socket, port === 465 ? "secureConnect" : "connect");
    const session = new SmtpSession(server, socket);
    await session.reply();
    return session;
  }

  /** A session on a submission port that has logged in. */
  static async login(server: Server, port: 465 | 587, user: string, password: string): Promise<SmtpSession> {
    const session = await SmtpSession.open(server, port);
    if (port === 587) await session.startTls();
    await session.command("EHLO client.example.org");
    const reply = await session.authenticate(user, password);
    if (reply.code !== 235) throw new Error(`login of ${user}: ${reply.text}`);
    return session;
  }

  async startTls(): Promise<void> {
    await this.command("EHLO client.example.org");
    const { text } = await this.command("STARTTLS");
    if (!text.startsWith("220")) throw new Error(`STARTTLS: ${text}`);
    this.#reader.close();
    this.#socket = secure(this.#server, { socket: this.#socket });
    await once(this.#socket, "secureConnect");
    this.#read();
  }

  authenticate(user: string, password: string): Promise<Reply> {
    return this.command(`AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString("base64")}`);
  }

  async command(line: string): Promise<Reply> {
    this.#socket.write(`${line}\r\n`);
    return this.reply();
  }

  /** Gives the first reply that refuses, or the one to the end of DATA. The message has CRLF line ends. */
  async send(from: string, recipients: readonly string[], message: string): Promise<Reply> {
    const commands = [`MAIL FROM:<${from}>`, ...recipients.map((to) => `RCPT TO:<${to}>`), "DATA"];
    for (const command of commands) {
      const reply = await this.command(command);
      if (reply.code >= 400) return { ...reply, text: `${command}: ${reply.text}` };
    }
    return this.command(`${message.replace(/^\./gm, "..")}.`);
  }

  async reply(): Promise<Reply> {
    const lines: string[] = [];
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`the server closed the connection${lines.length > 0 ? " in a reply" : ""}`);
      lines.push(value);
      if (/^\d{3}( |$)/.test(value))
        return { code: Number(value.slice(0, 3)), lines, text: lines.join("\n") };
    }
  }

  async quit(): Promise<void> {
    await this.command("QUIT").catch(() => {});
    this.#socket.destroy();
  }

  #read(): void {
    // A session that a failed test has left open must not keep the test run from ending.
    this.#socket.unref();
    const reader = createInterface({ input: this.#socket, crlfDelay: Number.POSITIVE_INFINITY });
    // A connection that breaks is told by whoever waits for a reply.
    this.#socket.on("error", () => reader.close());
    this.#reader = reader;
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }
}

function secure(server: Server, over: { host: string; port: number } | { socket: Socket }): TLSSocket {
  return connectTls({ ...over, servername: server.name, ca: server.certificate });
}
