// What all daemons do at their start and end: tell what is wrong with the configuration in one line, tell systemd
// when they are ready, and on SIGTERM finish what they are at before they go.

import { execFile } from "node:child_process";
import { logToStderr } from "./log.ts";

export interface Daemon {
  /** Takes nothing new, finishes what is in flight within a bounded time. */
  readonly close: () => Promise<void>;
}

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
      () => process.exit(0),
      (error: Error) => {
        logToStderr(`${name}: ${error.message}`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
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
