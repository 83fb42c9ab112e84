// newemail: answers POST /new with a random address and password, over HTTP behind nginx. Nothing is stored: the
// account comes into being at its first login, by doveauth.
//
//   newemail CHATMAIL.INI [selfsigned]
//
// systemd hands over the listening socket (sd_listen_fds(3)) and starts it at the first request; when nobody has asked
// for a while it ends. `selfsigned` adds what apps need where no authority has signed the certificate.

import { readConfig } from "./lib/config.ts";
import { logToStderr as log } from "./lib/log.ts";
import { runDaemon } from "./lib/main.ts";
import { newEmail } from "./lib/newemail/account.ts";
import { startNewEmailServer } from "./lib/newemail/server.ts";

/** The first of the descriptors that systemd passes. */
const LISTEN_FDS_START = 3;
/** Without requests for so long it ends, which costs the next one some tens of milliseconds. */
const IDLE = 300_000;
/** How long answers may take to leave after SIGTERM. */
const CLOSE_WAIT = 5000;

await runDaemon("newemail", async () => {
  const [ini, mode, ...more] = process.argv.slice(2);
  if (!ini || (mode !== undefined && mode !== "selfsigned") || more.length > 0)
    throw new Error("usage: newemail CHATMAIL.INI [selfsigned]");
  if (process.env.LISTEN_FDS !== "1") throw new Error("systemd must start it by its socket");
  const selfsigned = mode === "selfsigned";
  readConfig(ini);
  const server = await startNewEmailServer({
    listen: { fd: LISTEN_FDS_START },
    // Read anew, for it is small and rarely asked for: another length counts from the next account on.
    account: () => newEmail(readConfig(ini), { selfsigned }),
    get: selfsigned,
    idle: { after: IDLE, end: () => process.kill(process.pid, "SIGTERM") },
    log,
  });
  return { close: () => server.close(CLOSE_WAIT) };
});
