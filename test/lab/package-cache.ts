// A caching HTTP proxy for the hosts' apt. What it does not have it fetches with apt's own helper, so the
// machine's proxies, certificates and credentials apply, and the hosts need none of them.
// Packages and by-hash files never change and are kept; indexes are asked for again after some minutes.
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { aptDownloads, type Downloaded } from "./apt-download.ts";

export interface PackageCacheOptions {
  readonly directory: string;
  /** Origins, such as "https://mirror.example", that hosts ask for by http and that are fetched by https. */
  readonly httpsOrigins: readonly string[];
}

/** How long an index is served without asking again: long enough for the hosts of one test run. */
const indexAgeMs = 10 * 60_000;
const neverChanges = /\.u?deb$|\/by-hash\//;

export function packageCache(options: PackageCacheOptions): Server {
  const underWay = new Map<string, Promise<Downloaded>>();
  const download = aptDownloads();

  /** Writes beside the place and renames, so that a half-loaded file is never served, nor shared by two labs. */
  async function fetchNow(url: URL, path: string): Promise<Downloaded> {
    await mkdir(dirname(path), { recursive: true });
    const part = `${path}.${randomBytes(6).toString("hex")}.part`;
    const https = options.httpsOrigins.includes(`https://${url.host}`);
    try {
      const result = await download(https ? url.href.replace(/^http:/, "https:") : url.href, part);
      if (result.ok) await rename(part, path);
      return result;
    } finally {
      await rm(part, { force: true });
    }
  }

  async function fetchOnce(url: URL, path: string): Promise<Downloaded> {
    const known = await stat(path).catch(() => undefined);
    if (known && (neverChanges.test(url.pathname) || Date.now() - known.ctimeMs < indexAgeMs))
      return { ok: true };
    const running = underWay.get(path) ?? fetchNow(url, path).finally(() => underWay.delete(path));
    underWay.set(path, running);
    const fetched = await running;
    // Without a way out an index of yesterday is better than none.
    return !fetched.ok && fetched.status !== 404 && known ? { ok: true } : fetched;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.canParse(request.url ?? "") ? new URL(request.url ?? "") : undefined;
    if (url?.protocol !== "http:" || (request.method !== "GET" && request.method !== "HEAD")) {
      response.writeHead(501).end("This is a proxy for apt: http, GET and HEAD only.\n");
      return;
    }
    const path = join(options.directory, url.host, url.pathname);
    const fetched = await fetchOnce(url, path);
    if (!fetched.ok) {
      response.writeHead(fetched.status, { "content-type": "text/plain" }).end(fetched.message);
      return;
    }
    const { size, mtime } = await stat(path);
    const since = Date.parse(request.headers["if-modified-since"] ?? "");
    // HTTP dates have whole seconds.
    if (Math.floor(mtime.getTime() / 1000) * 1000 <= since) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(200, { "content-length": size, "last-modified": mtime.toUTCString() });
    if (request.method === "HEAD") response.end();
    else await pipeline(createReadStream(path), response);
  }

  return createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end(`${error.message}\n`);
    });
  });
}
