// Every way in, and what must stay shut.

import { newAccount } from "../lib/account.ts";
import type { Check } from "../lib/check.ts";
import { ask } from "../lib/http.ts";
import { Imap } from "../lib/imap.ts";
import { mailDomain, type Relay, SERVICES, type Service } from "../lib/relay.ts";
import { expectCode, Smtp } from "../lib/smtp.ts";

export function logins(relay: Relay): Check[] {
  const group = "Logins";
  const ways = Object.values(SERVICES).filter(({ port }) => port !== 25);
  return [
    ...ways.map((service) => ({ group, name: title(service), look: () => login(relay, service) })),
    { group, name: "A new address from /new", look: () => newAddress(relay) },
    { group, name: "None without TLS", look: () => withoutTls(relay) },
    { group, name: "None with a wrong password, by IMAP", look: () => wrongPassword(relay, "imap") },
    { group, name: "None with a wrong password, by SMTP", look: () => wrongPassword(relay, "smtp") },
    { group, name: "None with an address elsewhere", look: () => elsewhere(relay) },
  ];
}

const title = ({ speaks, port, starts, ...more }: Service): string =>
  `${speaks.toUpperCase()} on port ${port} ${more.alpn ? `by ALPN` : starts}`;

/** The first login makes the account, the second one finds it. */
async function login(relay: Relay, service: Service): Promise<string> {
  const account = newAccount(relay);
  const times: string[] = [];
  for (let count = 0; count < 2; count++) {
    const begin = performance.now();
    const client = await (service.speaks === "imap" ? Imap : Smtp).login(relay, account, service);
    times.push(`${Math.round(performance.now() - begin)} ms`);
    client.close();
  }
  return `an account was made in ${times[0]}, and opened again in ${times[1]}`;
}

/** What this run has of addresses that do not tell that they are for tests. */
export const otherAccounts: string[] = [];

async function newAddress(relay: Relay): Promise<string> {
  const page = await ask(relay, { path: "/new", method: "POST" });
  if (page.status !== 200) throw new Error(page.told);
  const { email, password } = parsed(page.body);
  if (!email || !password) throw new Error(`no address and password: ${page.body}`);
  if (!email.endsWith(`@${mailDomain(relay)}`)) throw new Error(`an address elsewhere: ${email}`);
  const imap = await Imap.login(relay, { address: email, password });
  imap.close();
  otherAccounts.push(email);
  return `${email} could log in`;
}

function parsed(json: string): { email?: string; password?: string } {
  try {
    return JSON.parse(json);
  } catch {
    throw new Error(`no JSON: ${json}`);
  }
}

async function withoutTls(relay: Relay): Promise<string> {
  const account = newAccount(relay);
  const smtp = await Smtp.plain(relay, SERVICES.smtp587);
  try {
    await smtp.command("EHLO client.example.org");
    const { code, text } = await smtp.authenticate(account);
    if (code < 500) throw new Error(`SMTP: ${text}`);
  } finally {
    smtp.close();
  }
  const imap = await Imap.plain(relay, SERVICES.imap143);
  try {
    const { done, refused } = await attempt(() => imap.authenticate(account));
    if (!refused) throw new Error(`IMAP: ${done}`);
    return `IMAP: ${done}`;
  } finally {
    imap.close();
  }
}

/** On an account that exists: with a new one the wrong password would be the right one from then on. */
async function wrongPassword(relay: Relay, speaks: "imap" | "smtp"): Promise<string> {
  const account = newAccount(relay);
  const wrong = { ...account, password: `${account.password}x` };
  if (speaks === "smtp") {
    (await Smtp.login(relay, account)).close();
    const smtp = await Smtp.open(relay, SERVICES.smtp465);
    const reply = await smtp.authenticate(wrong).finally(() => smtp.close());
    return expectCode(reply, 535);
  }
  (await Imap.login(relay, account)).close();
  const imap = await Imap.open(relay, SERVICES.imap993);
  const { done, refused } = await attempt(() => imap.authenticate(wrong)).finally(() => imap.close());
  if (!refused) throw new Error(`it was let in: ${done}`);
  return done;
}

async function elsewhere(relay: Relay): Promise<string> {
  const account = newAccount({ ...relay, domain: "example.org" });
  const imap = await Imap.open(relay, SERVICES.imap993);
  const { done, refused } = await attempt(() => imap.authenticate(account)).finally(() => imap.close());
  if (!refused) throw new Error(`${account.address} was let in: ${done}`);
  return done;
}

/** A refusal is what the server says; that it says nothing is none. */
async function attempt(work: () => Promise<string>): Promise<{ done: string; refused: boolean }> {
  try {
    return { done: await work(), refused: false };
  } catch (error) {
    const { message } = error as Error;
    if (!/^(NO|BAD) /.test(message)) throw error;
    if (/UNAVAILABLE|internal error|temporary/i.test(message)) throw error;
    return { done: message, refused: true };
  }
}
