// What a client sees over IMAP.
import { setTimeout as sleep } from "node:timers/promises";
import { ImapFlow } from "imapflow";
import type { Server } from "./smtp-session.ts";

export interface Account {
  readonly address: string;
  readonly password: string;
}

let count = 0;

/** An account that nobody has used yet: it is created by its first login. */
export function newAccount(server: Server): Account {
  const name = `u${process.pid.toString(36).padStart(4, "0").slice(-4)}${(count++).toString(36).padStart(4, "0")}`;
  return { address: `${name}@${server.name}`, password: `quite ${name} secret` };
}

/** Logs in; port 143 is secured by STARTTLS. Throws with the server's answer if that is refused. */
export async function openMailbox(
  server: Server,
  account: Account,
  port: 143 | 993 = 993,
): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: server.address,
    port,
    secure: port === 993,
    doSTARTTLS: port === 143,
    tls: { ca: server.certificate, servername: server.name },
    auth: { user: account.address, pass: account.password },
    logger: false,
  });
  // A lost connection is told by whichever call waits for it.
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (error) {
    client.close();
    throw new Error((error as { responseText?: string }).responseText ?? (error as Error).message);
  }
  await client.mailboxOpen("INBOX");
  return client;
}

/** The messages of the inbox, as stored; waits until there are as many. */
export async function messages(server: Server, account: Account, wanted = 1): Promise<string[]> {
  const client = await openMailbox(server, account);
  try {
    for (const end = Date.now() + 20_000; Date.now() < end; await sleep(50)) {
      await client.noop();
      if (client.mailbox && client.mailbox.exists >= wanted) break;
    }
    const found = await client.fetchAll("1:*", { source: true }).catch(() => []);
    return found.map(({ source }) => source?.toString("latin1") ?? "");
  } finally {
    await client.logout();
  }
}
