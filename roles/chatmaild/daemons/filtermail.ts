// filtermail: stands before Postfix's queue and lets only encrypted mail through. One process per direction.
//
//   filtermail CHATMAIL.INI outgoing|incoming

import { type Config, readConfig } from "./lib/config.ts";
import { type Direction, filterHandler } from "./lib/filter/handler.ts";
import { rateLimit } from "./lib/filter/rate-limit.ts";
import { logToStderr as log } from "./lib/log.ts";
import { runDaemon } from "./lib/main.ts";
import { deliverTo } from "./lib/smtp/client.ts";
import { startMailServer } from "./lib/smtp/server.ts";
import { addressDomain, usersOf } from "./lib/users.ts";

/** How long messages in flight may take after SIGTERM; systemd kills after 90 s unless the unit says otherwise. */
const CLOSE_WAIT = 60_000;

await runDaemon("filtermail", async () => {
  const [ini, direction] = process.argv.slice(2);
  if (!ini || !isDirection(direction)) throw new Error("usage: filtermail CHATMAIL.INI outgoing|incoming");
  const config = readConfig(ini);
  const { listen, reinject } = portsOf(direction, config);
  const name = addressDomain(config);
  const handler = filterHandler({
    direction,
    config,
    users: usersOf(config),
    log,
    limit: rateLimit({
      perMinute: config.max_user_send_per_minute,
      burst: config.max_user_send_burst_size,
    }),
    deliver: deliverTo({ port: reinject, name }),
  });
  const server = await startMailServer({ handler, port: listen, name });
  return { close: () => server.close(CLOSE_WAIT) };
});

function isDirection(word: string | undefined): word is Direction {
  return word === "outgoing" || word === "incoming";
}

function portsOf(
  direction: Direction,
  config: Config,
): { readonly listen: number; readonly reinject: number } {
  switch (direction) {
    case "outgoing":
      return { listen: config.filtermail_smtp_port, reinject: config.postfix_reinject_port };
    case "incoming":
      return {
        listen: config.filtermail_smtp_port_incoming,
        reinject: config.postfix_reinject_port_incoming,
      };
  }
}
