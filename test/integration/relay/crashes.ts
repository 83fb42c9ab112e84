// Programs that are killed while mail passes: what has been accepted arrives, who has logged in once can do so again, and
// all goes on by itself.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Account, messages, newAccount, openMailbox } from "./mailbox.ts";
import { setToken } from "./metadata.ts";
import { encryptedMessage, newPublicKey } from "./pgp-message.ts";
import type { Relay } from "./relay.ts";
import { type Server, SmtpSession } from "./smtp-session.ts";

const unit = (name: string): string => `systemctl kill --signal=KILL ${name}`;
/** Processes of Dovecot, by the last part of their names. */
const worker = (kind: string): string => `pkill --signal KILL --exact --full 'dovecot/${kind}'`;
/** In this order, with a while between: long enough for work to be under way again. */
const KILLS = [
  unit("filtermail"),
  unit("doveauth"),
  worker("lmtp"),
  unit("dovecot"),
  unit("postfix@-"),
  unit("filtermail"),
  unit("chatmail-metadata"),
  worker("auth( -w)?"),
  worker("imap"),
  worker("lmtp"),
];
const BETWEEN_MS = 1200;
const SENDERS = 6;
/** As many as one address may send at once. */
const MESSAGES = 8;
/** So that the last one is sent after the last kill. */
const PAUSE_MS = 1500;
const PATIENCE_MS = 40_000;

/** Of the figures of systemd-analyze(1) those below 5 are called OK. */
const MOST_EXPOSED = 2;

export function crashes(relay: () => Relay): void {
  it("The daemons that strangers talk to have few rights", async () => {
    const units = ["doveauth", "filtermail", "filtermail-incoming", "chatmail-metadata"];
    for (const unit of units) {
      const table = await relay().host.must(["systemd-analyze", "security", "--no-pager", unit]);
      const [, exposure = ""] = /Overall exposure level.*: ([0-9.]+)/.exec(table) ?? [];
      assert.ok(Number(exposure || Number.NaN) <= MOST_EXPOSED, `${unit}: ${exposure || table}`);
    }
  });

  it("kill -9 of the daemons, of Postfix and of Dovecot and its workers under load loses no accepted message, no account and no token", async function () {
    this.timeout(120_000);
    const server = await relay().server();
    const bob = newAccount(server);
    assert.equal(await setToken(server, bob, "bobs-phone"), "bobs-phone");
    const key = await newPublicKey(bob.address);
    const senders = Array.from({ length: SENDERS }, () => newAccount(server));
    const accepted: string[] = [];
    const sending = senders.map(async (sender) => {
      const message = await encryptedMessage({ from: sender.address, to: bob.address }, key, "still there?");
      return sendAll(server, { sender, to: bob.address, message, accepted });
    });
    for (const kill of KILLS) {
      await sleep(BETWEEN_MS);
      // There may be no worker of that kind at the moment.
      await relay().host.exec(kill);
    }
    await Promise.all(sending);
    assert.equal(accepted.length, SENDERS * MESSAGES, "it has not recovered");
    // What met a closed door within the relay would be tried again after minutes.
    await relay().host.must("postqueue -f");
    const arrived = (await messages(server, bob, accepted.length)).join("");
    assert.deepEqual(
      accepted.filter((id) => !arrived.includes(id)),
      [],
    );
    assert.equal(await setToken(server, bob, "bobs-tablet"), "bobs-phone bobs-tablet");
    for (const sender of senders) await (await openMailbox(server, sender)).logout();
  });
}

interface Sending {
  readonly sender: Account;
  readonly to: string;
  readonly message: string;
  /** Gets the Message-ID of each message that the relay has answered for. */
  readonly accepted: string[];
}

/** Does what a client does: whatever has not been accepted is sent again. */
async function sendAll(server: Server, { sender, to, message, accepted }: Sending): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  let session: SmtpSession | undefined;
  for (let sent = 0; sent < MESSAGES && Date.now() < end; ) {
    const id = `${crypto.randomUUID()}@${server.name}`;
    try {
      session ??= await SmtpSession.login(server, 465, sender.address, sender.password);
      const numbered = message.replace(/^Message-ID: <.*>/m, `Message-ID: <${id}>`);
      const { code } = await session.send(sender.address, [to], numbered);
      if (code === 250) {
        accepted.push(id);
        sent++;
        await sleep(PAUSE_MS);
        continue;
      }
      assert.ok(code < 500, `refused for good: ${code}`);
      await session.command("RSET");
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      session = undefined;
    }
    await sleep(500);
  }
  await session?.quit();
}
