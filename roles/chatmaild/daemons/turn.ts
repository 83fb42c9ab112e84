// turn: makes credentials of the TURN server, one line for each connection: when they end, a colon, the password.
// https://github.com/coturn/coturn, turnserver(1), use-auth-secret: the first is the name of a user, the second the
// HMAC-SHA1 of it with the secret that coturn has too.
//
//   turn
//
// systemd hands over the listening socket (sd_listen_fds(3)), starts it at the first question, and gives it the secret
// (LoadCredential); when nobody has asked for a while it ends.

import { createHmac } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { logToStderr as log } from "./lib/log.ts";
import { runDaemon } from "./lib/main.ts";

/** The first of the descriptors that systemd passes. */
const LISTEN_FDS_START = 3;
/** Without questions for so many milliseconds it ends, which costs the next one some tens of them. */
const IDLE = 300_000;
/** Seconds that credentials are good for: a call that has begun may last, and apps ask again each day. */
const LIFETIME = 2 * 24 * 60 * 60;

await runDaemon("turn", async () => {
  const { CREDENTIALS_DIRECTORY: directory, LISTEN_FDS } = process.env;
  if (!directory || LISTEN_FDS !== "1") throw new Error("systemd must start it by its socket");
  const secret = readFileSync(join(directory, "secret"), "utf8").trim();
  const resting = setTimeout(() => process.kill(process.pid, "SIGTERM"), IDLE);
  const server = createServer((socket) => {
    resting.refresh();
    const end = Math.floor(Date.now() / 1000) + LIFETIME;
    const password = createHmac("sha1", secret).update(String(end)).digest("base64");
    socket.on("error", () => socket.destroy());
    socket.end(`${end}:${password}\n`);
    socket.resume();
  });
  server.on("error", (error) => log(`turn: ${error.message}`));
  server.listen({ fd: LISTEN_FDS_START });
  await once(server, "listening");
  return {
    close: async () => {
      clearTimeout(resting);
      server.close();
    },
  };
});
