// An encrypted message from an address on one relay to one on another, as an app sends and reads it.
import { readFile } from "node:fs/promises";
import { createTransport } from "nodemailer";
import { decrypt, generateKey, readMessage, readPrivateKey } from "openpgp";
import { messages, openMailbox } from "../integration/relay/mailbox.ts";
import { encryptedMessage } from "../integration/relay/pgp-message.ts";
import { type Account, freshAccount } from "./account.ts";
import type { Acme, Host } from "./index.ts";

export interface Delivery {
  readonly from: string;
  readonly to: string;
  /** What the recipient decrypted. */
  readonly text: string;
  /** The header of what was delivered. */
  readonly header: string;
  readonly ms: number;
}

/** Makes an address on each relay, and sends from the first to the second. */
export async function sendAcross(from: Host, to: Host, acme: Acme, text: string): Promise<Delivery> {
  const certificate = await readFile(acme.rootFile, "utf8");
  const [sender, recipient] = [freshAccount(from.name), freshAccount(to.name)];
  const mailbox = { address: to.address, name: to.name, certificate };
  // The first login makes the address.
  await (await openMailbox(mailbox, recipient)).logout();
  const { privateKey, publicKey } = await generateKey({ userIDs: [{ email: recipient.address }] });
  const envelope = { from: sender.address, to: recipient.address };
  const raw = await encryptedMessage(envelope, publicKey, text);
  const started = performance.now();
  await submit(from, sender, certificate, { envelope, raw });
  const [source = ""] = await messages(mailbox, recipient);
  const ms = Math.round(performance.now() - started);
  const [armored = ""] = /-----BEGIN PGP MESSAGE-----[\s\S]*-----END PGP MESSAGE-----/.exec(source) ?? [];
  const { data } = await decrypt({
    message: await readMessage({ armoredMessage: armored }),
    decryptionKeys: await readPrivateKey({ armoredKey: privateKey }),
  });
  const [header = ""] = source.replaceAll("\r", "").split("\n\n");
  return { ...envelope, text: data.split(/\r?\n\r?\n/)[1]?.trim() ?? "", header, ms };
}

async function submit(
  host: Host,
  account: Account,
  certificate: string,
  mail: { readonly envelope: { readonly from: string; readonly to: string }; readonly raw: string },
): Promise<void> {
  const transport = createTransport({
    host: host.address,
    port: 465,
    secure: true,
    name: "client.example.org",
    auth: { user: account.address, pass: account.password },
    tls: { ca: certificate, servername: host.name },
  });
  try {
    await transport.sendMail(mail);
  } finally {
    transport.close();
  }
}
