// In the place of the notification server, which wakes devices: it keeps what it is told.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export class NotificationServer {
  readonly url: string;
  readonly #server: Server;
  readonly #tokens: string[];

  private constructor(server: Server, tokens: string[]) {
    const { address, port } = server.address() as AddressInfo;
    this.url = `http://${address}:${port}/notify`;
    this.#server = server;
    this.#tokens = tokens;
  }

  static async listen(address: string): Promise<NotificationServer> {
    const tokens: string[] = [];
    const server = createServer(async (request, response) => {
      tokens.push(await text(request));
      response.end();
      server.emit("told");
    }).listen(0, address);
    await once(server, "listening");
    return new NotificationServer(server, tokens);
  }

  /** The tokens so far, once there are as many; those given back are forgotten. */
  async told(wanted: number): Promise<string[]> {
    while (this.#tokens.length < wanted) {
      await once(this.#server, "told", { signal: AbortSignal.timeout(10_000) });
    }
    return this.#tokens.splice(0);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
