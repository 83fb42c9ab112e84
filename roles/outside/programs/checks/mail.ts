// What users may send, what arrives of it, and what other relays may send to them.

import { type Account, newAccount } from "../lib/account.ts";
import type { Check, Skipped } from "../lib/check.ts";
import { Imap } from "../lib/imap.ts";
import { cleartextMessage, encryptedMessage, newKeys, TELLING } from "../lib/message.ts";
import { type Delivered, deliver } from "../lib/post.ts";
import { isAddress, type Job, type Relay, SERVICES } from "../lib/relay.ts";
import { expectCode, type Reply, Smtp } from "../lib/smtp.ts";

const STRANGER = "someone@example.org";
const PATIENCE = 20_000;

export function delivery(relay: Relay): Check[] {
  const group = "Delivery";
  const delivered = deliver(relay, relay, PATIENCE);
  // It is waited for below.
  delivered.catch(() => {});
  return [
    {
      group,
      name: "An encrypted message arrives",
      look: async () => `after ${(await delivered).seconds}, and could be decrypted`,
    },
    {
      group,
      name: "It tells nothing of the sender's device",
      look: () => delivered.then(traceless, () => ({ skipped: "no message arrived" })),
    },
  ];
}

function traceless({ message }: Delivered): string {
  const header = message.slice(0, message.indexOf("\r\n\r\n"));
  const traces = Object.values(TELLING).filter((value) => message.includes(value));
  const fields = ["Received", "DKIM-Signature"].filter((name) => new RegExp(`^${name}:`, "im").test(header));
  const found = [...fields, ...traces];
  if (found.length > 0) throw new Error(`it has: ${found.join(", ")}`);
  return "subject, addresses, program and the way it took are gone";
}

export function refusals({ relay, port25 }: Job): Check[] {
  const group = "Refusals";
  const own: Check[] = [
    { group, name: "Unencrypted mail of users", look: () => cleartext(relay) },
    { group, name: "Mail in somebody else's name", look: () => otherName(relay) },
  ];
  const incoming: [name: string, look: (relay: Relay) => Promise<string | Skipped>][] = [
    ["Port 25: mail without TLS", withoutTls],
    ["Port 25: unencrypted mail", cleartextFromAfar],
    ["Port 25: mail without a DKIM signature", unsigned],
    ["Port 25: mail for others (no open relay)", relaying],
    ["Port 25: telling which addresses there are", verify],
  ];
  const closed = { skipped: "outside_port_25 is false" };
  return [
    ...own,
    ...incoming.map(([name, look]) => ({
      group,
      name,
      look: async () => (port25 ? look(relay) : closed),
    })),
  ];
}

async function cleartext(relay: Relay): Promise<string> {
  const [alice, bob] = [newAccount(relay), newAccount(relay)];
  const envelope = { from: alice.address, to: bob.address };
  const reply = await login(relay, alice, (smtp) =>
    smtp.send(envelope.from, envelope.to, cleartextMessage(envelope)),
  );
  return expectCode(reply, 523);
}

async function otherName(relay: Relay): Promise<string> {
  const [alice, bob] = [newAccount(relay), newAccount(relay)];
  return login(relay, alice, async (smtp) => {
    await smtp.command(`MAIL FROM:<${bob.address}>`);
    return expectCode(await smtp.command(`RCPT TO:<${bob.address}>`), 553);
  });
}

async function login<T>(relay: Relay, account: Account, work: (smtp: Smtp) => Promise<T>): Promise<T> {
  const smtp = await Smtp.login(relay, account);
  return work(smtp).finally(() => smtp.close());
}

async function fromAfar<T>(relay: Relay, work: (smtp: Smtp) => Promise<T>): Promise<T> {
  const smtp = await Smtp.open(relay, SERVICES.smtp25).catch((error: Error) => {
    throw /no answer|ETIMEDOUT/.test(error.message)
      ? new Error(
          `${error.message}; many networks let nothing to port 25 out, -e outside_port_25=false goes without`,
        )
      : error;
  });
  return work(smtp).finally(() => smtp.close());
}

/** One who exists: for others the relay need not have an opinion. */
async function someone(relay: Relay): Promise<string> {
  const account = newAccount(relay);
  (await Imap.login(relay, account)).close();
  return account.address;
}

async function withoutTls(relay: Relay): Promise<string> {
  const smtp = await Smtp.plain(relay, SERVICES.smtp25);
  try {
    await smtp.command("EHLO relay.example.org");
    return expectCode(await smtp.command(`MAIL FROM:<${STRANGER}>`), 530);
  } finally {
    smtp.close();
  }
}

async function cleartextFromAfar(relay: Relay): Promise<string> {
  const to = await someone(relay);
  const message = cleartextMessage({ from: STRANGER, to });
  return expectCode(await fromAfar(relay, (smtp) => smtp.send(STRANGER, to, message)), 523);
}

async function unsigned(relay: Relay): Promise<string | Skipped> {
  if (isAddress(relay.domain)) return { skipped: "relays without a name do not look at signatures" };
  const to = await someone(relay);
  const { publicKey } = await newKeys(to);
  const message = await encryptedMessage({ from: STRANGER, to }, publicKey, "not signed");
  const reply = await fromAfar(relay, (smtp) => smtp.send(STRANGER, to, message));
  return expectCode(reply, 554, /DKIM/);
}

async function relaying(relay: Relay): Promise<string> {
  const reply = await fromAfar(relay, async (smtp): Promise<Reply> => {
    await smtp.command(`MAIL FROM:<${STRANGER}>`);
    return smtp.command("RCPT TO:<someone@example.com>");
  });
  return expectCode(reply, 554);
}

async function verify(relay: Relay): Promise<string> {
  const addresses = [await someone(relay), newAccount(relay).address];
  const said = await fromAfar(relay, async (smtp) => {
    const texts: string[] = [];
    for (const address of addresses) {
      texts.push((await smtp.command(`VRFY ${address}`)).text.replaceAll(address, "ADDRESS"));
    }
    return texts;
  });
  if (said[0] !== said[1]) throw new Error(`VRFY answers differ: ${said.join(" and ")}`);
  return `VRFY says of all: ${said[0]}`;
}
