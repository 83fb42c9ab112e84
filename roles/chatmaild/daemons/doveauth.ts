// doveauth: answers Dovecot's questions about users; the first login with a well-formed address creates it. It also
// keeps the day of each user's last login, which Dovecot tells on a socket of its own and expiry goes by.
//
//   doveauth SOCKET CHATMAIL.INI [LASTLOGIN-SOCKET]
//
// The sockets are made, unless systemd hands them over (sd_listen_fds(3)): then questions that come while doveauth
// restarts wait. Dovecot writes a question that it cannot ask into its log, with the password in it.
// With doveauth_http_port it creates addresses over HTTP too, as Dovecot 2.4 needs it.

import { mkdirSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { dictFront } from "./lib/auth/dict-front.ts";
import { startHttpFront } from "./lib/auth/http-front.ts";
import { lastLoginFront } from "./lib/auth/last-login.ts";
import { accountsOf } from "./lib/auth/policy.ts";
import { thisMachine } from "./lib/auth/system-limits.ts";
import { readConfig } from "./lib/config.ts";
import { type Listen, startDictServer } from "./lib/dict/server.ts";
import { serveHashes, startHashPool } from "./lib/hash/pool.ts";
import { logToStderr as log } from "./lib/log.ts";
import { runDaemon } from "./lib/main.ts";
import { usersOf } from "./lib/users.ts";

/** The first of the descriptors that systemd passes. */
const LISTEN_FDS_START = 3;
/** How long open connections may take to end after SIGTERM. */
const CLOSE_WAIT = 5000;

if (isMainThread) {
  await runDaemon("doveauth", async () => {
    const [path, ini, lastLoginPath] = process.argv.slice(2);
    if (!path || !ini) throw new Error("usage: doveauth SOCKET CHATMAIL.INI [LASTLOGIN-SOCKET]");
    const config = readConfig(ini);
    // Only now: without the mailboxes that it had everybody would be unknown, and could be claimed by anybody.
    mkdirSync(config.mailboxes_dir, { recursive: true, mode: 0o700 });
    const users = usersOf(config);
    const pool = startHashPool({ worker: new URL(import.meta.url) });
    const accounts = accountsOf({ config, users, hash: pool.hash, machine: thisMachine, log });
    const front = dictFront({ accounts, list: users.list, log });
    const isHandedOver = process.env.LISTEN_FDS === "2";
    const listenTo = (place: number, made: string): Listen =>
      isHandedOver ? { fd: LISTEN_FDS_START + place } : { path: made };
    const server = await startDictServer({ listen: listenTo(0, path), handlerFor: () => front, log });
    const lastLogin = lastLoginPath
      ? await startDictServer({
          listen: listenTo(1, lastLoginPath),
          handlerFor: () => lastLoginFront(users, log),
          log,
        })
      : undefined;
    const port = config.doveauth_http_port;
    const http =
      port > 0 ? await startHttpFront(port, { accounts, isPasswordOf: pool.isPasswordOf, log }) : undefined;
    return {
      sockets: [path, ...(lastLoginPath ? [lastLoginPath] : [])],
      close: async () => {
        await Promise.all([server.close(CLOSE_WAIT), lastLogin?.close(CLOSE_WAIT), http?.close(CLOSE_WAIT)]);
        await pool.close();
      },
    };
  });
} else {
  serveHashes();
}
