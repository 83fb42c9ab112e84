// lastlogin: keeps the day of each user's last login, which expiry goes by.
//
//   lastlogin SOCKET CHATMAIL.INI

import { lastLoginFront } from "./lib/auth/last-login.ts";
import { readConfig } from "./lib/config.ts";
import { startDictServer } from "./lib/dict/server.ts";
import { logToStderr as log } from "./lib/log.ts";
import { runDaemon } from "./lib/main.ts";
import { usersOf } from "./lib/users.ts";

/** How long open connections may take to end after SIGTERM. */
const CLOSE_WAIT = 5000;

await runDaemon("lastlogin", async () => {
  const [path, ini] = process.argv.slice(2);
  if (!path || !ini) throw new Error("usage: lastlogin SOCKET CHATMAIL.INI");
  const users = usersOf(readConfig(ini));
  const server = await startDictServer({
    listen: { path },
    handlerFor: () => lastLoginFront(users, log),
    log,
  });
  return { close: () => server.close(CLOSE_WAIT) };
});
