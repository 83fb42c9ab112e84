// Measures what users wait for, and tells it in milliseconds, one line of JSON for each thing that is measured.

import { type Account, newAccount } from "./lib/account.ts";
import { explained } from "./lib/check.ts";
import { Imap } from "./lib/imap.ts";
import { encryptedMessage, newKeys } from "./lib/message.ts";
import { type Relay, readJob, SERVICES } from "./lib/relay.ts";
import { expectCode, Smtp } from "./lib/smtp.ts";

const { relay, runs } = readJob(process.argv[2]);
const PATIENCE = 30_000;
/** So long has an app been idle that is told of a message: relays serve such ones in another way. */
const IDLE = 2000;
const IN_A_ROW = 10;
const ROUNDS = 5;

await measure("IMAP: connect", runs, async () => {
  const imap = await Imap.open(relay, SERVICES.imap993);
  return () => imap.close();
});
await measureLogins("IMAP", Imap, SERVICES.imap993);
await measure("SMTP: connect", runs, async () => {
  const smtp = await Smtp.open(relay, SERVICES.smtp465);
  return () => smtp.close();
});
await measureLogins("SMTP", Smtp, SERVICES.smtp465);
await measureDelivery("A message to an idle app", 1, runs);
// An address may send so many at once.
const row = Math.min(IN_A_ROW, relay.burst);
await measureDelivery(`${row} messages in a row, all there`, row, Math.min(ROUNDS, runs));

async function measureLogins(
  name: string,
  client: typeof Imap | typeof Smtp,
  service: typeof SERVICES.imap993 | typeof SERVICES.smtp465,
) {
  const account = newAccount(relay);
  await tell(`${name}: login`, async () => {
    // Making the account is not what is measured.
    (await client.login(relay, account, service)).close();
    const times: number[] = [];
    while (times.length < runs) {
      const session = await client.open(relay, service);
      const begin = performance.now();
      const answer = await session.authenticate(account);
      times.push(performance.now() - begin);
      session.close();
      if (typeof answer !== "string") expectCode(answer, 235);
    }
    return times;
  });
}

/** From the beginning of sending on an open session until the recipient, who is idle, has been told of all. */
async function measureDelivery(name: string, messages: number, times: number): Promise<void> {
  await tell(name, async () => {
    const bob = newAccount(relay);
    const imap = await Imap.login(relay, bob);
    await imap.inbox();
    const { publicKey } = await newKeys(bob.address);
    const found: number[] = [];
    let sender: { account: Account; smtp: Smtp; left: number } | undefined;
    while (found.length < times) {
      if (!sender || sender.left < messages) {
        sender?.smtp.close();
        sender = await newSender(relay);
      }
      const { account, smtp } = sender;
      const message = await encryptedMessage({ from: account.address, to: bob.address }, publicKey, "Hello");
      const wanted = imap.exists + messages;
      const idle = await imap.idle();
      await new Promise((resolve) => setTimeout(resolve, IDLE));
      const begin = performance.now();
      const arrived = idle.until(wanted, PATIENCE).then(() => performance.now());
      arrived.catch(() => {});
      for (let count = 0; count < messages; count++) {
        expectCode(await smtp.send(account.address, bob.address, message), 250);
      }
      found.push((await arrived) - begin);
      await idle.done();
      sender.left -= messages;
    }
    sender?.smtp.close();
    imap.close();
    return found;
  });
}

async function newSender(relay: Relay): Promise<{ account: Account; smtp: Smtp; left: number }> {
  const account = newAccount(relay);
  return { account, smtp: await Smtp.login(relay, account), left: relay.burst };
}

/** The time that `work` takes; what it gives back cleans up afterwards. */
async function measure(name: string, times: number, work: () => Promise<() => void>): Promise<void> {
  await tell(name, async () => {
    const found: number[] = [];
    while (found.length < times) {
      const begin = performance.now();
      const end = await work();
      found.push(performance.now() - begin);
      end();
    }
    return found;
  });
}

async function tell(name: string, work: () => Promise<readonly number[]>): Promise<void> {
  try {
    const sorted = [...(await work())].sort((a, b) => a - b);
    const [min = 0, max = 0] = [sorted[0], sorted.at(-1)];
    const half = sorted.length >> 1;
    const median = sorted.length % 2 ? sorted[half] : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
    console.log(JSON.stringify({ name, runs: sorted.length, median, min, max }));
  } catch (error) {
    console.log(JSON.stringify({ name, failed: explained(error) }));
  }
}
