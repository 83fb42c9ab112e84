// The parts of smtp-server that its published types leave out: the connection class, made to be extended by
// overriding init, close and the handler_* methods.

declare module "smtp-server/lib/smtp-connection.js" {
  import type { EventEmitter } from "node:events";
  import type { Socket } from "node:net";
  import type { Writable } from "node:stream";
  import type { SMTPServer, SMTPServerSession } from "smtp-server";

  type Handler = (command: Buffer, callback: () => void) => void;

  export class SMTPConnection extends EventEmitter {
    constructor(server: SMTPServer, socket: Socket, options?: object);
    session: SMTPServerSession;
    _parser: Writable & { oncommand: Handler };
    init(): void;
    connectionReady(next?: () => void): void;
    send(code: number, data: string | readonly string[], context?: string | false): void;
    close(): void;
    handler_MAIL: Handler;
    handler_RCPT: Handler;
    handler_DATA: Handler;
    _resetSession(): void;
  }
}
