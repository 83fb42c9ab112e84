// smtp-server as a filter that lets everything pass: receives with that library, sends on with nodemailer's client,
// checks nothing. Arguments: the port to listen on, the port of the sink.

import SMTPConnection from "nodemailer/lib/smtp-connection/index.js";
import { SMTPServer } from "smtp-server";

const [listen, sink] = process.argv.slice(2).map(Number);

const server = new SMTPServer({
  disabledCommands: ["STARTTLS", "AUTH"],
  disableReverseLookup: true,
  authOptional: true,
  onData(stream, session, callback) {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      const { mailFrom, rcptTo } = session.envelope;
      const envelope = {
        from: mailFrom === false ? "" : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
      };
      const next = new SMTPConnection({ host: "127.0.0.1", port: sink, ignoreTLS: true });
      next.on("error", (error) => callback(error));
      next.connect(() =>
        next.send(envelope, Buffer.concat(chunks), (error) => {
          callback(error);
          next.quit();
        }),
      );
    });
  },
});
server.listen({ port: listen, host: "127.0.0.1", backlog: 1000 }, () => console.error("entering loop"));
