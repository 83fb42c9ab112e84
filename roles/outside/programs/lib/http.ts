// One request to the relay's address by one of its names, without following where that leads.

import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { isIP } from "node:net";
import type { Relay } from "./relay.ts";

export interface Page {
  readonly status: number;
  readonly type: string;
  readonly location: string;
  readonly body: string;
  /** For the report: the status and where it leads. */
  readonly told: string;
}

interface Question {
  readonly path: string;
  readonly method?: "GET" | "POST";
  /** The relay's domain, unless it is another of its names. */
  readonly host?: string;
  readonly plain?: boolean;
}

const PATIENCE = 15_000;
/** More than any of the pages has. */
const MOST = 4 * 1024 * 1024;

export function ask(relay: Relay, question: Question): Promise<Page> {
  const { path, method = "GET", host = relay.domain, plain = false } = question;
  const options = {
    host: relay.address,
    port: plain ? 80 : 443,
    path,
    method,
    headers: { Host: host, ...(method === "POST" ? { "Content-Length": 0 } : {}) },
    agent: false,
    timeout: PATIENCE,
    ...(plain ? {} : { rejectUnauthorized: false, ...(isIP(host) ? {} : { servername: host }) }),
  };
  return new Promise((resolve, reject) => {
    const asking = (plain ? requestPlain : requestTls)(options, (response) =>
      read(response).then(resolve, reject),
    );
    asking.once("timeout", () => asking.destroy(new Error(`no answer within ${PATIENCE / 1000} s`)));
    asking.once("error", reject);
    asking.end();
  });
}

async function read(response: IncomingMessage): Promise<Page> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).length;
    if (size > MOST) throw new Error("the answer does not end");
    chunks.push(chunk as Buffer);
  }
  const { statusCode: status = 0, headers } = response;
  const { location = "", "content-type": type = "" } = headers;
  const body = Buffer.concat(chunks).toString("utf8");
  return { status, type, location, body, told: location ? `${status} to ${location}` : `${status} ${type}` };
}
