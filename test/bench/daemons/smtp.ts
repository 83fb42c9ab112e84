// Both ends of a mail filter's load: a client that talks as Postfix's proxy client does (one connection for each
// message, each command after the reply to the last), and a sink in the place of the Postfix behind. Both do as
// little as they can, so that what is measured is what stands between them.

import { type AddressInfo, connect, createServer, type Server } from "node:net";

const END = Buffer.from("\r\n.\r\n");

export interface Sink {
  readonly port: number;
  readonly close: () => void;
}

export async function startSink(): Promise<Sink> {
  const server: Server = createServer({ noDelay: true }, (socket) => {
    let inData = false;
    let last = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.write("220 sink ESMTP\r\n");
    socket.on("data", (chunk) => {
      last = Buffer.concat([last, chunk.subarray(-END.length)]).subarray(-END.length);
      // In turn with the others: the Postfix that it stands for has a process for each connection.
      if (chunk.length > 32_768) {
        socket.pause();
        setImmediate(() => socket.resume());
      }
      if (inData) {
        if (!last.equals(END)) return;
        inData = false;
        socket.write("250 2.0.0 Ok: queued\r\n");
        return;
      }
      for (const command of chunk.toString("latin1").split("\r\n").slice(0, -1)) {
        if (command.startsWith("EHLO")) socket.write("250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n");
        else if (command === "DATA") {
          inData = true;
          socket.write("354 go\r\n");
        } else if (command === "QUIT") socket.end("221 bye\r\n");
        else socket.write("250 Ok\r\n");
      }
    });
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: "127.0.0.1", backlog: 1000 }, resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

export interface Mail {
  readonly from: string;
  readonly to: string;
  /** As in DATA, with the final dot. */
  readonly data: Buffer;
}

/** Sends one message over a connection of its own; resolved when the filter has accepted it. */
export function sendMail(port: number, { from, to, data }: Mail): Promise<void> {
  const steps = [
    "EHLO bench.test\r\n",
    `MAIL FROM:<${from}> BODY=8BITMIME\r\n`,
    `RCPT TO:<${to}>\r\n`,
    "DATA\r\n",
    data,
    "QUIT\r\n",
  ];
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let step = 0;
    let reply = "";
    socket.on("data", (chunk) => {
      reply += chunk.toString("latin1");
      if (!/^[0-9]{3} [^\n]*\n$/m.test(reply)) return;
      if (!/^[23]/.test(reply)) {
        socket.destroy(new Error(reply.trim()));
        return;
      }
      reply = "";
      const next = steps[step++];
      if (next === undefined) return;
      socket.write(next);
      if (step === steps.length) resolve();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("closed before the message was accepted")));
  });
}
