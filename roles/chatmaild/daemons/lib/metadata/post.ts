// Hands one device token to the notification server: POST, with the token as the body and nothing else.

import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

/** Taken, or of a device that the server knows to be gone, or to be tried again. */
export type Outcome = "taken" | "gone" | "failed";

export type Post = (token: string) => Promise<Outcome>;

export interface Poster {
  readonly post: Post;
  /** Whatever is under way has failed. */
  readonly close: () => void;
}

export interface PostOptions {
  readonly url: string;
  /** Milliseconds that it may take. */
  readonly timeout: number;
}

export function posterTo({ url, timeout }: PostOptions): Poster {
  const target = new URL(url);
  const isSecure = target.protocol === "https:";
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const request = isSecure ? httpsRequest : httpRequest;
  const closing = new AbortController();

  const once = (token: string, signal: AbortSignal): Promise<Outcome | "stale"> =>
    new Promise((resolve) => {
      const body = Buffer.from(token);
      const posting = request(target, { method: "POST", agent, signal }, (response) => {
        response.resume();
        response.on("error", () => undefined);
        resolve(outcomeOf(response.statusCode));
      });
      // A connection that is used again may be one that the server is just closing.
      posting.on("error", () => resolve(posting.reusedSocket && !signal.aborted ? "stale" : "failed"));
      posting.end(body);
    });

  return {
    post: async (token) => {
      const signal = AbortSignal.any([AbortSignal.timeout(timeout), closing.signal]);
      for (;;) {
        const outcome = await once(token, signal);
        if (outcome !== "stale") return outcome;
      }
    },
    close: () => {
      closing.abort();
      agent.destroy();
    },
  };
}

function outcomeOf(status: number | undefined): Outcome {
  if (status === 200) return "taken";
  return status === 410 ? "gone" : "failed";
}
