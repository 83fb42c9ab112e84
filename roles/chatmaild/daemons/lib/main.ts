// What all daemons do at their start and end: tell what is wrong with the configuration in one line, tell systemd
// when they are ready, and on SIGTERM finish what they are at before they go.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { logToStderr } from "./log.ts";

export interface Daemon {
  /** Takes nothing new, finishes what is in flight within a bounded time. */
  readonly close: () => Promise<void>;
  /** The sockets at which it is reached. */
  readonly sockets?: readonly string[];
}

/** How often a daemon looks whether it can be reached still. */
const LOOK = 2000;

export async function runDaemon(name: string, start: () => Promise<Daemon>): Promise<void> {
  let daemon: Daemon;
  try {
    daemon = await start();
  } catch (error) {
    logToStderr(`${name}: ${(error as Error).message}`);
    process.exitCode = 1;
    return;
  }
  let closing = false;
  const end = (): void => {
    if (closing) return;
    closing = true;
    daemon.close().then(
      () => process.exit(),
      (error: Error) => {
        logToStderr(`${name}: ${error.message}`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  // Nobody finds a socket whose directory has been removed. Its unit has systemd make it anew when the daemon ends.
  setInterval(() => {
    const gone = daemon.sockets?.find((path) => !existsSync(path));
    if (gone === undefined || closing) return;
    logToStderr(`${name}: ${gone} has been removed`);
    process.exitCode = 1;
    end();
  }, LOOK).unref();
  logToStderr(`${name}: entering serving loop`);
  tellSystemd();
}

/**
 * sd_notify(3) needs a unix datagram socket, which Node.js does not have; systemd's own tool does it. Without Type=notify
 * in the unit there is no NOTIFY_SOCKET, and nothing is run.
 */
function notify(...state: readonly string[]): void {
  execFile("systemd-notify", state, (error) => {
    if (error) logToStderr(`systemd-notify: ${error.message}`);
  });
}

/** Ready now; then, where the unit has WatchdogSec, twice in that time that the event loop still turns. */
function tellSystemd(): void {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: microseconds } = process.env;
  if (!socket) return;
  notify("--ready", `--pid=${process.pid}`);
  if (microseconds) setInterval(() => notify("WATCHDOG=1"), Number(microseconds) / 2000).unref();
}
