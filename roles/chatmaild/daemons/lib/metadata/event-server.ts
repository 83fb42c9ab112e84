// Where Dovecot posts its events: HTTP on a local port, one JSON object each.

import { createServer } from "node:http";
import type { ListenOptions } from "node:net";
import { text } from "node:stream/consumers";
import type { Log } from "../log.ts";

export interface EventServerOptions {
  readonly listen: ListenOptions | { readonly fd: number };
  readonly take: (json: string) => Promise<void>;
  readonly log: Log;
}

export interface EventServer {
  close(): Promise<void>;
}

/** Dovecot posts at once and in one piece; whoever else dawdles is cut off. */
const REQUEST_TIMEOUT = 10_000;
/** Between events Dovecot keeps its connection; to open a new one costs little. */
const KEEP_ALIVE = 60_000;
/** More than any event has. */
const LARGEST_EVENT = 16_384;

export async function startEventServer({ listen, take, log }: EventServerOptions): Promise<EventServer> {
  const server = createServer((request, response) => {
    const length = Number(request.headers["content-length"] ?? Number.NaN);
    if (request.method !== "POST" || !(length <= LARGEST_EVENT)) {
      response.writeHead(400, { Connection: "close" }).end();
      return;
    }
    text(request)
      .then(take)
      .then(
        () => response.writeHead(204).end(),
        (error: Error) => {
          log(`event: ${error.message}`);
          response.writeHead(500).end();
        },
      );
  });
  server.requestTimeout = REQUEST_TIMEOUT;
  server.headersTimeout = REQUEST_TIMEOUT;
  server.keepAliveTimeout = KEEP_ALIVE;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(listen, resolve);
  });
  server.on("error", (error) => log(`event port: ${error.message}`));
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
