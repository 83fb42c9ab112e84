// A server of Dovecot's dict protocol on a unix socket. It knows lines, their order and their limits; what a
// key means is the handler's business. Answers leave in the order of the requests, though the handler may work
// on several requests of a connection at once.

import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { Log } from "../log.ts";
import { tabEscape } from "./escape.ts";
import { type DictRequest, parseDictLine } from "./request.ts";

/** The answer to a request: one value, several for an iteration, or one of the protocol's short ones. */
export type DictReply =
  | { readonly kind: "value"; readonly value: string }
  | { readonly kind: "keys"; readonly keys: Iterable<string> }
  | { readonly kind: "done" | "not-found" | "failed" | "silent" };

/** One connection: transaction numbers are only unique within it. */
export type DictHandler = (request: DictRequest) => DictReply | Promise<DictReply>;

/** A path to make a socket at, or the descriptor of one that systemd has made (sd_listen_fds(3)). */
export type Listen = { readonly path: string } | { readonly fd: number };

export interface DictServerOptions {
  readonly listen: Listen;
  /** Called once per connection. */
  readonly handlerFor: () => DictHandler;
  readonly log: Log;
}

/** Longer than any name and password Dovecot passes on, short enough that a broken peer costs nothing. */
const MAX_LINE = 64 * 1024;
/** A peer that asks without reading the answers is held back at this many open requests. */
const MAX_OPEN_REQUESTS = 1000;
/** After a restart of Dovecot all its processes connect at once; 100 was seen to be too few. */
const BACKLOG = 1000;

export interface DictServer {
  /** Stops accepting, answers what has been asked, then closes; connections that stay are cut after the wait. */
  close(waitMs: number): Promise<void>;
}

export async function startDictServer({ listen, handlerFor, log }: DictServerOptions): Promise<DictServer> {
  if ("path" in listen) rmSync(listen.path, { force: true });
  const open = new Map<Socket, Connection>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    open.set(socket, new Connection(socket, handlerFor(), log));
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ ...listen, backlog: BACKLOG }, resolve);
  });
  server.on("error", (error) => log(`dict socket: ${error.message}`));
  return {
    close: (waitMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => {
          for (const socket of open.keys()) socket.destroy();
        }, waitMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        for (const connection of open.values()) connection.finish();
      }),
  };
}

class Connection {
  readonly #socket: Socket;
  readonly #handler: DictHandler;
  readonly #log: Log;
  #rest = "";
  #open = 0;
  #ending = false;
  /** Settles when the answers to all earlier requests have been written. */
  #written: Promise<void> | undefined;

  constructor(socket: Socket, handler: DictHandler, log: Log) {
    this.#socket = socket;
    this.#handler = handler;
    this.#log = log;
    // Latin-1 keeps every byte as it is; a line is decoded as UTF-8 once it is complete.
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.#receive(text));
    socket.on("end", () => this.finish());
    socket.on("drain", () => this.#flow());
    socket.on("error", () => socket.destroy());
  }

  /** Takes no more requests; what was asked is still answered. */
  finish(): void {
    this.#ending = true;
    if (this.#open === 0) this.#socket.end();
  }

  #receive(text: string): void {
    if (this.#ending) return;
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        this.finish();
        return;
      }
      if (line.length > MAX_LINE) break;
      this.#serve(line);
    }
    if (this.#rest.length > MAX_LINE || lines.some((line) => line.length > MAX_LINE)) this.#drop();
  }

  #drop(): void {
    this.#log(`dict connection dropped: a line longer than ${MAX_LINE} bytes`);
    this.#ending = true;
    this.#socket.destroy();
  }

  #serve(bytes: string): void {
    const line = decodeUtf8(bytes);
    const request = parseDictLine(line ?? "");
    if (request.kind === "unknown")
      this.#log(
        line === undefined ? "dict line ignored: not UTF-8" : `dict command ignored: ${line.slice(0, 1)}`,
      );
    const reply = line === undefined && bytes.startsWith("L") ? FAILED : this.#ask(request);
    if (!(reply instanceof Promise) && !this.#written) {
      this.#write(reply);
      return;
    }
    this.#open++;
    const written = Promise.all([reply, this.#written]).then(([settled]) => {
      this.#write(settled);
      this.#open--;
      if (this.#written === written) this.#written = undefined;
      if (this.#ending && this.#open === 0) this.#socket.end();
      this.#flow();
    });
    this.#written = written;
    this.#flow();
  }

  /** A failing handler is a failed lookup, which Dovecot tells its client as temporary; nobody else notices. */
  #ask(request: DictRequest): DictReply | Promise<DictReply> {
    const fail = (error: unknown): DictReply => {
      this.#log(`dict ${request.kind} failed: ${(error as Error).message}`);
      return FAILED;
    };
    try {
      const reply = this.#handler(request);
      return reply instanceof Promise ? reply.catch(fail) : reply;
    } catch (error) {
      return fail(error);
    }
  }

  #write(reply: DictReply): void {
    const text = formatDictReply(reply);
    if (text === "" || !this.#socket.writable) return;
    this.#socket.write(text);
    this.#flow();
  }

  #flow(): void {
    if (this.#open >= MAX_OPEN_REQUESTS || this.#socket.writableNeedDrain) this.#socket.pause();
    else this.#socket.resume();
  }
}

const FAILED: DictReply = { kind: "failed" };

function decodeUtf8(bytes: string): string | undefined {
  if (/^[\u0000-\u007f]*$/.test(bytes)) return bytes;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, "latin1"));
  } catch {
    return undefined;
  }
}

/** An iteration always ends with an empty line, without which Dovecot would wait for its time limit. */
export function formatDictReply(reply: DictReply): string {
  switch (reply.kind) {
    case "value":
      return `O${tabEscape(reply.value)}\n`;
    case "keys":
      return `${Array.from(reply.keys, (key) => `O${tabEscape(key)}\t\n`).join("")}\n`;
    case "done":
      return "O\n";
    case "not-found":
      return "N\n";
    case "failed":
      return "F\n";
    case "silent":
      return "";
  }
}
