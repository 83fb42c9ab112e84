// Raw conversations over sockets, and a scripted next hop, for the tests of the daemons.

import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from "node:net";

/** A client that sends bytes and collects what comes back. */
export class Talk {
  received = "";
  closed = false;
  readonly socket: Socket;
  #wake: () => void = () => undefined;

  constructor(to: NetConnectOpts) {
    this.socket = connect(to);
    this.socket.on("data", (bytes) => {
      this.received += bytes.toString("latin1");
      this.#wake();
    });
    this.socket.on("error", () => this.#wake());
    this.socket.on("close", () => {
      this.closed = true;
      this.#wake();
    });
  }

  send(data: string | Uint8Array): void {
    this.socket.write(typeof data === "string" ? Buffer.from(data, "latin1") : data);
  }

  /** What was received up to and with the first match; it is taken away. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.received);
      if (match) {
        const end = match.index + match[0].length;
        const text = this.received.slice(0, end);
        this.received = this.received.slice(end);
        return text;
      }
      if (this.closed)
        throw new Error(`closed while waiting for ${pattern}, received ${JSON.stringify(this.received)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async untilClosed(): Promise<string> {
    while (!this.closed)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.received;
  }

  /** Sends an SMTP command and returns the whole reply. */
  async ask(command: string): Promise<string> {
    this.send(`${command}\r\n`);
    return this.reply();
  }

  async reply(): Promise<string> {
    return (await this.until(/^[0-9]{3}(?: [^\n]*)?\n/m)).replace(/\r\n$/, "");
  }

  /** A whole transaction up to the reply to the message, which must be ready for DATA. */
  async mail(from: string, to: readonly string[], data: string | Uint8Array): Promise<string> {
    for (const command of [`MAIL FROM:<${from}>`, ...to.map((address) => `RCPT TO:<${address}>`), "DATA"]) {
      const answer = await this.ask(command);
      if (!/^[23]/.test(answer)) return answer;
    }
    this.send(data);
    this.send(".\r\n");
    return this.reply();
  }

  end(): void {
    this.socket.destroy();
  }
}

export async function smtp(port: number, hello = "EHLO client.test"): Promise<Talk> {
  const talk = new Talk({ port, host: "127.0.0.1" });
  await talk.reply();
  await talk.ask(hello);
  return talk;
}

/** A message that reached the next hop: the envelope's commands and the bytes of DATA without the final dot. */
export interface Delivered {
  readonly commands: readonly string[];
  readonly data: string;
}

export interface NextHopScript {
  /** The reply to a command (or "greeting", or "message" for the end of DATA); undefined for the usual one. */
  readonly reply?: (command: string) => string | undefined | "close" | "hang";
  readonly hello?: string;
  /** Called at the end of each DATA with what sends a reply later. */
  readonly onMessage?: (send: (reply: string) => void) => void;
}

export interface FakePostfix {
  readonly port: number;
  readonly delivered: readonly Delivered[];
  /** How many connections there have been. */
  readonly connections: () => number;
  /** Ends all connections, as after a time limit. */
  readonly hangUp: () => void;
  close(): Promise<void>;
}

export async function fakePostfix({
  reply,
  hello = "250-next\r\n250 8BITMIME",
  onMessage,
}: NextHopScript = {}): Promise<FakePostfix> {
  const delivered: Delivered[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    open.add(socket);
    connections++;
    socket.on("error", () => undefined);
    let commands: string[] = [];
    let inData = false;
    let text = "";
    const answer = (command: string, usual: string): string => {
      const given = reply?.(command) ?? usual;
      if (given === "close") socket.destroy();
      else if (given !== "hang") socket.write(`${given}\r\n`);
      return given;
    };
    answer("greeting", "220 next ESMTP");
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      for (;;) {
        const end = inData
          ? text.startsWith(".\r\n")
            ? 0
            : text.indexOf("\r\n.\r\n") + 2
          : text.indexOf("\r\n");
        if (end < 0 || (inData && end === 1)) return;
        const piece = text.slice(0, end);
        text = text.slice(end + (inData ? 3 : 2));
        if (inData) {
          inData = false;
          onMessage?.((later) => socket.write(`${later}\r\n`));
          if (answer("message", "250 2.0.0 Ok: queued as ABC").startsWith("250"))
            delivered.push({ commands, data: piece });
          commands = [];
        } else if (/^EHLO/.test(piece)) answer(piece, hello);
        else if (piece === "DATA") inData = answer(piece, "354 go").startsWith("354");
        else if (piece === "QUIT") socket.end("221 bye\r\n");
        else {
          commands.push(piece);
          answer(piece, "250 2.1.0 Ok");
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    delivered,
    connections: () => connections,
    hangUp: () => {
      for (const socket of open) socket.end("421 4.4.2 timeout exceeded\r\n");
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
