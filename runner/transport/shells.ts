// The shells of one connection: one for each user, opened at the first demand and kept to the end.

import { randomUUID } from "node:crypto";
import { asUser, becomeHint } from "./become.ts";
import { type FramedShell, openFramedShell, type Pipes } from "./framed-shell.ts";
import { loopCommand } from "./shell-loop.ts";
import { type Connection, Unreachable } from "./transport.ts";

export interface Way {
  /** The inventory name, for messages. */
  readonly host: string;
  /** Who is logged in. */
  readonly login: string;
  /** For sudo. */
  readonly password?: string | undefined;
  readonly timeout: number;
  /** Starts a command on the host. */
  start(command: readonly string[]): Promise<Pipes>;
  /** Milliseconds that shells have to end and to clean up after themselves; without it they are not waited for. */
  readonly patience?: number;
  /** Ends what the shells were started over. */
  end(): Promise<void>;
}

export function keepShells({ host, login, password, timeout, start, patience, end }: Way): Connection {
  const shells = new Map<string, Promise<FramedShell>>();
  let closed: Promise<void> | undefined;

  const open = async (user: string): Promise<FramedShell> => {
    const become = { login, user, password };
    const ready = `ready-${randomUUID()}`;
    const where = `${user}@${host}`;
    const { command, dialogue } = asUser(become, loopCommand(user === login ? { ready } : { ready, user }));
    try {
      return await openFramedShell({ pipes: await start(command), ready, where, timeout, dialogue });
    } catch (error) {
      if (!(error instanceof Unreachable) || error.hint !== undefined) throw error;
      throw new Unreachable(error.message, becomeHint(become, error.message));
    }
  };

  const close = async () => {
    for (const shell of await Promise.allSettled(shells.values())) {
      if (shell.status === "rejected") continue;
      if (patience === undefined) shell.value.leave();
      else await shell.value.close(patience);
    }
    await end();
  };

  return {
    async shell(user = login) {
      if (closed) throw new Unreachable(`the connection to ${host} has been closed`);
      const shell = shells.get(user) ?? open(user);
      shells.set(user, shell);
      // A user who is not there now may be made by a later task.
      shell.catch(() => shells.delete(user));
      return shell;
    },
    close() {
      closed ??= close();
      return closed;
    },
  };
}
