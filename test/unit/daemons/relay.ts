// filtermail with its sockets, a mail directory and a scripted Postfix behind it, for the tests of its behaviour.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "../../../roles/chatmaild/daemons/lib/config.ts";
import { type Direction, filterHandler } from "../../../roles/chatmaild/daemons/lib/filter/handler.ts";
import { rateLimit } from "../../../roles/chatmaild/daemons/lib/filter/rate-limit.ts";
import { deliverTo } from "../../../roles/chatmaild/daemons/lib/smtp/client.ts";
import { type MailServer, startMailServer } from "../../../roles/chatmaild/daemons/lib/smtp/server.ts";
import { usersOf } from "../../../roles/chatmaild/daemons/lib/users.ts";
import { type FakePostfix, fakePostfix, type NextHopScript, smtp, type Talk } from "./talk.ts";

export const UNENCRYPTED = "523 Encryption Needed: Invalid Unencrypted Mail";
const MAX_SIZE = 200_000;

export interface Relay {
  readonly server: MailServer;
  readonly postfix: FakePostfix;
  readonly talk: Talk;
  readonly log: string[];
  /** Gives an address a directory with these files in it. */
  readonly mark: (address: string, ...files: readonly string[]) => void;
  readonly end: () => Promise<void>;
}

export async function relay(
  direction: Direction,
  script: NextHopScript = {},
  burst = 100,
  maxMemory?: number,
): Promise<Relay> {
  // Scripts that fall silent are waited for; all others answer at once.
  const timeoutMs = script.reply ? 700 : 10_000;
  const directory = mkdtempSync(join(tmpdir(), "filtermail-"));
  const config = parseConfig(
    `[params]\nmail_domain = relay.test\nmailboxes_dir = ${directory}\nmax_message_size = ${MAX_SIZE}\n`,
  );
  const postfix = await fakePostfix(script);
  const log: string[] = [];
  const handler = filterHandler({
    direction,
    config,
    users: usersOf(config),
    log: (text) => log.push(text),
    limit: rateLimit({ perMinute: 60, burst }),
    deliver: deliverTo({ port: postfix.port, name: "relay.test", timeoutMs }),
  });
  const server = await startMailServer({
    handler,
    port: 0,
    name: "relay.test",
    ...(maxMemory && { maxMemory }),
  });
  const talk = await smtp(server.port);
  return {
    server,
    postfix,
    talk,
    log,
    mark: (address, ...files) => {
      mkdirSync(join(directory, address), { recursive: true });
      for (const file of files) writeFileSync(join(directory, address, file), "");
    },
    end: async () => {
      talk.end();
      await server.close(50);
      await postfix.close();
      rmSync(directory, { recursive: true });
    },
  };
}
