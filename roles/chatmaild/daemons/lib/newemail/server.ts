// The HTTP side of newemail: one path, POST and, where a browser asks for it, GET. nginx stands before it and passes
// on neither headers nor bodies, so there is nothing of a client here that could be kept.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { ListenOptions } from "node:net";
import type { Log } from "../log.ts";
import type { NewEmail } from "./account.ts";

export interface NewEmailServerOptions {
  readonly listen: ListenOptions | { readonly fd: number };
  readonly account: () => NewEmail;
  /** GET is answered too; without it nginx has its own answer to GET. */
  readonly get: boolean;
  /** What happens when there was no request for so many milliseconds. */
  readonly idle: { readonly after: number; readonly end: () => void };
  readonly log: Log;
}

export interface NewEmailServer {
  /** Takes nothing new; connections that stay are cut after the wait. */
  close(waitMs: number): Promise<void>;
}

const PATH = "/new";
/** nginx asks at once and in one piece; whoever else dawdles is cut off. */
const REQUEST_TIMEOUT = 10_000;

export async function startNewEmailServer(options: NewEmailServerOptions): Promise<NewEmailServer> {
  const { listen, idle, log } = options;
  const resting = setTimeout(idle.end, idle.after);
  const server = createServer((request, response) => {
    resting.refresh();
    request.resume();
    answer(request, response, options);
  });
  server.requestTimeout = REQUEST_TIMEOUT;
  server.headersTimeout = REQUEST_TIMEOUT;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(listen, resolve);
  });
  server.on("error", (error) => log(`newemail: ${error.message}`));
  return {
    close: (waitMs) =>
      new Promise((resolve) => {
        clearTimeout(resting);
        const cut = setTimeout(() => server.closeAllConnections(), waitMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  { account, get, log }: NewEmailServerOptions,
): void {
  // One request, one connection: nothing stays open that would have to be waited for at the end.
  response.setHeader("Connection", "close");
  response.setHeader("Cache-Control", "no-store");
  const allowed = get ? ["POST", "GET"] : ["POST"];
  if (url?.replace(/\?.*$/, "") !== PATH) response.writeHead(404).end();
  else if (!allowed.includes(method ?? "")) response.writeHead(405, { Allow: allowed.join(", ") }).end();
  else {
    try {
      const body = JSON.stringify(account());
      response.writeHead(200, { "Content-Type": "application/json" }).end(body);
    } catch (error) {
      log(`newemail: ${(error as Error).message}`);
      response.writeHead(500).end();
    }
  }
}
