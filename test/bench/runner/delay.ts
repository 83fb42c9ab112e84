// A TCP relay that holds everything back for half of a round trip, in each direction: distance, for a kernel
// without netem. Before it passes anything on it waits a whole one, which is what a real TCP connect takes.

import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Relay {
  readonly port: number;
  close(): void;
}

export async function delayingRelay(address: string, port: number, roundTrip: number): Promise<Relay> {
  const open = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true, noDelay: true }, async (near) => {
    const far = connect({ host: address, port, noDelay: true });
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => socket.destroy());
      socket.once("close", () => open.delete(socket));
    }
    await sleep(roundTrip);
    passOn(near, far, roundTrip / 2);
    passOn(far, near, roundTrip / 2);
    near.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the relay has no port");
  return {
    port: bound.port,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

function passOn(from: Socket, to: Socket, milliseconds: number): void {
  // Timers of one length fire in the order in which they were set.
  from.on("data", (chunk) => setTimeout(() => to.destroyed || to.write(chunk), milliseconds));
  from.on("end", () => setTimeout(() => to.destroyed || to.end(), milliseconds));
}
