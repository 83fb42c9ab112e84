// A certificate is renewed while the relay is at work: nobody is to notice.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { messages, newAccount, openMailbox } from "./mailbox.ts";
import { encryptedMessage, newPublicKey } from "./pgp-message.ts";
import type { Relay } from "./relay.ts";
import { type Server, SmtpSession } from "./smtp-session.ts";

/** What acmetool calls when there is another certificate, by its hook; the relay of these tests has signed its own. */
const HOOK = new URL("../../../roles/tls/files/use-new-certificate", import.meta.url);
const CERTIFICATE = "/etc/ssl/certs/mailserver.pem";
const KEY = "/etc/ssl/private/mailserver.key";
/** Whoever has waited for a second is with imap-hibernate. */
const HIBERNATED_MS = 1500;
const SENDERS = 4;
const MESSAGES = 10;

export function renewal(relay: () => Relay): void {
  it("A renewed certificate is shown to whoever comes then; whoever is there stays, and no message is lost or late", async function () {
    this.timeout(60_000);
    const { host, domain } = relay();
    const server = await relay().server();
    const bob = newAccount(server);
    const idle = await openMailbox(server, bob);
    let [heard, left] = [0, false];
    idle.on("exists", ({ count }: { count: number }) => {
      heard = count;
    });
    idle.on("close", () => {
      left = true;
    });
    const waiting = idle.idle();
    const key = await newPublicKey(bob.address);
    const sessions = await Promise.all(
      Array.from({ length: SENDERS }, async () => {
        const { address, password } = newAccount(server);
        const session = await SmtpSession.login(server, 465, address, password);
        const message = await encryptedMessage({ from: address, to: bob.address }, key, "on time?");
        return async () => assert.equal((await session.send(address, [bob.address], message)).code, 250);
      }),
    );
    await sleep(HIBERNATED_MS);
    await host.must(`cp -p ${CERTIFICATE} ${CERTIFICATE}.kept; cp -p ${KEY} ${KEY}.kept
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=renewed -addext subjectAltName=DNS:${domain} \
        -out ${CERTIFICATE} -keyout ${KEY} 2>/dev/null`);
    const hook = async () => host.must("sh -s", { input: await readFile(HOOK, "utf8"), timeout: 30_000 });
    try {
      const renewing = hook();
      const sending = sessions.map(async (send) => {
        for (let sent = 0; sent < MESSAGES; sent++) {
          await send();
          await sleep(50);
        }
      });
      await Promise.all([...sending, renewing]);
      const wanted = SENDERS * MESSAGES;
      const renewed = { ...(await relay().server()), address: server.address };
      for (const port of [443, 465, 993])
        assert.equal(await subjectAt(renewed, port), "CN=renewed", `port ${port}`);
      assert.equal((await messages(renewed, bob, wanted)).length, wanted);
      await sleep(HIBERNATED_MS);
      await sessions[0]!();
      for (const end = Date.now() + 10_000; heard <= wanted && !left && Date.now() < end; ) await sleep(50);
      assert.deepEqual({ heard, left }, { heard: wanted + 1, left: false });
    } finally {
      await host.must(`mv ${CERTIFICATE}.kept ${CERTIFICATE}; mv ${KEY}.kept ${KEY}`);
      await hook();
    }
    await idle.logout();
    await waiting;
  });
}

async function subjectAt({ address, name, certificate }: Server, port: number): Promise<string> {
  const socket = connect({ host: address, port, servername: name, ca: certificate });
  await once(socket, "secureConnect");
  const subject = new X509Certificate(socket.getPeerCertificate().raw).subject;
  socket.destroy();
  return subject;
}
