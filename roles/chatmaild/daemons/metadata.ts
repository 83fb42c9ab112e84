// metadata: keeps the tokens by which users' devices are woken, has them woken when a message comes, and tells apps
// what the relay offers; asked and told by Dovecot. It also sees to it that clients which sleep in Dovecot miss nothing.
//
//   metadata SOCKET CHATMAIL.INI
//
// SOCKET is made, unless systemd hands it over, and after it the port for Dovecot's events (sd_listen_fds(3)).

import { accessSync } from "node:fs";
import { join } from "node:path";
import { realClock as clock } from "./lib/clock.ts";
import { readConfig } from "./lib/config.ts";
import { startDictServer } from "./lib/dict/server.ts";
import { logToStderr as log } from "./lib/log.ts";
import { runDaemon } from "./lib/main.ts";
import { startEventServer } from "./lib/metadata/event-server.ts";
import { metadataFront } from "./lib/metadata/front.ts";
import { parseHibernation, ringIfChanged } from "./lib/metadata/hibernation.ts";
import { Notifier } from "./lib/metadata/notifier.ts";
import { pendingFiles } from "./lib/metadata/pending.ts";
import { posterTo } from "./lib/metadata/post.ts";
import { tokensOf } from "./lib/metadata/tokens.ts";
import { turnCredentials } from "./lib/metadata/turn.ts";
import { usersOf } from "./lib/users.ts";

/** The first of the descriptors that systemd passes, sd_listen_fds(3). */
const LISTEN_FDS_START = 3;
/** How long open connections may take to end after SIGTERM. */
const CLOSE_WAIT = 5000;
const POST_TIMEOUT = 60_000;
const TURN_TIMEOUT = 5000;
const APP_VERSIONS = "/usr/local/lib/chatmaild/appversions.json";

await runDaemon("metadata", async () => {
  const [path, ini] = process.argv.slice(2);
  if (!path || !ini) throw new Error("usage: metadata SOCKET CHATMAIL.INI");
  const config = readConfig(ini);
  accessSync(config.mailboxes_dir);
  const users = usersOf(config);
  const tokens = tokensOf({ users, clock, log });
  const poster = posterTo({ url: config.notification_url, timeout: POST_TIMEOUT });
  const notifier = new Notifier({
    files: pendingFiles(join(config.mailboxes_dir, "pending_notifications"), log),
    post: poster.post,
    gone: ({ address, token }) => tokens.remove(address, token),
    clock,
    log,
  });
  await notifier.resume();
  const front = metadataFront({
    config,
    tokens,
    messageNew: async (address) => {
      const start = Math.floor(clock.now() / 1000);
      for (const token of await tokens.list(address)) await notifier.notify({ address, token, start });
    },
    turnCredentials: () => turnCredentials(config.turn_socket_path, TURN_TIMEOUT),
    appVersions: APP_VERSIONS,
    log,
  });
  const isHandedOver = process.env.LISTEN_FDS === "2";
  const server = await startDictServer({
    listen: isHandedOver ? { fd: LISTEN_FDS_START } : { path },
    handlerFor: front,
    log,
  });
  const take = async (json: string): Promise<void> => {
    const hibernation = parseHibernation(json);
    if (hibernation) await ringIfChanged(hibernation, users, clock.now() / 1000);
  };
  const events = isHandedOver
    ? await startEventServer({ listen: { fd: LISTEN_FDS_START + 1 }, take, log })
    : undefined;
  return {
    sockets: [path],
    close: async () => {
      await events?.close();
      await server.close(CLOSE_WAIT);
      const ended = notifier.close();
      poster.close();
      await ended;
    },
  };
});
