// doveauth's side of HTTP, for Dovecot 2.4, which has no dict driver for users: its Lua script reads password files
// itself, and asks here for an address that has none. POST /create with the body ADDRESS TAB PASSWORD is answered by 200
// when the address is there and the password is its own, else by 403; 400 is for what is no such body.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Log } from "../log.ts";
import type { Accounts } from "./policy.ts";

export interface HttpFrontOptions {
  readonly accounts: Accounts;
  readonly isPasswordOf: (hash: string, password: string) => Promise<boolean>;
  readonly log: Log;
}

export interface HttpFront {
  readonly port: number;
  /** Answers what has been asked, then ends; connections that stay are cut after the wait. */
  close(waitMs: number): Promise<void>;
}

const LONGEST_BODY = 512;
/** Dovecot waits 5 s for an answer, and asks in one piece. */
const REQUEST_TIMEOUT = 5000;
/** Dovecot keeps its connections for the next login. */
const IDLE_TIMEOUT = 60_000;
const MOST_CONNECTIONS = 1000;

export async function startHttpFront(port: number, options: HttpFrontOptions): Promise<HttpFront> {
  const server = createServer({ maxHeaderSize: 4096 }, (request, response) => {
    serve(request, options).then(
      (status) => end(response, status),
      (error: Error) => {
        options.log(`address not created: ${error.message}`);
        end(response, 500);
      },
    );
  });
  server.requestTimeout = REQUEST_TIMEOUT;
  server.headersTimeout = REQUEST_TIMEOUT;
  server.keepAliveTimeout = IDLE_TIMEOUT;
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1", backlog: 1000 }, resolve);
  });
  server.on("error", (error) => options.log(`doveauth: ${error.message}`));
  return { port: (server.address() as { port: number }).port, close: (waitMs) => close(server, waitMs) };
}

function close(server: Server, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), waitMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** A connection whose peer talks nonsense is not used again: where its next request begins would be a guess. */
function end(response: ServerResponse, status: number): void {
  if (status !== 200 && status !== 403) response.setHeader("Connection", "close");
  response.writeHead(status, { "Content-Length": 0 }).end();
}

async function serve(request: IncomingMessage, { accounts, isPasswordOf, log }: HttpFrontOptions) {
  if (request.url !== "/create") return 404;
  if (request.method !== "POST") return 405;
  const [, address, password] = /^([^\t]+)\t([\s\S]+)$/.exec((await bodyOf(request)) ?? "") ?? [];
  if (address === undefined || password === undefined) return 400;
  const account = await accounts.findOrCreate(address, password);
  if (!account) return 403;
  if (await isPasswordOf(account.password, password)) return 200;
  log(`warning: address not created: it exists with another password`);
  return 403;
}

/** The body as text, undefined where it is too long, no UTF-8, or has a NUL. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) && !text.includes("\u0000") ? text : undefined;
}
