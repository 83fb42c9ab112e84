// The SMTP dialogue (RFC 5321) on smtp-server: that library has the listening, the greeting, HELO, EHLO, NOOP, RSET,
// QUIT, unknown commands, time limits and the bookkeeping of connections. Ours are, because the library's cannot be
// held to what a filter must promise: the receiving of bytes (receiver.ts), the arguments of MAIL and RCPT
// (command.ts) and DATA, whose reply is passed on from the next hop as it is.

import type { AddressInfo, Socket } from "node:net";
import { totalmem } from "node:os";
import { SMTPServer } from "smtp-server";
import { SMTPConnection } from "smtp-server/lib/smtp-connection.js";
import type { LineSink } from "../mail/lines.ts";
import { parsePath } from "./command.ts";
import { type ReceivedData, Receiver } from "./receiver.ts";
import type { Reply } from "./reply.ts";
import { Turns } from "./turns.ts";

export interface Envelope {
  /** In lower case; "" for the null sender. */
  readonly mailFrom: string;
  readonly recipients: readonly string[];
  readonly eightBit: boolean;
}

/** What happens to the messages of a server. */
export interface MailHandler {
  /** A refusal of this sender, or undefined. */
  readonly sender: (mailFrom: string) => Reply | undefined;
  readonly maxSize: number;
  /** Called for each DATA: gets the lines while they arrive and decides when the message is complete. */
  readonly message: (envelope: Envelope) => {
    readonly sink: LineSink;
    readonly end: (data: ReceivedData) => Promise<Reply>;
  };
}

export interface MailServer {
  readonly port: number;
  /** Stops accepting, finishes messages in flight; what is not done after the wait is cut off unaccepted. */
  close(waitMs: number): Promise<void>;
}

const MOST_RECIPIENTS = 1000;
/** Of all messages in flight together; a small server would otherwise be out of memory before it is out of clients. */
const MOST_MEMORY = totalmem() / 4;
const MOST_CONNECTIONS = 2500;
/** Longer than the next hop may take for a message, since the connection is silent meanwhile. */
const IDLE_TIMEOUT = 5 * 60 * 1000;
/** How long a peer may take to close a connection that we have ended. */
const LINGER = 5000;

declare module "smtp-server" {
  // Missing in the published types.
  interface SMTPServer {
    connect(socket: Socket): void;
  }
  interface SMTPServerOptions {
    heloResponse?: string;
  }
}

interface ConnectionOptions {
  readonly handler: MailHandler;
  readonly hasRoom: (bytes: number) => boolean;
  readonly turns: Turns;
}

class Connection extends SMTPConnection {
  readonly #socket: Socket;
  readonly #receiver: Receiver;
  readonly #handler: MailHandler;
  readonly #hasRoom: (bytes: number) => boolean;
  #greeted = false;
  #eightBit = false;
  /** A message is being received or decided on. */
  busy = false;

  constructor(server: SMTPServer, socket: Socket, { handler, hasRoom, turns }: ConnectionOptions) {
    super(server, socket);
    this.#socket = socket;
    this.#handler = handler;
    this.#hasRoom = hasRoom;
    this.#receiver = new Receiver(turns);
    this.#receiver.oncommand = this._parser.oncommand;
    this._parser = this.#receiver;
  }

  /**
   * smtp-server waits 100 ms for clients that talk before the greeting. Our only client is Postfix, which opens one
   * connection per message: measured 9.5 messages per second. So the greeting is given at once; the timer's is not.
   */
  override init(): void {
    super.init();
    this.connectionReady();
  }

