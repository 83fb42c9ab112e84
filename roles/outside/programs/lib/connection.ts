// A connection to a service that speaks in lines, with TLS from the start or from some line on. Certificates are not
// looked at here: a bad one is to be told once, by the check that is about it, and not as a failure of everything.

import { connect, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";

/** Longer than any service takes that works, also on a slow machine. */
const PATIENCE = 15_000;

export interface Target {
  readonly address: string;
  readonly port: number;
  /** For TLS. */
  readonly name: string;
}

export class Connection {
  #socket: Socket;
  readonly #target: Target;
  #received = Buffer.alloc(0);
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket, target: Target) {
    this.#socket = socket;
    this.#target = target;
    this.#listen();
  }

  /** With `tls`, TLS is spoken from the start. */
  static async open(target: Target, tls?: ConnectionOptions): Promise<Connection> {
    const socket = connect({ host: target.address, port: target.port, noDelay: true });
    await event(socket, "connect");
    const connection = new Connection(socket, target);
    if (tls) await connection.secure(tls);
    return connection;
  }

  /** Goes on with TLS; what follows is encrypted. */
  async secure(tls: ConnectionOptions = {}): Promise<void> {
    const plain = this.#socket;
    plain.removeAllListeners("data");
    // Bytes before the handshake would be taken for ones that came by TLS; RFC 3207 section 6.
    if (this.#received.length > 0) throw new Error("the server went on without waiting for TLS");
    const name = isIP(this.#target.name) ? {} : { servername: this.#target.name };
    this.#socket = connectTls({ socket: plain, rejectUnauthorized: false, ...name, ...tls });
    await event(this.#socket, "secureConnect");
    this.#listen();
  }

  get tls(): TLSSocket {
    return this.#socket as TLSSocket;
  }

  write(text: string): void {
    this.#socket.write(Buffer.from(text, "utf8"));
  }

  /** The next line, without its end. */
  async line(patience = PATIENCE): Promise<string> {
    await this.#until(() => this.#received.includes("\n"), patience);
    const end = this.#received.indexOf("\n");
    return (await this.bytes(end + 1)).toString("utf8").replace(/\r?\n$/, "");
  }

  async bytes(count: number): Promise<Buffer> {
    await this.#until(() => this.#received.length >= count, PATIENCE);
    const bytes = this.#received.subarray(0, count);
    this.#received = this.#received.subarray(count);
    return bytes;
  }

  close(): void {
    this.#socket.destroy();
  }

  #listen(): void {
    this.#socket.on("data", (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake?.();
    });
    const fail = (error: Error): void => {
      this.#failure ??= error;
      this.#wake?.();
    };
    this.#socket.on("error", fail);
    this.#socket.on("close", () => fail(new Error("the server closed the connection")));
  }

  async #until(holds: () => boolean, patience: number): Promise<void> {
    const late = setTimeout(() => {
      this.#failure ??= new Error(`no answer within ${patience / 1000} s`);
      this.#wake?.();
    }, patience);
    try {
      while (!holds()) {
        if (this.#failure) throw this.#failure;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      clearTimeout(late);
    }
  }
}

function event(socket: Socket, name: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      clearTimeout(late);
      socket.destroy();
      reject(error);
    };
    const closed = (): void => fail(new Error("the server closed the connection"));
    const late = setTimeout(() => fail(new Error(`no answer within ${PATIENCE / 1000} s`)), PATIENCE);
    socket.once("error", fail);
    socket.once("close", closed);
    socket.once(name, () => {
      clearTimeout(late);
      socket.off("error", fail);
      socket.off("close", closed);
      resolve();
    });
  });
}
