// An SMTP dialogue, command by command, so that it can be told which one was refused. RFC 5321, RFC 4954.

import type { ConnectionOptions } from "node:tls";
import type { Account } from "./account.ts";
import { Connection } from "./connection.ts";
import { type Relay, SERVICES, type Service } from "./relay.ts";

export interface Reply {
  readonly code: number;
  /** All of it on one line. */
  readonly text: string;
}

const CLIENT = "client.example.org";

export class Smtp {
  readonly connection: Connection;

  private constructor(connection: Connection) {
    this.connection = connection;
  }

  /** Up to the EHLO; with STARTTLS, if the service has that. */
  static async open(relay: Relay, service: Service, tls: ConnectionOptions = {}): Promise<Smtp> {
    const smtp = await Smtp.plain(relay, service, tls);
    if (service.starts === "with STARTTLS") await smtp.startTls(tls);
    await smtp.command(`EHLO ${CLIENT}`);
    return smtp;
  }

  /** Up to the greeting. */
  static async plain(relay: Relay, service: Service, tls: ConnectionOptions = {}): Promise<Smtp> {
    const { port, starts, alpn } = service;
    const from = starts === "with TLS" ? { ...tls, ...(alpn ? { ALPNProtocols: [alpn] } : {}) } : undefined;
    const target = { address: relay.address, port, name: relay.domain };
    const smtp = new Smtp(await Connection.open(target, from));
    try {
      expectCode(await smtp.#reply(), 220);
    } catch (error) {
      smtp.connection.close();
      throw error;
    }
    return smtp;
  }

  static async login(relay: Relay, account: Account, service: Service = SERVICES.smtp465): Promise<Smtp> {
    const smtp = await Smtp.open(relay, service);
    expectCode(await smtp.authenticate(account), 235);
    return smtp;
  }

  async startTls(tls: ConnectionOptions): Promise<void> {
    await this.command(`EHLO ${CLIENT}`);
    expectCode(await this.command("STARTTLS"), 220);
    await this.connection.secure(tls);
  }

  authenticate({ address, password }: Account): Promise<Reply> {
    return this.command(`AUTH PLAIN ${Buffer.from(`\0${address}\0${password}`).toString("base64")}`);
  }

  /** Gives the first reply that refuses, or the one to the whole message, which has CRLF line ends. */
  async send(from: string, to: string, message: string): Promise<Reply> {
    for (const command of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, "DATA"]) {
      const reply = await this.command(command);
      if (reply.code >= 400) return reply;
    }
    return this.command(`${message.replace(/^\./gm, "..")}.`);
  }

  command(line: string): Promise<Reply> {
    this.connection.write(`${line}\r\n`);
    return this.#reply();
  }

  close(): void {
    this.connection.write("QUIT\r\n");
    this.connection.close();
  }

  async #reply(): Promise<Reply> {
    const texts: string[] = [];
    for (;;) {
      const line = await this.connection.line();
      const [, code, more, text = ""] = /^([2-5][0-9][0-9])(?:([ -])(.*))?$/.exec(line) ?? [];
      if (code === undefined) throw new Error(`no SMTP reply: ${line}`);
      texts.push(text);
      if (more !== "-") return { code: Number(code), text: `${code} ${texts.join(" ")}` };
    }
  }
}

/** Gives the reply's text, for the report. */
export function expectCode({ code, text }: Reply, wanted: number, like?: RegExp): string {
  if (code !== wanted || (like && !like.test(text))) throw new Error(`${text} (expected: ${wanted})`);
  return text;
}