  override connectionReady(): void {
    if (this.#greeted) return;
    this.#greeted = true;
    super.connectionReady();
  }

  override close(): void {
    super.close();
    this.#socket.resume();
    const linger = setTimeout(() => this.#socket.destroy(), LINGER).unref();
    this.#socket.once("close", () => clearTimeout(linger));
  }

  /** Bytes of its message in memory. */
  get held(): number {
    return this.#receiver.held;
  }

  #reply({ code, lines }: Reply): void {
    this.send(code, lines, false);
  }

  override handler_MAIL = (command: Buffer, next: () => void): void => {
    const path = parsePath("MAIL FROM", command.toString("latin1"));
    const { envelope } = this.session;
    const refused = path && !envelope.mailFrom ? this.#handler.sender(path.address) : undefined;
    if (!path) this.send(500, "Error: bad sender address syntax", false);
    else if (envelope.mailFrom) this.send(503, "Error: nested MAIL command", false);
    else if (refused) this.#reply(refused);
    else {
      envelope.mailFrom = { address: path.address, args: {} };
      this.#eightBit = path.eightBit;
      this.send(250, "Ok", false);
    }
    next();
  };

  override handler_RCPT = (command: Buffer, next: () => void): void => {
    const path = parsePath("RCPT TO", command.toString("latin1"));
    const { envelope } = this.session;
    if (!envelope.mailFrom) this.send(503, "Error: need MAIL command", false);
    else if (!path?.address) this.send(501, "Error: bad recipient address syntax", false);
    else if (envelope.rcptTo.length >= MOST_RECIPIENTS) this.send(452, "Error: too many recipients", false);
    else {
      envelope.rcptTo.push({ address: path.address, args: {} });
      this.send(250, "Ok", false);
    }
    next();
  };

  override handler_DATA = (_command: Buffer, next: () => void): void => {
    const { mailFrom, rcptTo } = this.session.envelope;
    if (!mailFrom || rcptTo.length === 0) {
      this.send(503, "Error: need RCPT command", false);
      next();
      return;
    }
    const recipients = rcptTo.map(({ address }) => address);
    const { sink, end } = this.#handler.message({
      mailFrom: mailFrom.address,
      recipients: [...new Set(recipients)],
      eightBit: this.#eightBit,
    });
    this.busy = true;
    this.#receiver.expectData({
      sink,
      maxSize: this.#handler.maxSize,
      hasRoom: this.#hasRoom,
      done: async (data) => {
        this.#reply(await end(data));
        this._resetSession();
        this.busy = false;
      },
    });
    this.send(354, "End data with <CR><LF>.<CR><LF>", false);
    next();
  };
}

class Server extends SMTPServer {
  readonly #handler: MailHandler;
  readonly #maxMemory: number;
  readonly #turns = new Turns();

  constructor({ handler, name, maxMemory = MOST_MEMORY }: MailServerOptions) {
    super({
      name,
      banner: "chatmail filter",
      authOptional: true,
      // STARTTLS, AUTH and the rest have no use on the loopback; the last three are jokes of the library.
      disabledCommands: ["STARTTLS", "AUTH", "XCLIENT", "XFORWARD", "HELP", "WIZ", "SHELL", "KILL"],
      hideSMTPUTF8: true,
      hideENHANCEDSTATUSCODES: true,
      disableReverseLookup: true,
      maxClients: MOST_CONNECTIONS,
      socketTimeout: IDLE_TIMEOUT,
      heloResponse: "%s",
      logger: false,
      onConnect: (_session, callback) => callback(),
    });
    this.#handler = handler;
    this.#maxMemory = maxMemory;
  }

  override connect(socket: Socket): void {
    // Replies to pipelined commands are written one by one: each would wait for the client's delayed acknowledgement.
    socket.setNoDelay();
    const connection = new Connection(this, socket, {
      handler: this.#handler,
      turns: this.#turns,
      hasRoom: (bytes) => this.#hasRoom(bytes),
    });
    this.connections.add(connection);
    // A broken connection concerns nobody else, and its client has its message still.
    connection.on("error", () => socket.destroy());
    connection.init();
  }

  /** Counted anew each time, so that no way for a connection to end can leave something behind. */
  #hasRoom(bytes: number): boolean {
    let sum = bytes;
    for (const { held } of this.connections as Set<Connection>) sum += held;
    return sum <= this.#maxMemory;
  }
}

export interface MailServerOptions {
  readonly handler: MailHandler;
  readonly port: number;
  readonly host?: string;
  /** The name in the greeting. */
  readonly name: string;
  /** For all messages in flight together. */
  readonly maxMemory?: number;
}

export async function startMailServer(options: MailServerOptions): Promise<MailServer> {
  const { port, host = "127.0.0.1" } = options;
  const server = new Server(options);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, backlog: 1000 }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  server.on("error", () => undefined);
  return {
    port: (server.server.address() as AddressInfo).port,
    close: (waitMs) =>
      new Promise((resolve) => {
        server.options.closeTimeout = waitMs;
        server.close(resolve);
        for (const connection of server.connections as Set<Connection>)
          if (!connection.busy) connection.send(421, "Server shutting down", false);
      }),
  };
}
