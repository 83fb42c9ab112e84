// Asks whoever has the secret of the TURN server for credentials: one line per connection to its socket.

import { connect } from "node:net";

/** A user's name, which is when it ends, and a password. */
const LONGEST_LINE = 1000;

/** The line, or undefined where there is none, or none in time. */
export function turnCredentials(path: string, timeout: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    let text = "";
    const end = (): void => {
      clearTimeout(timer);
      socket.destroy();
      const [line = "", rest] = text.split(/\r?\n(.*)/s);
      resolve(rest !== undefined && /^[!-~]+$/.test(line) ? line : undefined);
    };
    const timer = setTimeout(end, timeout);
    socket.setEncoding("latin1");
    socket.on("data", (piece: string) => {
      text += piece;
      if (text.includes("\n") || text.length > LONGEST_LINE) end();
    });
    socket.on("end", end);
    socket.on("error", end);
  });
}
