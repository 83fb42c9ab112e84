// Mail that goes on while a relay is worked on: clients log in and send all the time, and so does another relay. What
// has been accepted must be in the mailbox in the end.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../lab/index.ts";
import { ELSEWHERE, signedBy } from "../relay/elsewhere.ts";
import { type Account, messages, newAccount, openMailbox } from "../relay/mailbox.ts";
import { encryptedMessage, newPublicKey } from "../relay/pgp-message.ts";
import { type Reply, type Server, SmtpSession } from "../relay/smtp-session.ts";

const BETWEEN_MS = 300;
/** For one message; then the connection is given up. */
const PATIENCE_MS = 20_000;
const ARRIVAL_MS = 60_000;

/** The ports that mail comes in by; a client has logged in on the first two. */
const PORTS = [465, 587, 25] as const;

interface Sender {
  readonly port: (typeof PORTS)[number];
  readonly account: Account;
  readonly message: string;
}

export interface Correspondents {
  readonly server: Server;
  readonly reader: Account;
  readonly senders: readonly Sender[];
}

/** Makes the accounts on a relay. */
export async function correspondents(host: Host): Promise<Correspondents> {
  const certificate = await host.must("cat /etc/ssl/certs/mailserver.pem");
  const server = { address: host.address, name: host.name, certificate };
  const reader = newAccount(server);
  const key = await newPublicKey(reader.address);
  const senders = PORTS.map(async (port): Promise<Sender> => {
    const account = newAccount(port === 25 ? { ...server, name: ELSEWHERE } : server);
    const message = await encryptedMessage(
      { from: account.address, to: reader.address },
      key,
      "Still there?",
    );
    return { port, account, message };
  });
  const all = { server, reader, senders: await Promise.all(senders) };
  for (const account of [
    reader,
    ...all.senders.filter(({ port }) => port !== 25).map((each) => each.account),
  ])
    await (await openMailbox(server, account)).logout();
  return all;
}

export interface LiveMail {
  /** Ends the sending, and looks whether all that was accepted is there; gives how much it was. */
  end(about: string): Promise<number>;
}

/** Settles when a message has been accepted on each port. */
export async function liveMail(host: Host, all: Correspondents, over: AbortSignal): Promise<LiveMail> {
  const { server, reader } = all;
  const accepted = new Map<string, number>();
  const refused: string[] = [];
  const ending = new AbortController();
  const stopped = AbortSignal.any([ending.signal, over]);
  const sending = all.senders.map(async (sender) => {
    while (!stopped.aborted) {
      const id = `${crypto.randomUUID()}@${sender.account.address.split("@")[1]}`;
      const reply = await sendOne(server, sender, reader.address, id).catch(() => undefined);
      if (reply?.code === 250) accepted.set(id, sender.port);
      else if (reply && reply.code >= 500) refused.push(`${sender.port}: ${reply.text}`);
      await sleep(BETWEEN_MS, undefined, { signal: stopped }).catch(() => {});
    }
  });
  const begun = () => PORTS.every((port) => [...accepted.values()].includes(port));
  for (const end = Date.now() + ARRIVAL_MS; !begun(); await sleep(20))
    assert.ok(Date.now() < end, `no mail at first, accepted: ${[...accepted.values()]}, refused: ${refused}`);
  return {
    async end(about) {
      const before = accepted.size;
      for (const end = Date.now() + ARRIVAL_MS; accepted.size < before + PORTS.length; await sleep(20))
        assert.ok(Date.now() < end, `${about}: no mail is accepted any more`);
      ending.abort();
      await Promise.all(sending);
      // A client does not try again what has been refused for good.
      assert.deepEqual(refused, [], about);
      let lost = [...accepted.keys()];
      for (const end = Date.now() + ARRIVAL_MS; lost.length > 0 && Date.now() < end; await sleep(200)) {
        // What met a closed door within the relay would be tried again after minutes.
        await host.must("postqueue -f");
        const arrived = (await messages(server, reader, accepted.size)).join("");
        lost = lost.filter((id) => !arrived.includes(id));
      }
      const ports = lost.map((id) => `${accepted.get(id)}: ${id}`);
      assert.deepEqual(ports, [], `${about}: accepted, but not in the mailbox`);
      return accepted.size;
    },
  };
}

async function sendOne(server: Server, sender: Sender, to: string, id: string): Promise<Reply> {
  const { port, account } = sender;
  const numbered = sender.message.replace(/^Message-ID: <.*>/m, `Message-ID: <${id}>`);
  const work = async () => {
    const session =
      port === 25
        ? await SmtpSession.open(server, port)
        : await SmtpSession.login(server, port, account.address, account.password);
    try {
      if (port === 25) {
        await session.startTls();
        await session.command(`EHLO mail.${ELSEWHERE}`);
      }
      return await session.send(
        account.address,
        [to],
        port === 25 ? signedBy(ELSEWHERE, numbered) : numbered,
      );
    } finally {
      session.quit().catch(() => {});
    }
  };
  return Promise.race([work(), sleep(PATIENCE_MS).then(() => Promise.reject(new Error("no answer")))]);
}
