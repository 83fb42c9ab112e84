// Waits until a host can be worked with: sshd greets, and systemd has finished starting.
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "./error.ts";

const patienceMs = 60_000;

/** `alive` tells whether the host still runs; if not, waiting is given up and the end of its console is shown. */
export async function waitForSsh(
  host: { readonly name: string; readonly address: string; readonly consoleLog: string },
  alive: () => Promise<boolean>,
): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await greets(host.address))) {
    if (Date.now() > end || !(await alive())) {
      const log = await readFile(host.consoleLog, "utf8").catch(() => "");
      throw new LabError(`${host.name} did not come up; the end of its console:\n${log.slice(-1500)}`);
    }
    await sleep(20);
  }
}

function greets(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 1000 });
    const finish = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.on("data", (data) => finish(data.toString("latin1").startsWith("SSH-")));
    socket.on("error", () => finish(false));
    socket.on("timeout", () => finish(false));
    socket.on("close", () => finish(false));
  });
}
